// Small pieces of HTTP's grammar that several doors check (RFC 9110 §5.6.2).
#pragma once

#include <algorithm>
#include <string_view>

namespace gw::api {

constexpr bool is_token_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

constexpr bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, is_token_char);
}

}  // namespace gw::api
