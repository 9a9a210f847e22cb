// How a camera held the picture: the EXIF orientation of a JPEG.
#pragma once

#include <cstdint>
#include <string_view>

namespace gw {

// EXIF 2.3, tag 0x0112: where the first stored row and column belong in the upright picture.
enum class Orientation : std::uint8_t {
  upright = 1,
  mirrored = 2,
  upside_down = 3,
  flipped = 4,
  transposed = 5,
  turned_right = 6,  // to be shown turned clockwise by a quarter
  transversed = 7,
  turned_left = 8,  // to be shown turned counter-clockwise by a quarter
};

// Total: any bytes. `upright` where nothing valid says otherwise.
Orientation read_orientation(std::string_view jpeg);

}  // namespace gw
