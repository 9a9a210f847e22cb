// The cookies of an edge that we hold for one zone. libcurl's own jar is not used: its handles live
// for one request, and these must be kept over a restart. Pure; owned by the zone.
#pragma once

#include "base/clock.hpp"
#include "base/secret.hpp"
#include "transport/address.hpp"
#include "transport/http_client.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gw::edge {

struct EdgeCookie {
  std::string name;
  Secret value;
  std::string domain;  // without a leading dot; empty: the zone's host alone
  std::optional<WallTime> expires_at;
};

using EdgeCookies = std::vector<EdgeCookie>;

// Null when there is none of that name.
const EdgeCookie* find_cookie(const EdgeCookies& cookies, std::string_view name);

// "name=value; name=value" of those that are for `target` and have not expired; empty: none.
std::string cookie_line(const EdgeCookies& cookies, const Address& zone, const Address& target,
                        WallTime now);

// What an answer of `from` sets, changes and takes away: the edge renews its cookies as it likes,
// and may take a clearance back. Cookies of the site, of other domains and beyond 16 are left out.
// True when something has changed.
bool merge_set_cookies(EdgeCookies& cookies, const IncomingAnswer& answer, const Address& from,
                       WallTime now);

}  // namespace gw::edge
