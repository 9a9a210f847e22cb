// Pixels to bytes, by libgd.
#pragma once

#include "core/ports/picture_codec.hpp"
#include "imaging/gd_image.hpp"

#include <string>

namespace gw {

// Empty when gd cannot. Whether alpha is kept is the image's own setting (gdImageSaveAlpha).
std::string encode(gdImage& image, ImageFormat format, int quality);

// A PNG or JPEG of `image` that carries the provenance of `source`, or says itself what it is.
Result<Picture> encode_as(gdImage& image, ImageFormat format, const Picture& source);
// The same without a word about provenance: for what was not made here.
Result<Picture> encode_plain(gdImage& image, ImageFormat format);

}  // namespace gw
