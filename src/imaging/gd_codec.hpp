// The picture codec on libgd.
#pragma once

#include "core/ports/picture_codec.hpp"

#include <cstdint>
#include <memory>

namespace gw {

struct CodecLimits {
  // Decoded, a pixel takes four bytes, and most conversions hold the picture once.
  std::uint64_t max_pixels = 40'000'000;
};

// PNG, JPEG, WebP or the first frame of a GIF in; PNG, JPEG or WebP out. Always decodes and
// encodes: gd keeps 7 bits of alpha and no colour profile, so the caller does not ask for what
// would change nothing. A JPEG comes out upright, whatever its EXIF orientation.
std::unique_ptr<PictureCodec> make_gd_codec(CodecLimits limits);

}  // namespace gw
