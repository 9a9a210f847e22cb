// What is kept of a zone over a restart, so that a crash loop does not hammer the site.
#pragma once

#include "base/clock.hpp"
#include "base/secret.hpp"
#include "transport/edge/clearance.hpp"
#include "transport/edge/cooldown.hpp"
#include "transport/edge/finding.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gw::edge {

enum class State : std::uint8_t { unneeded, valid, probing, needed, cooling, blocked };
std::string_view to_string(State state);

// Why the state is what it is.
enum class Reason : std::uint8_t {
  none,
  challenged,    // the edge wants to see a human
  rejected,      // it does not take the clearance that was pasted: most likely earned from another
                 // address or by another browser
  loop,          // it takes clearances and asks again at once
  expired,       // the clearance is past its bound
  refused,       // it refuses us; `code` says how
  rate_limited,  // its own limit
};
std::string_view to_string(Reason reason);

struct ZoneRecord {
  State state = State::unneeded;  // unneeded, valid, needed or blocked
  Reason reason = Reason::none;
  int code = 0;        // the edge's, of what led here; 0: none
  std::string ray;     // of that answer
  WallTime since;      // of the state
  std::string egress;  // the way out that all of it is about
  std::uint64_t generation = 0;
  Cooldown::Memory cooldown;
  std::optional<Clearance> clearance;
};

// As text, and a secret because of the cookies.
Secret write_zone(const ZoneRecord& record);
// Nothing for any other text: the zone then begins anew.
std::optional<ZoneRecord> read_zone(const Secret& text);

}  // namespace gw::edge
