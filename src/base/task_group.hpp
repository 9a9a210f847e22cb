// The owner of spawned coroutines: nothing in the program is detached.
#pragma once

#include "base/clock.hpp"
#include "base/task.hpp"

#include <boost/asio/cancellation_signal.hpp>

#include <cstddef>
#include <exception>
#include <functional>
#include <memory>

namespace gw {

// I/O thread only. Its owner waits until it is empty before it destroys what the members use; a
// group that is destroyed earlier leaves them to the io_context.
class TaskGroup final {
 public:
  // Gets what escapes from a member: always a bug. The operation_aborted that ends a cancelled
  // member is none.
  using Report = std::function<void(std::exception_ptr bug)>;

  // Cancels one member (terminal). Does nothing once that has ended.
  class Member final {
   public:
    Member() = default;
    void cancel() const;

   private:
    friend class TaskGroup;
    explicit Member(std::weak_ptr<asio::cancellation_signal> signal) : signal_(std::move(signal)) {}
    std::weak_ptr<asio::cancellation_signal> signal_;
  };

  TaskGroup(Executor executor, Report report);

  // Runs up to the first suspension before it returns, when called on the I/O thread.
  Member spawn(Async<void> work);
  // Cancels every member (terminal). Those spawned later are not affected.
  void cancel();
  std::size_t size() const;

  // One waiter at a time.
  Async<void> wait_until_empty();
  // The same, but not beyond `deadline`: look at size() afterwards.
  Async<void> wait_until_empty(SteadyTime deadline);

 private:
  struct State;
  std::shared_ptr<State> state_;  // shared with the completion of each member
};

}  // namespace gw
