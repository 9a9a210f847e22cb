// How many tries may be made over again: when an upstream fails, repeats must not become the load
// that keeps it down.
#pragma once

#include "core/engine/recent_minute.hpp"

#include <algorithm>
#include <cstdint>

namespace gw {

// One for the process; pure; owned by the engine.
class RetryBudget final {
 public:
  static constexpr std::uint64_t kAtLeast = 3;
  static constexpr double kShare = 0.2;  // of the tasks admitted within the last minute

  void admitted(SteadyTime now) { admitted_.add(now); }
  // False: what would be repeated fails instead.
  bool take(SteadyTime now) {
    if (repeated_.count(now) >= limit(now)) return false;
    repeated_.add(now);
    return true;
  }
  std::uint64_t left(SteadyTime now) const {
    const auto used = repeated_.count(now);
    return used < limit(now) ? limit(now) - used : 0;
  }

 private:
  std::uint64_t limit(SteadyTime now) const {
    const auto share = kShare * static_cast<double>(admitted_.count(now));
    return std::max(kAtLeast, static_cast<std::uint64_t>(share));
  }
  RecentMinute admitted_;
  RecentMinute repeated_;
};

}  // namespace gw
