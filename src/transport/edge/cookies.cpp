#include "transport/edge/cookies.hpp"

#include "base/text.hpp"
#include "transport/edge/cookie_text.hpp"
#include "transport/edge/http_date.hpp"
#include "transport/edge/scope.hpp"

#include <algorithm>
#include <charconv>

namespace gw::edge {
namespace {

constexpr std::size_t kMostCookies = 16;
constexpr std::int64_t kLongestAge = 366LL * 24 * 3600;

bool is_over(const EdgeCookie& cookie, WallTime now) {
  return cookie.expires_at && *cookie.expires_at <= now;
}

// Nothing for text that is no number: the attribute is ignored then (RFC 6265 §5.2.2).
std::optional<std::chrono::seconds> age_of(std::string_view text) {
  if (text.find_first_not_of("-0123456789") != std::string_view::npos) return std::nullopt;
  std::int64_t seconds = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error == std::errc::result_out_of_range) seconds = text.starts_with('-') ? 0 : kLongestAge;
  if (error == std::errc::invalid_argument || stop != text.data() + text.size())
    return std::nullopt;
  return std::chrono::seconds(std::clamp<std::int64_t>(seconds, 0, kLongestAge));
}

struct Attributes {
  std::string domain;
  std::optional<std::chrono::seconds> max_age;  // wins over expires
  std::optional<WallTime> expires;
};

Attributes attributes_of(std::string_view rest) {
  Attributes found;
  while (!rest.empty()) {
    const auto [name, value] = split_pair(take_part(rest));
    if (equals_ignoring_case(name, "max-age")) found.max_age = age_of(value);
    if (equals_ignoring_case(name, "expires")) found.expires = parse_http_date(value);
    if (equals_ignoring_case(name, "domain"))
      found.domain = to_lower(value.substr(value.starts_with('.') ? 1 : 0));
  }
  return found;
}

// A cookie that has expired takes its predecessor away.
std::optional<EdgeCookie> read_set_cookie(std::string_view line, const Address& from,
                                          WallTime now) {
  const auto [name, value] = split_pair(take_part(line));
  if (!is_edge_cookie(name)) return std::nullopt;
  const auto attributes = attributes_of(line);
  const auto host = split_port(from.host).host;
  if (!attributes.domain.empty() && attributes.domain != host &&
      !may_name_domain(host, attributes.domain))
    return std::nullopt;
  EdgeCookie cookie{.name = std::string(name),
                    .value = Secret(std::string(value)),
                    .domain = attributes.domain,
                    .expires_at = attributes.expires};
  if (attributes.max_age) cookie.expires_at = now + *attributes.max_age;
  if (!is_cookie_value(value) && !is_over(cookie, now)) return std::nullopt;
  return cookie;
}

bool apply(EdgeCookies& cookies, EdgeCookie cookie, WallTime now) {
  const auto known = std::ranges::find(cookies, cookie.name, &EdgeCookie::name);
  if (is_over(cookie, now)) {
    if (known == cookies.end()) return false;
    cookies.erase(known);
    return true;
  }
  if (known == cookies.end()) {
    if (cookies.size() >= kMostCookies) return false;
    cookies.push_back(std::move(cookie));
    return true;
  }
  const bool same = known->value.reveal() == cookie.value.reveal() &&
                    known->domain == cookie.domain && known->expires_at == cookie.expires_at;
  *known = std::move(cookie);
  return !same;
}

}  // namespace

const EdgeCookie* find_cookie(const EdgeCookies& cookies, std::string_view name) {
  const auto found = std::ranges::find(cookies, name, &EdgeCookie::name);
  return found == cookies.end() ? nullptr : &*found;
}

std::string cookie_line(const EdgeCookies& cookies, const Address& zone, const Address& target,
                        WallTime now) {
  std::string line;
  for (const auto& cookie : cookies) {
    if (is_over(cookie, now) || !covers(zone, cookie.domain, target)) continue;
    if (!line.empty()) line += "; ";
    line += cookie.name;
    line += '=';
    line += cookie.value.reveal();
  }
  return line;
}

bool merge_set_cookies(EdgeCookies& cookies, const IncomingAnswer& answer, const Address& from,
                       WallTime now) {
  if (!may_carry_cookies(from)) return false;
  bool changed = false;
  for (const auto& [name, value] : answer.headers) {
    if (name != "set-cookie") continue;
    auto cookie = read_set_cookie(value, from, now);
    if (cookie && apply(cookies, *std::move(cookie), now)) changed = true;
  }
  return changed;
}

}  // namespace gw::edge
