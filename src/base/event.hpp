// A signal between coroutines of the I/O thread: one waits, another sets.
#pragma once

#include "base/task.hpp"

#include <boost/asio/steady_timer.hpp>

namespace gw {

// Owned by whoever waits; set from the I/O thread only. Cancelling the waiting coroutine ends the
// wait with asio's operation_aborted exception, as every cancelled asio operation does.
class Event final {
 public:
  using Timer = asio::basic_waitable_timer<std::chrono::steady_clock,
                                           asio::wait_traits<std::chrono::steady_clock>, Executor>;

  explicit Event(Executor executor) : timer_(executor, Timer::time_point::max()) {}

  void set() {
    set_ = true;
    timer_.cancel();
  }
  bool is_set() const { return set_; }
  // For events that repeat: the waiter resets before it looks at what it waits for.
  void reset() { set_ = false; }

  // Returns at once when already set.
  Async<void> wait();

 private:
  bool set_ = false;
  Timer timer_;
};

}  // namespace gw
