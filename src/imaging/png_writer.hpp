// Writes an opaque picture as PNG, quickly: for pictures we paint, where time counts more than the
// last percent.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>

namespace gw {

// Pixels are 0x00RRGGBB, row after row, `width` of them each; `height` rows.
struct PixelRows {
  std::span<const int* const> rows;
  std::uint32_t width = 0;
};

// `texts` are chunks (type, payload) put behind the header. A few times as fast as libpng: one
// filter for all rows instead of a search for the best, and zlib's lowest level.
std::string write_png(const PixelRows& pixels,
                      std::span<const std::pair<std::string_view, std::string>> texts);

}  // namespace gw
