// Time, chance and events of a simulated world. Nothing here waits.
#pragma once

#include "base/clock.hpp"
#include "base/random.hpp"

#include <cstdint>
#include <functional>
#include <map>

namespace gw::sim {

using Duration = SteadyTime::duration;

class VirtualClock final : public Clock {
 public:
  SteadyTime now() const override { return now_; }
  WallTime wall() const override {
    return WallTime(std::chrono::duration_cast<WallTime::duration>(now_.time_since_epoch()));
  }
  void turn_to(SteadyTime time) { now_ = time; }

 private:
  SteadyTime now_{std::chrono::hours(24)};
};

// splitmix64: the seed is the whole history, so a failing one replays.
class SeededRandom final : public Random {
 public:
  explicit SeededRandom(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next() override {
    state_ += 0x9E3779B97F4A7C15;
    auto z = state_;
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
    return z ^ (z >> 31);
  }
  bool chance(unsigned percent) { return below(100) < percent; }
  Duration between(std::chrono::milliseconds low, std::chrono::milliseconds high) {
    const auto width = static_cast<std::uint64_t>((high - low).count()) + 1;
    return low + std::chrono::milliseconds(static_cast<std::int64_t>(below(width)));
  }

 private:
  std::uint64_t state_;
};

// Events in order of time, and of creation within one moment.
class Timeline final {
 public:
  explicit Timeline(VirtualClock& clock) : clock_(clock) {}

  void at(SteadyTime time, std::function<void()> event) { events_.emplace(time, std::move(event)); }
  void after(Duration delay, std::function<void()> event) {
    at(clock_.now() + delay, std::move(event));
  }

  // Runs the next event; false when there is none.
  bool step() {
    if (events_.empty()) return false;
    auto first = events_.extract(events_.begin());
    if (first.key() > clock_.now()) clock_.turn_to(first.key());
    first.mapped()();
    return true;
  }

 private:
  VirtualClock& clock_;
  std::multimap<SteadyTime, std::function<void()>> events_;
};

}  // namespace gw::sim
