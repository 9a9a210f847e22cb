// A clearance: what an edge gave the operator's own browser, and what it is bound to
// (cloudflare-upstream §3.1). Values only; its cookies are secrets.
#pragma once

#include "base/clock.hpp"
#include "transport/address.hpp"
#include "transport/edge/cookies.hpp"
#include "transport/http_client.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gw::edge {

// The way out by which requests go: a clearance is worth nothing on another. Holds the proxy's
// scheme, user, host and port, and never its password ("direct" without one), and the family that
// the operator has chosen.
std::string egress_key(const Proxy& proxy, AddressFamily family);

struct Clearance {
  Address zone;  // the upstream it is for
  std::string egress;
  // By which its probe went: requests with it go the same way, because a host with both would
  // otherwise change its address from one to the next.
  AddressFamily family = AddressFamily::any;
  std::string user_agent;  // of that browser, byte for byte
  EdgeCookies cookies;
  WallTime obtained_at;
  std::optional<WallTime> expires_at;         // an upper bound; the edge may end it at any time
  std::chrono::seconds assumed_ttl{30 * 60};  // the edge's default, for display alone
  std::optional<WallTime> last_ok_at;         // an answer came that was no trouble of the edge's

  bool over(WallTime now) const { return expires_at && *expires_at <= now; }
  // When it may end if nothing renews it; it is used on until the edge says otherwise.
  WallTime soft_expiry() const { return last_ok_at.value_or(obtained_at) + assumed_ttl; }
  // Past 80 % of that.
  bool ends_soon(WallTime now) const;
};

// Puts it on a request, if that goes to its zone: User-Agent, cookies beside those that are there,
// address family. Nothing of it goes anywhere else.
void put_on(OutgoingRequest& request, const Clearance& clearance, WallTime now);

// What may be shown of a cookie.
struct MaskedCookie {
  std::string name;
  std::size_t length = 0;
  std::string ending;  // the last four characters; empty for a short value
};
std::vector<MaskedCookie> masked(const EdgeCookies& cookies);

}  // namespace gw::edge
