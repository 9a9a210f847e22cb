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

// T must have a default value (co_spawn wants that). An exception of the coroutine is thrown here.
template <class T>
T run(asio::io_context& io, Async<T> coroutine) {
  std::optional<T> result;
  asio::co_spawn(io.get_executor(), std::move(coroutine), [&](std::exception_ptr error, T value) {
    if (error) std::rethrow_exception(error);
    result.emplace(std::move(value));
  });
  io.restart();
  io.run();
  if (!result) throw std::logic_error("the coroutine did not end");
  return std::move(*result);
}

// The same, but what it has started may still go on: returns as soon as the coroutine has ended.
template <class T>
T run_until_done(asio::io_context& io, Async<T> coroutine) {
  std::optional<T> result;
  std::exception_ptr failure;
  asio::co_spawn(io.get_executor(), std::move(coroutine), [&](std::exception_ptr error, T value) {
    failure = error;
    result.emplace(std::move(value));
  });
  io.restart();
  while (!result && io.run_one() > 0) {
  }
  if (failure) std::rethrow_exception(failure);
  if (!result) throw std::logic_error("the coroutine did not end");
  return std::move(*result);
}

}  // namespace gw::test
