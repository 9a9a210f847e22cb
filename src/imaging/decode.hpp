// Bytes to pixels, by libgd: bounded before anything is decoded, and upright.
#pragma once

#include "base/error.hpp"
#include "imaging/gd_image.hpp"

#include <cstdint>
#include <string_view>

namespace gw {

// invalid_request or too_large with param "image".
Result<ImageHeader> checked_header(std::string_view bytes, std::uint64_t max_pixels);
// True colour with alpha; a JPEG turned as its EXIF orientation says.
Result<GdImage> decode_upright(std::string_view bytes, const ImageHeader& header);

}  // namespace gw
