// Runs one coroutine to its end, with whatever it starts, on the test's own io_context.
#pragma once

#include "base/task.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <exception>
#include <optional>
#include <stdexcept>
#include <utility>

namespace gw::test {

// How a coroutine ended. Spawned without its result: co_spawn for each type of result takes a
// compiler longer than the test itself.
struct Ended {
  bool yet = false;
  std::exception_ptr failure;
};

inline void spawn(asio::io_context& io, Async<void> coroutine, Ended& ended) {
  asio::co_spawn(io.get_executor(), std::move(coroutine), [&](std::exception_ptr failure) {
    ended = {.yet = true, .failure = std::move(failure)};
  });
  io.restart();
}

template <class T>
Async<void> with_result(Async<T> coroutine, std::optional<T>& result) {
  result.emplace(co_await std::move(coroutine));
}

template <class T>
T result_of(const Ended& ended, std::optional<T> result) {
  if (ended.failure) std::rethrow_exception(ended.failure);
  if (!result) throw std::logic_error("the coroutine did not end");
  return std::move(*result);
}

// An exception of the coroutine is thrown here.
template <class T>
T run(asio::io_context& io, Async<T> coroutine) {
  Ended ended;
  std::optional<T> result;
  spawn(io, with_result(std::move(coroutine), result), ended);
  io.run();
  return result_of(ended, std::move(result));
}

// The same, but what it has started may still go on: returns as soon as the coroutine has ended.
template <class T>
T run_until_done(asio::io_context& io, Async<T> coroutine) {
  Ended ended;
  std::optional<T> result;
  spawn(io, with_result(std::move(coroutine), result), ended);
  while (!ended.yet && io.run_one() > 0) {
  }
  return result_of(ended, std::move(result));
}

}  // namespace gw::test
