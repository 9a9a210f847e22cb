// What must hold after each step of every history.
#pragma once

#include "tests/sim/world.hpp"

#include <deque>
#include <string_view>
#include <utility>
#include <vector>

namespace gw::sim {

class Invariants final {
 public:
  explicit Invariants(World& world) : world_(world) {}

  // The first one that does not hold, as a sentence.
  std::optional<std::string> after_step();
  // When nothing moves any more: nothing may be left over.
  std::optional<std::string> at_rest();

 private:
  std::optional<std::string> promises_kept() const;
  bool upstream_limit_kept() const;
  bool refused_only_probes() const;
  bool slots_match_running_tasks() const;
  bool counts_match_tasks() const;
  bool no_slot_idle_beside_work() const;
  bool accounts_match_running_tasks() const;
  bool repeats_are_bounded();
  bool deadlines_kept() const;
  bool nobody_starves();
  void note_ready();

  // What the engine counts, by when it happened.
  struct Counted {
    std::uint64_t seen = 0;
    std::deque<SteadyTime> times;
    void note(std::uint64_t count, SteadyTime now);
    std::uint64_t since(SteadyTime from) const;
  };

  World& world_;
  Counted repeats_;
  Counted admitted_;
  std::size_t leases_seen_ = 0;
  std::uint64_t process_ = 0;
  // A caller with ready work, and how many leases each other got since it was last served or became
  // ready. The names are those of the specs, which outlive their tasks.
  struct PassedOver {
    std::string_view caller;
    std::vector<std::pair<std::string_view, int>> others;
    int& times(std::string_view other);
  };
  std::vector<PassedOver> passed_over_;
  std::vector<std::string_view> ready_;  // kept for its memory
};

}  // namespace gw::sim
