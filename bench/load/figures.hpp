// Times of many events, and what is printed of them.
#pragma once

#include <chrono>
#include <vector>

namespace gw::bench {

using Clock = std::chrono::steady_clock;

inline double milliseconds(Clock::duration time) {
  return std::chrono::duration<double, std::milli>(time).count();
}

// In ascending order of the values; `share` from 0 to 1. Throws std::runtime_error when there are
// none.
double quantile(std::vector<double> values, double share);

}  // namespace gw::bench
