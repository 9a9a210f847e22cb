// The slots of one upstream host: how many tasks may run there at a time, whatever happens to our
// callers.
#pragma once

#include "base/clock.hpp"

#include <cstddef>
#include <optional>
#include <vector>

namespace gw {

// A slot that was given out. It must come back exactly once, by one of HostSlots' return functions.
struct Lease {
  // A real request that tries whether an unsure slot is free. A concurrency refusal precedes all
  // counting at the upstream (dreamifly-protocol §3.1), so this probe costs nothing when the answer
  // is no. That it was let in proves something only if all the other slots were busy all the while:
  // else it may sit in one of those.
  bool probe = false;
  bool sent = false;
  SteadyTime unsure_until{};  // probe: when the slot counts as free without proof
};

// Pure: no clock of its own, no callbacks. Owned by the engine.
class HostSlots final {
 public:
  explicit HostSlots(std::size_t limit) : limit_(limit) {}

  std::optional<Lease> acquire(SteadyTime now);
  // The lease's request is on its way. No probe goes out before all other leases are: it could take
  // their room.
  void mark_sent(Lease& lease);

  // The upstream has answered, or nothing was sent: the slot is free.
  void give_back(const Lease& lease);
  // Nobody knows whether the upstream still draws.
  void give_back_unsure(const Lease& lease, SteadyTime probe_at, SteadyTime free_at);
  // The upstream says that its places are taken; of a probe: the unsure slot is still busy.
  void give_back_refused(const Lease& lease, SteadyTime probe_at);
  // A probe that was never sent, or failed for another reason, has proved nothing.
  void give_back_unsent(const Lease& lease, SteadyTime now);

  // A request of an earlier process may still be drawn.
  void add_unsure(SteadyTime probe_at, SteadyTime free_at);

  // What was given out beyond a smaller limit comes back as ever.
  void resize(std::size_t limit) { limit_ = limit; }

  // No lease before then: the host told us to wait.
  void pause(SteadyTime until);

  // When `acquire` may succeed again by the passing of time alone.
  std::optional<SteadyTime> next_change(SteadyTime now) const;

  std::size_t limit() const { return limit_; }
  std::size_t held() const { return held_; }
  std::size_t unsure() const { return unsure_.size(); }
  // How many leases could be given out now, probes aside.
  std::size_t free(SteadyTime now) const;

 private:
  struct Unsure {
    SteadyTime probe_at;
    SteadyTime free_at;
  };
  void forget_expired(SteadyTime now);
  void close(const Lease& lease);
  void drop_oldest(SteadyTime probed);
  // The probed slot counts beside its probe: it may still be busy.
  std::size_t taken() const { return held_ + unsure_.size() + (probing_ ? 1 : 0); }

  std::size_t limit_;
  std::size_t held_ = 0;           // leases out, probes included
  std::size_t unsent_ = 0;         // leases out whose request has not left
  bool probing_ = false;           // one real request at a time
  bool probe_conclusive_ = false;  // no other slot came back since the probe was given out
  SteadyTime paused_until_{};
  std::vector<Unsure> unsure_;
};

}  // namespace gw
