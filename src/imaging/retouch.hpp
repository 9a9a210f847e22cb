// Clients' pictures on their way to an upstream and back: fitted, cut out, and put back together.
#pragma once

#include "core/generation.hpp"

#include <cstdint>
#include <optional>

namespace gw {

// What they promise is in core/ports/picture_codec.hpp. gd keeps 8 bits a channel and 7 of alpha.
Result<std::optional<Picture>> fit_reference(const Picture& source, std::uint64_t max_area,
                                             std::uint64_t max_pixels);
Result<Picture> cut_out_masked(const Picture& source, const Picture& mask,
                               std::uint64_t max_pixels);
Result<Picture> retouch(const Picture& original, const Picture& mask, const Picture& repainted,
                        std::uint64_t max_pixels);

}  // namespace gw
