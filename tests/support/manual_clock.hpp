// Time that moves when a test says so.
#pragma once

#include "base/clock.hpp"

namespace gw::test {

class ManualClock final : public Clock {
 public:
  explicit ManualClock(WallTime wall = {}) : wall_(wall) {}

  SteadyTime now() const override { return now_; }
  WallTime wall() const override { return wall_; }

  void advance(std::chrono::milliseconds by) {
    now_ += by;
    wall_ += by;
  }

 private:
  SteadyTime now_{std::chrono::hours(1)};
  WallTime wall_;
};

}  // namespace gw::test
