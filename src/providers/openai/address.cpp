#include "providers/openai/address.hpp"

#include <algorithm>

namespace gw::openai {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_version(std::string_view segment) {
  return segment.size() >= 2 && segment[0] == 'v' && is_digit(segment[1]) &&
         std::ranges::all_of(segment, [](char c) { return is_digit(c) || (c >= 'a' && c <= 'z'); });
}

}  // namespace

std::string api_root(std::string_view base_url) {
  while (base_url.ends_with('/')) base_url.remove_suffix(1);
  const auto scheme_end = base_url.find("://");
  const auto last = base_url.rfind('/');
  const bool has_path = scheme_end != std::string_view::npos && last > scheme_end + 2;
  std::string root(base_url);
  if (!has_path || !is_version(base_url.substr(last + 1))) root += "/v1";
  return root;
}

}  // namespace gw::openai
