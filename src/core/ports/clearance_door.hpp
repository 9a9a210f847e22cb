// The port through which an operator gets a gateway past an edge that wants a human: he gives it
// the clearance of his own browser (cloudflare-upstream §3, §4). Nothing here solves a challenge.
#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/secret.hpp"
#include "base/task.hpp"
#include "core/ports/host_shut.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
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
  std::string last_probe;            // how the last free call that looked at it went, in words
  std::optional<WallTime> until;     // cooling
  std::vector<std::string> cookies;  // names with length and last four characters
  std::string user_agent;            // that is sent; empty: the gateway's own
  std::optional<WallTime> obtained;  // the clearance in use
  std::optional<WallTime> expires;   // an upper bound, where known
  bool ends_soon = false;            // it is past 80 % of the time that clearances usually last
};

// What has happened at the door since the start, for /metrics. Words are the gateway's own.
struct EdgeTally {
  struct Event {
    std::string_view kind;  // of the edge's answer: "challenge", "blocked" …
    int code = 0;           // 1xxx or 52x; 0: none
    std::uint64_t count = 0;
  };
  struct Transition {
    ZoneState from = ZoneState::unneeded;
    ZoneState to = ZoneState::unneeded;
    std::string_view reason;
    std::uint64_t count = 0;
  };
  std::vector<Event> events;
  std::vector<Transition> transitions;
};

struct PastedClearance {
  Secret text;  // a value, name=value, a Cookie line, Netscape lines, or "copy as cURL"
  std::string user_agent;
  std::optional<WallTime> expires;
};

// Of one upstream, whose provider shows it; I/O thread. Every call to the upstream goes through it.
class ClearanceDoor {
 public:
  virtual ~ClearanceDoor() = default;
  virtual ClearanceView clearance() const = 0;
  virtual EdgeTally tally() const { return {}; }
  // Probed through the real way out before it is trusted; the view says how that went.
  // invalid_request names the field of what cannot be read.
  virtual Task<ClearanceView> paste(PastedClearance pasted) = 0;
  virtual Task<ClearanceView> try_again() = 0;      // blocked, needed: one free call decides
  virtual Result<ClearanceView> try_without() = 0;  // needed: lets one real request go
  virtual Task<ClearanceView> forget() = 0;

  // --- of the composition root

  // Once, before anything is asked of the upstream: what is known from the process before.
  virtual Async<void> open() { co_return; }
  // Every minute or so. `wanted`: somebody wanted to draw since the last time.
  virtual Async<void> tend(bool /*wanted*/) { co_return; }
  virtual Async<void> finish() { co_return; }  // before the process ends: all is kept
  // Told, from within its own work, when the edge begins to let nothing through, when that changes,
  // and when it is over (nothing).
  using Changed = std::function<void(std::optional<HostShut>)>;
  virtual void on_changed(Changed) {}
};

}  // namespace gw
