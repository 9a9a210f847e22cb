#include "transport/cookie_text.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace gw {

bool is_cookie_value(std::string_view text) {
  return !text.empty() && text.size() <= kLongestCookie && std::ranges::all_of(text, [](char c) {
    return c > ' ' && c < 0x7f && c != '"' && c != ',' && c != ';' && c != '\\';
  });
}

std::string_view take_part(std::string_view& rest) {
  const auto end = std::min(rest.find(';'), rest.size());
  const auto part = trim(rest.substr(0, end));
  rest.remove_prefix(std::min(end + 1, rest.size()));
  return part;
}

std::pair<std::string_view, std::string_view> split_pair(std::string_view part) {
  const auto equals = part.find('=');
  if (equals == std::string_view::npos) return {part, {}};
  return {trim(part.substr(0, equals)), trim(part.substr(equals + 1))};
}

}  // namespace gw
