#include "tests/support/scripted_server.hpp"

#include "base/event.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <fmt/format.h>

#include <condition_variable>
#include <mutex>
#include <thread>
#include <utility>

namespace gw::test {

class ScriptedServer::Server {
 public:
  explicit Server(Script script)
      : script_(std::move(script)),
        acceptor_(io_.get_executor(), {asio::ip::address_v4::loopback(), 0}) {
    port_ = acceptor_.local_endpoint().port();
    asio::co_spawn(io_.get_executor(), accept(), asio::detached);
    thread_ = std::thread([this] { io_.run(); });
  }

  ~Server() {
    io_.stop();
    thread_.join();
  }

  Async<void> accept() {
    for (;;) {
      auto socket = co_await acceptor_.async_accept(use_awaitable);
      note([this] { ++connections_; });
      asio::co_spawn(io_.get_executor(), serve(std::move(socket)), asio::detached);
    }
  }

  Async<void> serve(Socket socket) {
    std::string buffer;
    for (;;) {
      auto request = co_await read_request(socket, buffer);
      if (!request) break;
      auto answer = script_(*request, number_++);
      note([&] { requests_.push_back(std::move(*request)); });
      co_await write_bytes(socket, std::move(answer.bytes));
      if (answer.then != ScriptedAnswer::Then::keep_open) {
        end(socket, answer.then);
        co_return;
      }
    }
    note([this] { ++closed_; });
  }

  void end(Socket& socket, ScriptedAnswer::Then how) {
    if (how == ScriptedAnswer::Then::reset) {
      reset(socket);
    } else {
      boost::system::error_code ignored;
      socket.close(ignored);
    }
    note([this] { ++ended_; });
  }

  template <class Function>
  void note(Function function) {
    const std::lock_guard lock(mutex_);
    function();
    changed_.notify_all();
  }

  template <class Condition>
  bool wait(std::chrono::milliseconds patience, Condition condition) const {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, patience, condition);
  }

  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  std::vector<RawRequest> requests_;
  std::size_t connections_ = 0;
  std::size_t closed_ = 0;
  std::size_t ended_ = 0;
  std::uint16_t port_ = 0;

 private:
  Script script_;
  std::size_t number_ = 0;
  asio::io_context io_{1};
  asio::basic_socket_acceptor<asio::ip::tcp, Executor> acceptor_;
  std::thread thread_;
};

ScriptedServer::ScriptedServer(Script script)
    : server_(std::make_unique<Server>(std::move(script))) {}
ScriptedServer::~ScriptedServer() = default;

std::uint16_t ScriptedServer::port() const {
  return server_->port_;
}

std::string ScriptedServer::url(const std::string& target) const {
  return fmt::format("http://127.0.0.1:{}{}", port(), target);
}

std::vector<RawRequest> ScriptedServer::requests() const {
  const std::lock_guard lock(server_->mutex_);
  return server_->requests_;
}

std::size_t ScriptedServer::connections() const {
  const std::lock_guard lock(server_->mutex_);
  return server_->connections_;
}

bool ScriptedServer::wait_for_requests(std::size_t count,
                                       std::chrono::milliseconds patience) const {
  return server_->wait(patience, [&] { return server_->requests_.size() >= count; });
}

bool ScriptedServer::wait_for_closed(std::size_t count, std::chrono::milliseconds patience) const {
  return server_->wait(patience, [&] { return server_->closed_ >= count; });
}

bool ScriptedServer::wait_for_ended(std::size_t count, std::chrono::milliseconds patience) const {
  return server_->wait(patience, [&] { return server_->ended_ >= count; });
}

std::string http_answer(int status, const std::string& body, const std::string& extra_headers) {
  return fmt::format("HTTP/1.1 {} Status\r\nContent-Length: {}\r\n{}\r\n{}", status, body.size(),
                     extra_headers, body);
}

}  // namespace gw::test
