// How long an edge says to wait.
#pragma once

#include "base/clock.hpp"

#include <chrono>
#include <optional>
#include <string_view>

namespace gw::edge {

// As long as a zone ever cools (design: 30 s doubling to 15 min).
inline constexpr std::chrono::seconds kLongestWait{900};

// A Retry-After: seconds or a date. Not above kLongestWait; a date that is past is 0. Nothing for
// other text.
std::optional<std::chrono::seconds> parse_retry_after(std::string_view text, WallTime now);

}  // namespace gw::edge
