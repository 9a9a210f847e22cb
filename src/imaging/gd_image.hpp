// An owner for libgd's pictures, for the files of this folder.
#pragma once

#include "base/image_format.hpp"

#include <gd.h>

#include <memory>

namespace gw {

struct GdImageFree {
  void operator()(gdImagePtr image) const { gdImageDestroy(image); }
};
using GdImage = std::unique_ptr<gdImage, GdImageFree>;

// True colour and opaque black; null when there is no memory for it.
inline GdImage make_gd_image(ImageSize size) {
  return GdImage(
      gdImageCreateTrueColor(static_cast<int>(size.width), static_cast<int>(size.height)));
}

// gd prints its complaints to standard error unless it is told not to. One setting for the whole
// process, so every factory of this folder sets the same.
void silence_gd();

}  // namespace gw
