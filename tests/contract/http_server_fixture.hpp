// A server of our own on a thread of its own, with routes that do one thing each, and a record of
// what it did.
#pragma once

#include "base/event.hpp"
#include "base/random.hpp"
#include "http/router.hpp"
#include "http/server.hpp"
#include "tests/support/raw_socket.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <condition_variable>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace gw::http {

// What happened on the server's thread, to be waited for on the test's.
class Record final {
 public:
  void add(std::string event);
  // False when it did not happen in time.
  bool wait_for(const std::string& event, std::size_t times = 1,
                std::chrono::milliseconds patience = std::chrono::seconds(10));
  std::size_t count(const std::string& event);

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::multiset<std::string> events_;
};

// Its wall clock stands still, so that Date is known.
class StoppedWallClock final : public Clock {
 public:
  SteadyTime now() const override { return std::chrono::steady_clock::now(); }
  WallTime wall() const override { return WallTime(std::chrono::seconds(784111777)); }
};

// Routes:
//   GET  /hello          "hello"
//   GET  /items/{id}     the id
//   POST /echo           the body, at most kEchoLimit
//   POST /guarded        the body; needs `x-key: right`
//   POST /upload         reads the body as it arrives ("piece"), at most kUploadLimit; its size
//   POST /upload/wait    the same, then like /wait
//   POST /upload/refused reads one piece, then 400
//   GET  /wait           enters ("entered"), waits for release() ("released") or its cancellation
//                        ("cancelled")
//   GET  /large          large_body(), in three pieces ("written")
//   GET  /stream?length  "ab" "" "cd", chunked or with that Content-Length
//   GET  /endless        a stream that waits for ever after its first piece ("stream destroyed" at
//                        its end)
//   GET  /just-in-time      a stream that has a piece ready when it is cut
//   GET  /concluding?first  a stream that waits for ever after a first piece of that size, and says
//                        "last words" when the server ends
//   GET  /throw, /fail   an exception, an Error
//   GET  /nothing        204
//   GET  /close          an answer that closes the connection
// Each request adds "finished <status> <method> <target>".
class HttpServerFixture : public testing::Test {
 protected:
  static constexpr std::size_t kEchoLimit = 200'000;
  static constexpr std::size_t kUploadLimit = 10'000'000;

  HttpServerFixture();
  ~HttpServerFixture() override;

  // Once per test, after the options have been set.
  void start();
  test::RawSocket connect() { return test::RawSocket(server_->port()); }
  test::RawAnswer ask(std::string_view request);
  void release();
  // Begins a drain; the future is ready when it has ended.
  std::future<void> drain(std::chrono::milliseconds grace);
  ServerCounters counters();

  static std::string large_body();

  ServerOptions options;
  Record record;

 private:
  void add_routes();
  ServerHooks hooks();

  asio::io_context io_{1};
  asio::executor_work_guard<Executor> busy_{io_.get_executor()};
  Router router_;
  StoppedWallClock clock_;
  SystemRandom random_;
  std::unique_ptr<Server> server_;
  Event released_{io_.get_executor()};
  std::thread thread_;
  bool drained_ = false;
};

}  // namespace gw::http
