// Small pictures for lists.
#pragma once

#include "core/generation.hpp"

#include <cstdint>

namespace gw {

// PictureCodec::thumbnail.
Result<Picture> make_thumbnail(const Picture& source, std::uint32_t longest_side,
                               std::uint64_t max_pixels);

}  // namespace gw
