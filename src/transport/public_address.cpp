#include "transport/public_address.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace gw {
namespace {

namespace ip = boost::asio::ip;

struct V4Block {
  std::array<std::uint8_t, 4> base;
  unsigned bits;
};

constexpr auto kInsideV4 = std::to_array<V4Block>({
    {{0, 0, 0, 0}, 8},         // "this network"; Linux connects it to itself
    {{10, 0, 0, 0}, 8},        // private
    {{100, 64, 0, 0}, 10},     // shared with a provider's customers; a cloud's metadata too
    {{127, 0, 0, 0}, 8},       // loopback
    {{168, 63, 129, 16}, 32},  // a cloud's metadata at an address that looks public
    {{169, 254, 0, 0}, 16},    // link-local; metadata of most clouds
    {{172, 16, 0, 0}, 12},     // private
    {{192, 0, 0, 0}, 24},      // protocol assignments
    {{192, 0, 2, 0}, 24},      // documentation
    {{192, 88, 99, 0}, 24},    // relays of 6to4, given up
    {{192, 168, 0, 0}, 16},    // private
    {{198, 18, 0, 0}, 15},     // benchmarks
    {{198, 51, 100, 0}, 24},   // documentation
    {{203, 0, 113, 0}, 24},    // documentation
    {{224, 0, 0, 0}, 4},       // multicast
    {{240, 0, 0, 0}, 4},       // reserved, and broadcast
});

struct V6Block {
  std::array<std::uint8_t, 4> base;  // no prefix here is longer than 32 bits
  unsigned bits;
};

// All unicast that was ever given out. Loopback, mapped, NAT64, private, local and multicast
// addresses are outside of it.
constexpr V6Block kGlobalV6{{0x20, 0, 0, 0}, 3};
constexpr auto kInsideV6 = std::to_array<V6Block>({
    {{0x20, 0x01, 0x00, 0x00}, 23},  // protocol assignments: Teredo, ORCHID, benchmarks
    {{0x20, 0x01, 0x0d, 0xb8}, 32},  // documentation
    {{0x20, 0x02, 0x00, 0x00}, 16},  // 6to4: an IPv4 address is inside
    {{0x3f, 0xff, 0x00, 0x00}, 20},  // documentation
});

template <class Bytes>
std::uint32_t first_word(const Bytes& bytes) {
  std::uint32_t word = 0;
  for (std::size_t i = 0; i < 4; ++i) word = word << 8 | bytes[i];
  return word;
}

template <class Bytes, class Block>
bool lies_in(const Bytes& address, const Block& block) {
  return (first_word(address) ^ first_word(block.base)) >> (32 - block.bits) == 0;
}

}  // namespace

bool is_public(const ip::address& address) {
  if (address.is_v4()) {
    const auto bytes = address.to_v4().to_bytes();
    return std::ranges::none_of(kInsideV4, [&](const auto& b) { return lies_in(bytes, b); });
  }
  const auto bytes = address.to_v6().to_bytes();
  return lies_in(bytes, kGlobalV6) &&
         std::ranges::none_of(kInsideV6, [&](const auto& b) { return lies_in(bytes, b); });
}

}  // namespace gw
