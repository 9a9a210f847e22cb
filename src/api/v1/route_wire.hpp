// Which route drew a request and why, as a header and as JSON.
#pragma once

#include "core/routing/route.hpp"

#include <boost/json/object.hpp>

#include <string>

namespace gw::api {

// x-route: "provider/model", and of a name with several routes "; strategy=weighted;
// not=other/model:its reason, …". Visible ASCII and blanks, at most kLongestRoute bytes: what does
// not fit is counted ("+2"). Empty when nothing is known.
inline constexpr std::size_t kLongestRoute = 512;
std::string route_header(const DrawnRoute& route);

// {"provider", "model", "strategy", "rejected": [{"provider", "model", "reason"}]}; without the
// last two where there was no choice.
boost::json::object route_object(const DrawnRoute& route);

}  // namespace gw::api
