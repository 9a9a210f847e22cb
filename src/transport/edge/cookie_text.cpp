#include "transport/edge/cookie_text.hpp"

#include <algorithm>

namespace gw::edge {
namespace {

constexpr std::size_t kLongestName = 64;

bool is_name_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-';
}

}  // namespace

bool is_edge_cookie(std::string_view name) {
  return (name.starts_with("cf_") || name.starts_with("__cf") || name == "_cfuvid") &&
         name.size() <= kLongestName && std::ranges::all_of(name, is_name_character);
}

}  // namespace gw::edge
