#include "bench/load/noise_picture.hpp"

#include <zlib.h>

#include <cmath>
#include <random>
#include <stdexcept>
#include <string_view>

namespace gw::bench {
namespace {

using namespace std::string_view_literals;

std::string big_endian(std::uint32_t value) {
  std::string bytes;
  for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift);
  return bytes;
}

const Bytef* raw(std::string_view bytes) {
  return reinterpret_cast<const Bytef*>(bytes.data());
}

std::string chunk(std::string_view type, std::string_view data) {
  auto body = std::string(type).append(data);
  const auto sum = ::crc32_z(0, raw(body), body.size());
  return big_endian(static_cast<std::uint32_t>(data.size())) + body +
         big_endian(static_cast<std::uint32_t>(sum));
}

// Rows without a filter.
std::string noise(std::uint32_t side, std::uint64_t number) {
  std::string rows;
  rows.reserve(std::size_t{side} * (side * 3 + 1));
  std::mt19937_64 random(number + 1);
  for (std::uint32_t y = 0; y < side; ++y) {
    rows += '\0';
    for (std::uint32_t x = 0; x < side * 3; ++x) rows += static_cast<char>(random());
  }
  return rows;
}

std::string stored(std::string_view bytes) {
  auto size = ::compressBound(bytes.size());
  std::string packed(size, '\0');
  auto* to = reinterpret_cast<Bytef*>(packed.data());
  if (::compress2(to, &size, raw(bytes), bytes.size(), Z_NO_COMPRESSION) != Z_OK)
    throw std::runtime_error("zlib does not pack a picture");
  packed.resize(size);
  return packed;
}

}  // namespace

std::string noise_picture(std::size_t bytes, std::uint64_t number) {
  const auto side = static_cast<std::uint32_t>(std::sqrt(static_cast<double>(bytes) / 3));
  constexpr auto kTrueColour = "\x08\x02\0\0\0"sv;
  std::string picture("\x89PNG\r\n\x1a\n");
  picture += chunk("IHDR", big_endian(side) + big_endian(side) + std::string(kTrueColour));
  picture += chunk("IDAT", stored(noise(side, number)));
  return picture += chunk("IEND", "");
}

}  // namespace gw::bench
