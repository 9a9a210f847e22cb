#include "providers/dreamifly/cookie.hpp"

#include "base/text.hpp"
#include "transport/cookie_text.hpp"

#include <algorithm>
#include <array>

namespace gw::dreamifly {
namespace {

constexpr std::string_view kPlainName = "better-auth.session_token";
constexpr std::string_view kSecureName = "__Secure-better-auth.session_token";
constexpr std::size_t kLongestValue = 4'000;

bool is_session_name(std::string_view name) {
  return name == kPlainName || name == kSecureName;
}

bool is_value(std::string_view text) {
  return text.size() <= kLongestValue && is_cookie_value(text);
}

// Max-Age=0 or a negative one takes a cookie away (RFC 6265 §5.2.2).
bool takes_away(std::string_view attribute) {
  const auto [name, value] = split_pair(attribute);
  return equals_ignoring_case(name, "max-age") && !value.empty() &&
         (value.starts_with('-') || value.find_first_not_of('0') == std::string_view::npos);
}

std::optional<SessionCookie> find_in_cookie_line(std::string_view line) {
  while (!line.empty()) {
    const auto [name, value] = split_pair(take_part(line));
    if (is_session_name(name)) return SessionCookie{std::string(name), std::string(value)};
  }
  return std::nullopt;
}

std::string_view without_header_name(std::string_view text) {
  constexpr std::string_view kHeader = "cookie:";
  if (!equals_ignoring_case(text.substr(0, kHeader.size()), kHeader)) return text;
  return trim(text.substr(kHeader.size()));
}

// A value may end with base64's padding; an equals sign anywhere else stands behind a name.
bool names_something(std::string_view text) {
  return text.substr(0, text.find_last_not_of('=') + 1).contains('=');
}

}  // namespace

std::string_view session_cookie_name(std::string_view scheme) {
  return scheme == "https" ? kSecureName : kPlainName;
}

std::optional<SessionCookie> read_set_cookie(std::string_view line) {
  const auto [name, value] = split_pair(take_part(line));
  if (!is_session_name(name) || !is_value(value)) return std::nullopt;
  while (!line.empty()) {
    if (takes_away(take_part(line))) return std::nullopt;
  }
  return SessionCookie{std::string(name), std::string(value)};
}

std::expected<SessionCookie, std::string> read_pasted_session(std::string_view text) {
  const auto line = without_header_name(trim(text));
  auto cookie = find_in_cookie_line(line);
  if (!cookie && (line.contains(';') || names_something(line))) {
    return std::unexpected(
        "holds no cookie named better-auth.session_token, with or without "
        "__Secure- in front");
  }
  if (!cookie) cookie = SessionCookie{.name = {}, .value = std::string(line)};
  if (!is_value(cookie->value)) {
    return std::unexpected(
        "is no cookie's value: visible ASCII without spaces, quotes, commas and "
        "backslashes");
  }
  // The token that a sign-in answers in its JSON is the cookie's first half and opens nothing.
  if (!cookie->value.contains('.')) {
    return std::unexpected(
        "is only the token; the cookie's whole value has a dot and a signature "
        "behind it");
  }
  return *std::move(cookie);
}

}  // namespace gw::dreamifly
