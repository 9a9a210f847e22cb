#include "core/engine/breaker.hpp"

#include <algorithm>

namespace gw {

std::optional<std::chrono::seconds> Breaker::saw(TryHealth health, SteadyTime now) {
  tries_.add(now);
  if (health != TryHealth::good) bad_.add(now);
  faults_ = health == TryHealth::fault ? faults_ + 1 : 0;
  const auto tries = tries_.count(now);
  const auto bad = static_cast<double>(bad_.count(now));
  const bool mostly_bad = tries >= kEnough && bad >= kBadShare * static_cast<double>(tries);
  if (faults_ < kFaultsInRow && !mostly_bad) return std::nullopt;
  return trip();
}

std::chrono::seconds Breaker::still_down() {
  return trip();
}

void Breaker::closed() {
  trips_ = 0;
  faults_ = 0;
  tries_.clear();
  bad_.clear();
}

// What was counted is spent: the next time counts anew.
std::chrono::seconds Breaker::trip() {
  const auto time = std::min(kFirst * (1 << std::min(trips_, 5)), kLongest);
  ++trips_;
  ++opened_;
  faults_ = 0;
  tries_.clear();
  bad_.clear();
  return time;
}

}  // namespace gw
