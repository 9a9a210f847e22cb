// An owner for libgd's pictures, for the files of this folder.
#pragma once

#include "base/image_format.hpp"
#include "imaging/gd_library.hpp"

#include <memory>

namespace gw {

struct GdImageFree {
  void operator()(gdImagePtr image) const { gd().gdImageDestroy(image); }
};
using GdImage = std::unique_ptr<gdImage, GdImageFree>;

// True colour and opaque black; null when there is no memory for it.
inline GdImage make_gd_image(ImageSize size) {
  return GdImage(
      gd().gdImageCreateTrueColor(static_cast<int>(size.width), static_cast<int>(size.height)));
}

}  // namespace gw
