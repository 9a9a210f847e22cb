// What becomes of a plain call that would be answered too late.
#pragma once

#include <cstdint>

namespace gw::api {

// Whether a request is refused at once whose turn is predicted to come after its client has given
// up.
enum class HopelessWaits : std::uint8_t { taken, refused };

}  // namespace gw::api
