// "Did you mean …?": the known name that a mistyped one is closest to.
#pragma once

#include <string_view>
#include <vector>

namespace gw {

// Empty when none is close: more than a third of the letters, or more than three, would have to
// change.
std::string_view nearest_name(std::string_view typed, const std::vector<std::string_view>& known);

}  // namespace gw
