// Coroutines of this project: every one runs on the single I/O thread and owns what it needs.
#pragma once

#include "base/error.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace gw {

namespace asio = boost::asio;

// The concrete executor and not any_io_executor: 5 % of the CPU of a small request.
using Executor = asio::io_context::executor_type;

template <class T>
using Async = asio::awaitable<T, Executor>;

template <class T>
using Task = Async<Result<T>>;

// Asio 1.81 cannot `co_return {};` from an awaitable<void>, so an operation without a value gives
// Done.
using Done = Result<void>;

inline constexpr asio::use_awaitable_t<Executor> use_awaitable{};

}  // namespace gw
