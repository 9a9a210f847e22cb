// The one place for work that blocks or burns CPU: files, SQL, transcoding.
#pragma once

#include "base/task.hpp"

#include <boost/asio/strand.hpp>
#include <boost/asio/thread_pool.hpp>

#include <exception>
#include <memory>
#include <type_traits>

namespace gw {

class WorkerLane;

// Owned by the composition root. `run` may be called from the I/O thread only; the function runs on
// a pool thread and must own all it touches, because its caller may be cancelled while it runs (the
// function then still finishes, and its result is dropped).
class WorkerPool final {
 public:
  WorkerPool(Executor io, std::size_t threads) : io_(io), pool_(threads) {}
  ~WorkerPool() { stop(); }
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // `function` returns Result<T>. An exception it lets escape is a bug and surfaces in the caller.
  template <class Function>
  auto run(Function function) -> Async<std::invoke_result_t<Function>>;

  // Waits for what is running and queued.
  void stop() { pool_.join(); }

  Executor io() const { return io_; }

 private:
  friend class WorkerLane;

  template <class Place, class Function>
  auto run_on(Place& place, Function function) -> Async<std::invoke_result_t<Function>>;

  Executor io_;
  asio::thread_pool pool_;
};

// Jobs of a pool that run one after the other, in the order of the calls: a database connection and
// all who want it. What waits for its turn holds no thread of the pool. The pool outlives the lane.
class WorkerLane final {
 public:
  explicit WorkerLane(WorkerPool& pool) : pool_(pool), turns_(pool.pool_.get_executor()) {}

  // As WorkerPool::run. A cancelled caller does not take its job out of the line.
  template <class Function>
  auto run(Function function) -> Async<std::invoke_result_t<Function>>;

 private:
  WorkerPool& pool_;
  asio::strand<asio::thread_pool::executor_type> turns_;
};

}  // namespace gw

#include "base/worker_pool_impl.hpp"
