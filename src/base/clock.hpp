// Time as a capability: what needs it gets a Clock, so that tests turn it by hand.
#pragma once

#include <chrono>

namespace gw {

using SteadyTime = std::chrono::steady_clock::time_point;
using WallTime = std::chrono::system_clock::time_point;

class Clock {
 public:
  virtual ~Clock() = default;
  virtual SteadyTime now() const = 0;  // for durations and deadlines
  virtual WallTime wall() const = 0;   // for what people and other machines read
};

class SystemClock final : public Clock {
 public:
  SteadyTime now() const override { return std::chrono::steady_clock::now(); }
  WallTime wall() const override { return std::chrono::system_clock::now(); }
};

}  // namespace gw
