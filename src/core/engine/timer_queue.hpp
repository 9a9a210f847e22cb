// What is to happen when: the engine's view of time, turned by whoever drives it.
#pragma once

#include "base/clock.hpp"
#include "base/ids.hpp"

#include <cstdint>
#include <map>
#include <optional>

namespace gw {

enum class TimerKind : std::uint8_t {
  not_before,  // a task that was told to wait may try again
  deadline,    // a waiter's time is up
  park_end,    // nobody came back for a parked task
  forget,      // a finished task is no longer kept for adoption
};

struct TimerEvent {
  TimerKind kind;
  TaskId task;
  WaiterId waiter;  // deadline only
};

// Pure; owned by the engine. Handles are erased when what they wait for has happened: a deadline of
// ten minutes must not outlive a request of one millisecond.
class TimerQueue final {
 public:
  using Handle = std::multimap<SteadyTime, TimerEvent>::iterator;

  Handle schedule(SteadyTime at, TimerEvent event) { return events_.emplace(at, event); }
  void cancel(Handle handle) { events_.erase(handle); }

  std::optional<SteadyTime> next() const {
    if (events_.empty()) return std::nullopt;
    return events_.begin()->first;
  }
  // Takes the first event that is due, or nothing.
  std::optional<TimerEvent> take_due(SteadyTime now) {
    if (events_.empty() || events_.begin()->first > now) return std::nullopt;
    return events_.extract(events_.begin()).mapped();
  }

 private:
  std::multimap<SteadyTime, TimerEvent> events_;
};

}  // namespace gw
