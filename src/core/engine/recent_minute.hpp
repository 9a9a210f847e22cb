// How often something happened within the last minute, to a second.
#pragma once

#include "base/clock.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace gw {

// Pure; times must not go back.
class RecentMinute final {
 public:
  void add(SteadyTime now) {
    auto& second = seconds_[index_of(now)];
    if (second.number != number_of(now)) second = {number_of(now), 0};
    ++second.count;
  }
  std::uint64_t count(SteadyTime now) const {
    const auto newest = number_of(now);
    std::uint64_t sum = 0;
    for (const auto& second : seconds_) {
      if (newest - second.number < kSeconds) sum += second.count;
    }
    return sum;
  }
  void clear() { seconds_ = {}; }

 private:
  static constexpr std::int64_t kSeconds = 60;
  struct Second {
    std::int64_t number = -kSeconds;  // of the clock; none yet
    std::uint64_t count = 0;
  };
  static std::int64_t number_of(SteadyTime at) {
    return std::chrono::floor<std::chrono::seconds>(at.time_since_epoch()).count();
  }
  static std::size_t index_of(SteadyTime at) {
    return static_cast<std::size_t>(number_of(at) % kSeconds);
  }
  std::array<Second, kSeconds> seconds_{};
};

}  // namespace gw
