// Which cookies are an edge's own. Pure and total.
#pragma once

#include "transport/cookie_text.hpp"

#include <string_view>

namespace gw::edge {

inline constexpr std::string_view kClearance = "cf_clearance";

// Of the edge, and none of the site's: what a clearance may bring along.
bool is_edge_cookie(std::string_view name);

}  // namespace gw::edge
