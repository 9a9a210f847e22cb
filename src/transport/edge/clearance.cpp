#include "transport/edge/clearance.hpp"

#include "base/text.hpp"

namespace gw::edge {
namespace {

constexpr std::size_t kShown = 4;
constexpr std::size_t kLongEnough = 16;  // for four characters to tell nothing

std::string_view suffix_of(AddressFamily family) {
  switch (family) {
    case AddressFamily::any:
      return "";
    case AddressFamily::ipv4:
      return " ipv4";
    case AddressFamily::ipv6:
      return " ipv6";
  }
  return "";
}

void add_cookies(OutgoingRequest& request, const std::string& line) {
  for (auto& [name, value] : request.headers) {
    if (!equals_ignoring_case(name, "cookie")) continue;
    value.append("; ").append(line);
    return;
  }
  request.headers.emplace_back("Cookie", line);
}

}  // namespace

std::string egress_key(const Proxy& proxy, AddressFamily family) {
  auto key = proxy.empty() ? std::string("direct") : to_lower(proxy.url);
  if (key.ends_with('/')) key.pop_back();
  if (!proxy.user.empty()) key.insert(key.find("://") + 3, proxy.user + "@");
  return key.append(suffix_of(family));
}

bool Clearance::ends_soon(WallTime now) const {
  return now >= soft_expiry() - assumed_ttl / 5;
}

void put_on(OutgoingRequest& request, const Clearance& clearance, WallTime now) {
  const auto target = address_of(request.url);
  if (!target) return;
  const auto line = cookie_line(clearance.cookies, clearance.zone, *target, now);
  if (!line.empty()) add_cookies(request, line);
  if (line.empty() && *target != clearance.zone) return;
  request.user_agent = clearance.user_agent;
  request.family = clearance.family;
}

std::vector<MaskedCookie> masked(const EdgeCookies& cookies) {
  std::vector<MaskedCookie> shown;
  shown.reserve(cookies.size());
  for (const auto& cookie : cookies) {
    const auto& value = cookie.value.reveal();
    const auto begin = value.size() < kLongEnough ? value.size() : value.size() - kShown;
    shown.push_back({.name = cookie.name, .length = value.size(), .ending = value.substr(begin)});
  }
  return shown;
}

}  // namespace gw::edge
