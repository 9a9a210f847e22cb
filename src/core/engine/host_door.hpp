// Whether an upstream may be asked at all: open, shut for a reason, or ajar, when one real request
// decides (docs/decisions/0026).
#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "core/ports/host_shut.hpp"

#include <chrono>
#include <cstdint>
#include <optional>

namespace gw {

enum class DoorState : std::uint8_t { open, shut, ajar };
std::string_view to_string(DoorState state);

// Pure; one for each host; owned by the engine, which shuts and opens it.
class HostDoor final {
 public:
  // For as long as it says, then ajar; or until open() or try_one(). A later end wins over an
  // earlier.
  void shut(HostShut shut, SteadyTime now);
  void open();
  // Ajar now, whatever it was shut for: one may try.
  void try_one(SteadyTime now);

  // Ajar lets one through until it is known how that went.
  bool lets_through(SteadyTime now) const;
  // One goes through; true: it is the one that decides. Its end is open(), shut() or undecided().
  bool pass(SteadyTime now);
  void undecided() { trial_out_ = false; }  // it was never sent: the next may try

  DoorState state(SteadyTime now) const;
  // While it is not open: why, whether an edge shut it, and for what is refused when to come back
  // (never above 60 s).
  const Error* reason() const { return shut_ ? &shut_->reason : nullptr; }
  bool by_edge() const { return shut_ && shut_->by_edge; }
  Error refusal(SteadyTime now) const;
  std::optional<SteadyTime> until() const { return until_; }
  // What waits has been held long enough.
  bool hold_is_over(SteadyTime now, std::chrono::seconds hold) const;

  // When the passing of time alone changes something.
  std::optional<SteadyTime> next_change(SteadyTime now, std::chrono::seconds hold) const;

 private:
  std::optional<HostShut> shut_;  // nothing: open
  std::optional<SteadyTime> until_;
  SteadyTime since_{};  // not open
  bool trial_out_ = false;
};

}  // namespace gw
