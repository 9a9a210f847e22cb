#include "imaging/png_chunks.hpp"

#include "base/endian.hpp"

#include <zlib.h>

namespace gw {
namespace {

constexpr std::string_view kSignature = "\x89PNG\r\n\x1a\n";
constexpr std::size_t kFrame = 12;  // length, type, checksum

}  // namespace

PngChunks::PngChunks(std::string_view bytes)
    : bytes_(bytes), at_(bytes.starts_with(kSignature) ? kSignature.size() : bytes.size()) {}

std::optional<PngChunk> PngChunks::next() {
  if (bytes_.size() - at_ < kFrame) return std::nullopt;
  const std::size_t length = read_be32(bytes_, at_);
  if (length > bytes_.size() - at_ - kFrame) return std::nullopt;
  const PngChunk chunk{bytes_.substr(at_ + 4, 4), bytes_.substr(at_ + 8, length),
                       at_ + kFrame + length};
  at_ = chunk.type == "IEND" ? bytes_.size() : chunk.end;
  return chunk;
}

void append_png_signature(std::string& out) {
  out.append(kSignature);
}

void append_png_chunk(std::string& out, std::string_view type, std::string_view payload) {
  append_be32(out, static_cast<std::uint32_t>(payload.size()));
  const std::size_t checked = out.size();
  out.append(type).append(payload);
  const auto* from = reinterpret_cast<const Bytef*>(out.data() + checked);
  append_be32(out, static_cast<std::uint32_t>(
                       crc32(crc32(0, nullptr, 0), from, static_cast<uInt>(out.size() - checked))));
}

}  // namespace gw
