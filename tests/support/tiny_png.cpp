#include "tests/support/tiny_png.hpp"

#include <zlib.h>

#include <algorithm>
#include <string_view>

namespace gw::test {
namespace {

constexpr std::size_t kLargestStoredBlock = 65'535;

void append_number(std::string& out, std::uint32_t value) {
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(value >> shift);
}

void append_chunk(std::string& out, std::string_view type, std::string_view data) {
  append_number(out, static_cast<std::uint32_t>(data.size()));
  const auto start = out.size();
  out += type;
  out += data;
  const auto* bytes = reinterpret_cast<const Bytef*>(out.data() + start);
  append_number(out, static_cast<std::uint32_t>(crc32_z(0, bytes, out.size() - start)));
}

std::string header(std::uint32_t width, std::uint32_t height) {
  std::string data;
  append_number(data, width);
  append_number(data, height);
  data += std::string_view("\x08\x03\x00\x00\x00", 5);  // 8 bits, palette
  return data;
}

std::uint64_t mix(std::uint64_t x) {
  x ^= x >> 31;
  x *= 0x9E3779B97F4A7C15u;
  return x ^ (x >> 29);
}

std::string palette(std::uint64_t seed) {
  std::string data;
  for (unsigned i = 0; i < 256; ++i) {
    const auto colour = mix(seed + 1 + i / 16);
    for (int shift = 0; shift < 24; shift += 8) {
      data += static_cast<char>(((colour >> shift) & 0xFF) * (i % 16 + 8) / 24);
    }
  }
  return data;
}

// Rows of slanting stripes, each behind its filter byte.
std::string pixels(std::uint32_t width, std::uint32_t height, std::uint64_t seed) {
  const auto slant = static_cast<std::uint32_t>(mix(seed) % 7 + 1);
  std::string data;
  data.reserve((std::size_t{width} + 1) * height);
  for (std::uint32_t y = 0; y < height; ++y) {
    data += '\0';
    for (std::uint32_t x = 0; x < width; ++x) data += static_cast<char>((x + y * slant) & 0xFF);
  }
  return data;
}

std::string stored(std::string_view data) {
  std::string out("\x78\x01", 2);
  const auto checksum = adler32_z(1, reinterpret_cast<const Bytef*>(data.data()), data.size());
  do {
    const auto block = data.substr(0, kLargestStoredBlock);
    data.remove_prefix(block.size());
    const auto size = static_cast<unsigned>(block.size());
    out += data.empty() ? '\1' : '\0';
    out += static_cast<char>(size);
    out += static_cast<char>(size >> 8);
    out += static_cast<char>(~size);
    out += static_cast<char>(~size >> 8);
    out += block;
  } while (!data.empty());
  append_number(out, static_cast<std::uint32_t>(checksum));
  return out;
}

}  // namespace

std::string tiny_png(std::uint32_t width, std::uint32_t height, std::uint64_t seed) {
  std::string out("\x89PNG\r\n\x1a\n", 8);
  append_chunk(out, "IHDR", header(width, height));
  append_chunk(out, "PLTE", palette(seed));
  append_chunk(out, "IDAT", stored(pixels(width, height, seed)));
  append_chunk(out, "IEND", "");
  return out;
}

}  // namespace gw::test
