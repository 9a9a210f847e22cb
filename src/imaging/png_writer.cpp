#include "imaging/png_writer.hpp"

#include "base/endian.hpp"
#include "imaging/png_chunks.hpp"

#include <zlib.h>

#include <algorithm>
#include <new>
#include <vector>

namespace gw {
namespace {

constexpr std::size_t kChannels = 3;
constexpr std::size_t kOutputBlock = 256 * 1024;

std::string header(std::uint32_t width, std::uint32_t height) {
  std::string out;
  append_be32(out, width);
  append_be32(out, height);
  // 8 bits, true colour, deflate, the standard filters, no interlace.
  return out.append("\x08\x02\x00\x00\x00", 5);
}

// Deflates what it is given into IDAT chunks.
class PixelStream final {
 public:
  explicit PixelStream(std::string& out) : out_(out), block_(kOutputBlock, '\0') {
    constexpr int kLevel = 1;
    if (deflateInit(&stream_, kLevel) != Z_OK) throw std::bad_alloc();
    rewind();
  }
  ~PixelStream() { deflateEnd(&stream_); }
  PixelStream(const PixelStream&) = delete;
  PixelStream& operator=(const PixelStream&) = delete;

  void write(std::vector<std::uint8_t>& row, int flush) {
    stream_.next_in = row.data();
    stream_.avail_in = static_cast<uInt>(row.size());
    int state = Z_OK;
    do {
      state = deflate(&stream_, flush);
      if (stream_.avail_out == 0) emit();
    } while (stream_.avail_in > 0 || (flush == Z_FINISH && state != Z_STREAM_END));
    if (flush == Z_FINISH) emit();
  }

 private:
  void rewind() {
    stream_.next_out = reinterpret_cast<Bytef*>(block_.data());
    stream_.avail_out = static_cast<uInt>(block_.size());
  }
  void emit() {
    if (stream_.avail_out == block_.size()) return;
    append_png_chunk(out_, "IDAT",
                     std::string_view(block_).substr(0, block_.size() - stream_.avail_out));
    rewind();
  }

  std::string& out_;
  std::string block_;
  z_stream stream_{};
};

void unpack(const int* pixels, std::vector<std::uint8_t>& bytes) {
  const std::size_t count = bytes.size() / kChannels;
  for (std::size_t x = 0; x < count; ++x) {
    const auto pixel = static_cast<std::uint32_t>(pixels[x]);
    bytes[x * 3] = static_cast<std::uint8_t>(pixel >> 16);
    bytes[x * 3 + 1] = static_cast<std::uint8_t>(pixel >> 8);
    bytes[x * 3 + 2] = static_cast<std::uint8_t>(pixel);
  }
}

// Filter 1, Sub (PNG §9.2), for every row: what is the same along a row becomes zeros.
void filter(const std::vector<std::uint8_t>& row, std::vector<std::uint8_t>& out) {
  out[0] = 1;
  std::copy_n(row.begin(), kChannels, out.begin() + 1);
  for (std::size_t i = kChannels; i < row.size(); ++i) {
    out[i + 1] = static_cast<std::uint8_t>(row[i] - row[i - kChannels]);
  }
}

}  // namespace

std::string write_png(const PixelRows& pixels,
                      std::span<const std::pair<std::string_view, std::string>> texts) {
  std::string out;
  append_png_signature(out);
  append_png_chunk(out, "IHDR",
                   header(pixels.width, static_cast<std::uint32_t>(pixels.rows.size())));
  for (const auto& [type, payload] : texts) append_png_chunk(out, type, payload);

  std::vector<std::uint8_t> row(pixels.width * kChannels);
  std::vector<std::uint8_t> filtered(row.size() + 1);
  PixelStream stream(out);
  for (std::size_t y = 0; y < pixels.rows.size(); ++y) {
    unpack(pixels.rows[y], row);
    filter(row, filtered);
    stream.write(filtered, y + 1 == pixels.rows.size() ? Z_FINISH : Z_NO_FLUSH);
  }
  append_png_chunk(out, "IEND", {});
  return out;
}

}  // namespace gw
