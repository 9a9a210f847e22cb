// The picture in an upstream's answer, or where it lies. Pure.
#pragma once

#include "base/error.hpp"
#include "core/generation.hpp"

#include <string>

namespace gw {

// Where a picture is to be fetched from, as it stood in the answer.
struct PictureUrl {
  std::string url;
};

// upstream_error: the answer was good, and nothing in it can be used.
Error no_picture(std::string detail);

// Format and size come from the bytes; labels were seen to be wrong. no_picture() when it is none.
Result<Picture> picture_of(std::string bytes);

}  // namespace gw
