// WorkerPool::run and WorkerLane::run. A header of its own so that worker_pool.hpp reads as the
// contract.
#pragma once

#include "base/event.hpp"
#include "base/worker_pool.hpp"

#include <boost/asio/post.hpp>

namespace gw {

template <class Place, class Function>
auto WorkerPool::run_on(Place& place, Function function) -> Async<std::invoke_result_t<Function>> {
  using Value = std::invoke_result_t<Function>;
  // Shared, because the waiting coroutine may be cancelled and gone before the pool thread is done.
  struct Job {
    Job(Executor io, Function f) : done(io), function(std::move(f)) {}
    Event done;
    Function function;
    std::optional<Value> value;
    std::exception_ptr bug;
  };
  auto job = std::make_shared<Job>(io_, std::move(function));
  asio::post(place, [job, io = io_]() mutable {
    try {
      job->value.emplace(job->function());
    } catch (...) {
      job->bug = std::current_exception();
    }
    asio::post(io, [job = std::move(job)] { job->done.set(); });
  });
  co_await job->done.wait();
  if (job->bug) std::rethrow_exception(job->bug);
  co_return std::move(*job->value);
}

template <class Function>
auto WorkerPool::run(Function function) -> Async<std::invoke_result_t<Function>> {
  return run_on(pool_, std::move(function));
}

template <class Function>
auto WorkerLane::run(Function function) -> Async<std::invoke_result_t<Function>> {
  return pool_.run_on(turns_, std::move(function));
}

}  // namespace gw
