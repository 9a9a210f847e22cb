// The head of a PNG file and nothing behind it that would decode: enough for what only looks at
// headers.
#pragma once

#include "base/image_format.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace gw::test {

enum class PngColour : std::uint8_t { grey = 0, rgb = 2, palette = 3, grey_alpha = 4, rgba = 6 };

inline std::string fake_png(ImageSize size, std::string_view tail = {},
                            PngColour colour = PngColour::rgb) {
  using namespace std::string_view_literals;
  std::string bytes("\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR"sv);
  for (const auto side : {size.width, size.height}) {
    for (const int shift : {24, 16, 8, 0}) bytes += static_cast<char>(side >> shift & 0xff);
  }
  bytes += '\x08';
  bytes += static_cast<char>(colour);
  return bytes.append("\0\0\0"sv).append(tail);
}

}  // namespace gw::test
