// A server in the test's own loop, whose answers the test writes step by step.
#pragma once

#include "tests/support/raw_http.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/write.hpp>
#include <fmt/format.h>

#include <cstddef>
#include <optional>
#include <string>
#include <utility>

namespace gw::test {

class StagedServer final {
 public:
  explicit StagedServer(asio::io_context& io)
      : io_(io), acceptor_(io.get_executor(), {asio::ip::address_v4::loopback(), 0}) {}

  std::string url(const std::string& target = "/") const {
    return fmt::format("http://127.0.0.1:{}{}", acceptor_.local_endpoint().port(), target);
  }

  // One connection with its request read.
  struct Exchange {
    Socket socket;
    RawRequest request;
    std::string buffer = {};

    Async<bool> write(std::string bytes) { return write_bytes(socket, std::move(bytes)); }
    // Whether the client ends the connection without asking for more.
    Async<bool> closed() {
      const auto more = co_await read_request(socket, buffer);
      co_return !more;
    }
  };
  Async<Exchange> accept() {
    auto socket = co_await acceptor_.async_accept(use_awaitable);
    std::string buffer;
    auto request = co_await read_request(socket, buffer);
    co_return Exchange{std::move(socket), request.value_or(RawRequest{}), std::move(buffer)};
  }

  // Runs beside the test's own coroutine.
  void serve(Async<void> script) {
    asio::co_spawn(io_.get_executor(), std::move(script), asio::detached);
  }

 private:
  asio::io_context& io_;
  asio::basic_socket_acceptor<asio::ip::tcp, Executor> acceptor_;
};

// Lets everything else in the loop go on until `value` has stood still for long: what is blocked
// then waits for the caller.
template <class Value>
Async<void> settle(asio::io_context& io, const Value& value) {
  constexpr int kLong = 2000;
  auto seen = value;
  for (int still = 0; still < kLong; ++still) {
    co_await asio::post(io.get_executor(), use_awaitable);
    if (std::exchange(seen, value) != value) still = 0;
  }
}

}  // namespace gw::test
