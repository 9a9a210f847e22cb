// Session cookies as text (protocol §4.2): what a server sets and what an operator pastes. Pure.
#pragma once

#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace gw::dreamifly {

struct SessionCookie {
  std::string name;   // empty: not told; session_cookie_name() then
  std::string value;  // as it came, percent-encoded or not: both work, and it is never recoded
  std::string header() const { return name + '=' + value; }
  friend bool operator==(const SessionCookie&, const SessionCookie&) = default;
};

// The name under which a server whose own address has this scheme looks for the session. The value
// under the other name is ignored there, which makes the caller anonymous.
std::string_view session_cookie_name(std::string_view scheme);

// From one Set-Cookie line. Nothing when it sets another cookie or takes the session away.
std::optional<SessionCookie> read_set_cookie(std::string_view line);

// From what people copy out of a browser: the value alone, name=value, or a whole Cookie line. The
// fault is a sentence that follows the setting's name; it never repeats the text.
std::expected<SessionCookie, std::string> read_pasted_session(std::string_view text);

}  // namespace gw::dreamifly
