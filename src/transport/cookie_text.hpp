// The text of cookies (RFC 6265), whoever sets them. Pure and total.
#pragma once

#include <cstddef>
#include <string_view>
#include <utility>

namespace gw {

inline constexpr std::size_t kLongestCookie = 4'096;

// Cookie-octets, at least one and at most kLongestCookie.
bool is_cookie_value(std::string_view text);

// The part before the next semicolon, without the blanks around it; `rest` goes on behind it.
std::string_view take_part(std::string_view& rest);
// "name=value" at the first equals sign; without one all of it is the name.
std::pair<std::string_view, std::string_view> split_pair(std::string_view part);

}  // namespace gw
