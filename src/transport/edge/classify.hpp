// Whether an edge in front of the upstream gave an answer, and which (cloudflare-upstream §2.2):
// ordered rules, the first that fits decides. Pure and total.
#pragma once

#include "base/clock.hpp"
#include "transport/edge/finding.hpp"
#include "transport/http_client.hpp"

namespace gw::edge {

// Of any answer: its status, its headers and the first 64 kB of its decoded body. `now` only dates
// a Retry-After. A picture or JSON with a good status costs no look at the body.
Finding classify(const IncomingAnswer& answer, WallTime now);

}  // namespace gw::edge
