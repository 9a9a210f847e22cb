// The port through which an operator gets a gateway past an edge that wants a human: he gives it
// the clearance of his own browser (cloudflare-upstream §3, §4). Nothing here solves a challenge.
#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/secret.hpp"
#include "base/task.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace gw {

// States of an edge zone (cloudflare-upstream §4). `challenged` is an instant and never seen.
enum class ZoneState : std::uint8_t { unneeded, valid, probing, needed, cooling, blocked };
std::string_view to_string(ZoneState state);

struct ClearanceView {
  std::string zone;  // host of the upstream
  ZoneState state = ZoneState::unneeded;
  std::string reason;
  std::string ray;                   // of the last answer of the edge that mattered
  std::optional<WallTime> until;     // cooling
  std::vector<std::string> cookies;  // names with length, last four characters and age
  std::string user_agent;            // that is sent; empty: the gateway's own
  std::optional<WallTime> obtained;  // the clearance in use
  std::optional<WallTime> expires;   // an upper bound, where known
};

struct PastedClearance {
  Secret text;  // a value, name=value, a Cookie line, Netscape lines, or "copy as cURL"
  std::string user_agent;
  std::optional<WallTime> expires;
};

// Implemented by a provider whose upstream may be behind an edge; I/O thread.
class ClearanceDoor {
 public:
  virtual ~ClearanceDoor() = default;
  virtual ClearanceView clearance() const = 0;
  // Probed through the real way out before it is trusted; the view says how that went.
  // invalid_request names the field of what cannot be read.
  virtual Task<ClearanceView> paste(PastedClearance pasted) = 0;
  virtual Task<ClearanceView> try_again() = 0;      // blocked, needed: one free call decides
  virtual Result<ClearanceView> try_without() = 0;  // needed: lets one real request go
  virtual Task<ClearanceView> forget() = 0;
};

}  // namespace gw
