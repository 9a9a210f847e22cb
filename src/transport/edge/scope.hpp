// Where an edge's cookies may go (cloudflare-upstream §3.1). Pure.
#pragma once

#include "transport/address.hpp"

#include <string_view>

namespace gw::edge {

// A host without its port, and its port ("" for the scheme's own): "[::1]:8443" → "[::1]", "8443".
struct HostAndPort {
  std::string_view host;
  std::string_view port;
};
HostAndPort split_port(std::string_view host);

// Whether `host` is `domain` or lies below it. An address lies below nothing.
bool lies_in(std::string_view host, std::string_view domain);

// Whether a cookie may say that it is for this `domain` (without a leading dot), when the server it
// is for or comes from is `host`: the domain holds the host and is more than a top level.
bool may_name_domain(std::string_view host, std::string_view domain);

// Over https only, and over http to this machine alone, where there is no wire: own instances and
// tests live there.
bool may_carry_cookies(const Address& target);

// Whether a cookie of `zone` is for `target`: the zone's own host and, where the cookie's `domain`
// holds it, hosts below the zone's; same port. An empty domain is the zone's host alone.
bool covers(const Address& zone, std::string_view domain, const Address& target);

}  // namespace gw::edge
