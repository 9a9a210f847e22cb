// For work that must not be left half done because the client who asked for it has gone.
#pragma once

#include "base/event.hpp"
#include "base/task_group.hpp"

#include <memory>
#include <utility>

namespace gw {
namespace carry_through_detail {

// Shared by who waits and who works, because either may go first.
template <class T>
struct Shared {
  explicit Shared(Executor io) : over(io) {}
  Event over;
  Result<T> result = fail(Error::internal("what was to be carried through did not end"));
};

template <class T>
Async<void> work_on(Task<T> work, std::shared_ptr<Shared<T>> shared) {
  const std::shared_ptr<void> told(nullptr, [shared](void*) { shared->over.set(); });
  shared->result = co_await std::move(work);
}

}  // namespace carry_through_detail

// `work` belongs to `group` and ends there, whether or not its caller still waits. I/O thread.
template <class T>
Task<T> carry_through(Executor io, TaskGroup& group, Task<T> work) {
  auto shared = std::make_shared<carry_through_detail::Shared<T>>(io);
  group.spawn(carry_through_detail::work_on(std::move(work), shared));
  co_await shared->over.wait();
  co_return std::move(shared->result);
}

}  // namespace gw
