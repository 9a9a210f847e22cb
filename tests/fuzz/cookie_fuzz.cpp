// Whatever a server sets and whatever an operator pastes: a cookie that comes of it can stand in a
// header and is found again under its name.
#include "providers/dreamifly/cookie.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

using gw::dreamifly::SessionCookie;

void require(bool condition) {
  if (!condition) std::abort();
}

void check(const SessionCookie& cookie, std::string_view text) {
  require(!cookie.value.empty() && text.contains(cookie.value));
  const auto header = cookie.header();
  require(std::ranges::all_of(header, [](char c) { return c > ' ' && c < 0x7f && c != ';'; }));
}

void check_named(const SessionCookie& cookie) {
  require(cookie.name == gw::dreamifly::session_cookie_name("http") ||
          cookie.name == gw::dreamifly::session_cookie_name("https"));
  require(gw::dreamifly::read_set_cookie(cookie.header()) == cookie);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  if (const auto set = gw::dreamifly::read_set_cookie(text)) {
    check(*set, text);
    check_named(*set);
  }
  const auto pasted = gw::dreamifly::read_pasted_session(text);
  if (!pasted) {
    require(!pasted.error().empty());
    return 0;
  }
  check(*pasted, text);
  if (!pasted->name.empty()) check_named(*pasted);
  // Pasted again as it is sent it is the same.
  auto sent = *pasted;
  if (sent.name.empty()) sent.name = gw::dreamifly::session_cookie_name("https");
  require(gw::dreamifly::read_pasted_session(sent.header()) == sent);
  return 0;
}
