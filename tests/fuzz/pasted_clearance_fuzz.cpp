// Whatever an operator pastes: what is taken of it can stand in a header, holds the clearance and
// nothing of the site's, and a refusal never repeats the text. Input: the User-Agent, an empty
// line, the text.
#include "transport/edge/cookie_text.hpp"
#include "transport/edge/pasted.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using namespace gw::edge;

const gw::Address kHost{.scheme = "https", .host = "draw.example.com"};

void require(bool condition) {
  if (!condition) std::abort();
}

bool is_visible(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c >= ' ' && c < 0x7f; });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  const auto end = std::min(input.find("\n\n"), input.size());
  const auto agent = input.substr(0, end);
  const auto text = input.substr(std::min(end + 2, input.size()));

  const auto pasted = read_pasted({.text = text, .user_agent = agent}, kHost);
  if (!pasted) {
    require(pasted.error().field == "text" || pasted.error().field == "user_agent");
    require(!pasted.error().message.empty());
    return 0;
  }
  require(!pasted->user_agent.empty() && is_visible(pasted->user_agent));
  require(find_cookie(pasted->cookies, kClearance) != nullptr);
  for (const auto& cookie : pasted->cookies) {
    require(is_edge_cookie(cookie.name));
    require(gw::is_cookie_value(cookie.value.reveal()));
  }
  // As it is sent it may be pasted again.
  const auto line = cookie_line(pasted->cookies, kHost, kHost, gw::WallTime());
  const auto again = read_pasted({.text = line, .user_agent = pasted->user_agent}, kHost);
  require(again && cookie_line(again->cookies, kHost, kHost, gw::WallTime()) == line);
  return 0;
}
