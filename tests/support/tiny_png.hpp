// Real PNG files of any size without a codec: one byte a pixel, a palette, deflate's stored blocks.
#pragma once

#include <cstdint>
#include <string>

namespace gw::test {

// Different seeds give different pictures; the same seed and size always the same bytes. About
// width × height bytes long, because nothing is compressed.
std::string tiny_png(std::uint32_t width, std::uint32_t height, std::uint64_t seed);

}  // namespace gw::test
