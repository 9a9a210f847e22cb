// Points in time as HTTP writes them: Retry-After, a cookie's Expires.
#pragma once

#include "base/clock.hpp"

#include <optional>
#include <string_view>

namespace gw::edge {

// The forms of RFC 9110 §5.6.7 that name GMT, and the ones with dashes that cookies use. What lies
// beyond the year 2200 becomes its end. Nothing for other text.
std::optional<WallTime> parse_http_date(std::string_view text);

}  // namespace gw::edge
