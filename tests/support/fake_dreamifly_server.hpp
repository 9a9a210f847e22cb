// The thread behind FakeDreamifly: its connections, its state under one lock.
#pragma once

#include "base/event.hpp"
#include "base/task.hpp"
#include "tests/support/fake_dreamifly.hpp"
#include "tests/support/fake_dreamifly_accounts.hpp"
#include "tests/support/raw_http.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/json.hpp>

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <expected>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <variant>
#include <vector>

namespace gw::test {

using FakeTrick = std::variant<FakeReply, FakeFault>;

class FakeDreamifly::Server {
 public:
  explicit Server(FakeOptions options);
  ~Server() {
    io_.stop();
    thread_.join();
  }

  std::uint16_t port() const { return port_; }

  template <class Function>
  auto locked(Function function) const {
    const std::lock_guard lock(mutex_);
    return function();
  }

  template <class Function>
  void on_thread(Function function) {
    std::condition_variable done;
    bool finished = false;
    asio::post(io_, [&] {
      const std::lock_guard lock(mutex_);
      function();
      finished = true;
      done.notify_all();
    });
    std::unique_lock lock(mutex_);
    done.wait(lock, [&] { return finished; });
  }

  bool wait_for_running(std::size_t count, std::chrono::milliseconds patience) const {
    std::unique_lock lock(mutex_);
    return changed_.wait_for(lock, patience, [&] { return accounts_.running() >= count; });
  }

  // Guarded by mutex_; written on the server's thread or under locked().
  FakeOptions options_;
  FakeAccounts accounts_;
  std::deque<FakeTrick> tricks_;
  std::string label_ = "data:image/png;base64,";
  std::map<std::string, FakeReply> replies_;  // by target
  std::map<std::string, FakeFault> faults_;
  std::vector<FakeCall> calls_;
  std::vector<FakeCall> sign_ins_;
  std::vector<FakeCall> session_checks_;
  std::size_t time_calls_ = 0;
  std::size_t model_calls_ = 0;
  std::size_t most_running_ = 0;

  void hold() { released_ = std::make_shared<Event>(io_.get_executor()); }
  void release() { released_->set(); }

 private:
  // One drawing; counted until the server has done its work, whoever still waits.
  class Job {
   public:
    Job(Server& server, std::string caller) : server_(server), caller_(std::move(caller)) {
      const std::lock_guard lock(server_.mutex_);
      server_.accounts_.job_begins(caller_);
      server_.most_running_ = std::max(server_.most_running_, server_.accounts_.running());
      server_.changed_.notify_all();
    }
    ~Job() {
      const std::lock_guard lock(server_.mutex_);
      server_.accounts_.job_ends(caller_);
    }
    Job(const Job&) = delete;
    Job& operator=(const Job&) = delete;

   private:
    Server& server_;
    std::string caller_;
  };

  Async<void> accept();
  Async<void> serve(Socket socket);
  Async<bool> answer(Socket& socket, RawRequest request);
  Async<bool> generate(Socket& socket, RawRequest request);
  // What a good answer says, or the refusal.
  Async<std::expected<std::string, FakeReply>> draw(std::string body, std::string caller);
  Async<void> pause(std::chrono::milliseconds time);

  WallTime wall() const {
    return options_.wall ? options_.wall() : std::chrono::system_clock::now();
  }
  // Of the static scheme, and before most of the calls that are free.
  bool is_old() const { return !options_.static_token.empty(); }
  FakeReply reply_of(const RawRequest& request);
  FakeReply time_reply();
  FakeReply quota_reply(const RawRequest& request);
  std::optional<FakeReply> authorization_fault(const std::string& authorization) const;
  std::optional<FakeReply> control(const RawRequest& request);
  FakeReply give_tricks(const boost::json::object& wish);
  std::string state() const;
  std::string orders() const;
  std::optional<FakeTrick> next_trick();
  std::string picture_body(const boost::json::object& body);

  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  asio::io_context io_{1};
  asio::basic_socket_acceptor<asio::ip::tcp, Executor> acceptor_;
  std::shared_ptr<Event> released_;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

}  // namespace gw::test
