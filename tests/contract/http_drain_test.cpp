// The end of a server: who is still answered, who is cut off.
#include "tests/contract/http_server_fixture.hpp"

#include <algorithm>

namespace gw::http {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class HttpDrain : public HttpServerFixture {
 protected:
  void expect_over(std::future<void>& drained) {
    EXPECT_EQ(drained.wait_for(seconds(10)), std::future_status::ready);
  }
};

constexpr std::string_view kHello = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n";

TEST_F(HttpDrain, RunningRequestsAreAnsweredAndClosed) {
  start();
  auto socket = connect();
  socket.send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n");
  ASSERT_TRUE(record.wait_for("entered"));

  auto drained = drain(seconds(10));
  EXPECT_EQ(counters().requests_waiting, 1u);
  release();

  const auto answer = socket.receive_answer();
  EXPECT_EQ(answer.body, "waited");
  EXPECT_EQ(answer.header("Connection"), "close");
  expect_over(drained);
}

TEST_F(HttpDrain, NobodyNewIsLetIn) {
  start();
  auto socket = connect();
  socket.send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n");
  ASSERT_TRUE(record.wait_for("entered"));
  auto drained = drain(seconds(10));
  counters();  // a round trip: the drain has begun

  EXPECT_THROW(connect(), std::runtime_error);

  release();
  expect_over(drained);
}

TEST_F(HttpDrain, IdleConnectionsEndSoon) {
  start();
  auto fresh = connect();
  auto used = connect();
  used.send(kHello);
  EXPECT_EQ(used.receive_answer().status, 200);

  auto drained = drain(seconds(10));

  EXPECT_TRUE(fresh.at_end());
  EXPECT_TRUE(used.at_end());
  expect_over(drained);
}

TEST_F(HttpDrain, ARequestThatIsOnItsWayIsServedWithClose) {
  start();
  auto socket = connect();
  socket.send(kHello);
  EXPECT_EQ(socket.receive_answer().status, 200);
  auto drained = drain(seconds(10));

  socket.send(kHello);

  const auto answer = socket.receive_answer();
  EXPECT_EQ(answer.body, "hello");
  EXPECT_EQ(answer.header("Connection"), "close");
  expect_over(drained);
}

TEST_F(HttpDrain, WhatIsLeftAtTheDeadlineIsCancelledAndTold) {
  start();
  auto waiting = connect();
  waiting.send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n");
  ASSERT_TRUE(record.wait_for("entered"));
  auto streaming = connect();
  streaming.send("GET /endless HTTP/1.1\r\nHost: a\r\n\r\n");
  streaming.receive_until("first\r\n");
  auto sending = connect();
  sending.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n");

  auto drained = drain(milliseconds(20));

  EXPECT_EQ(waiting.receive_answer().status, 503);
  EXPECT_TRUE(record.wait_for("cancelled"));
  EXPECT_TRUE(streaming.at_end());
  expect_over(drained);
  EXPECT_EQ(record.count("finished 503 GET /wait"), 1u);
}

// The cut is through when another one has been told of it.
class HttpLastWords : public HttpDrain {
 protected:
  std::future<void> cut() {
    auto waiting = connect();
    waiting.send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_TRUE(record.wait_for("entered"));
    auto drained = drain(milliseconds(20));
    EXPECT_EQ(waiting.receive_answer().status, 503);
    return drained;
  }
};

TEST_F(HttpLastWords, OfAStreamAreItsOrderlyEnd) {
  start();
  auto socket = connect();
  socket.send("GET /concluding?first=5 HTTP/1.1\r\nHost: a\r\n\r\n");
  socket.receive_until("fffff\r\n");

  auto drained = cut();

  socket.receive_until("last words: The server is shutting down.\r\n0\r\n\r\n");
  EXPECT_TRUE(socket.at_end());
  expect_over(drained);
  EXPECT_EQ(record.count("finished 200 GET /concluding?first=5"), 1u);
}

TEST_F(HttpLastWords, ComeBehindAPieceThatWasReadyInThatMoment) {
  start();
  auto socket = connect();
  socket.send("GET /just-in-time HTTP/1.1\r\nHost: a\r\n\r\n");
  socket.receive_until("first,\r\n");

  auto drained = cut();

  socket.receive_until("d\r\njust in time,\r\n3\r\nend\r\n0\r\n\r\n");
  expect_over(drained);
}

TEST_F(HttpLastWords, ComeBehindWhatWasBeingWritten) {
  options.cut_time = seconds(20);
  start();
  auto socket = connect();
  socket.send("GET /concluding?first=12000000 HTTP/1.1\r\nHost: a\r\n\r\n");
  socket.receive_until("ffff");

  auto drained = cut();

  const auto rest = socket.receive_rest();
  EXPECT_TRUE(rest.ends_with("f\r\n28\r\nlast words: The server is shutting down.\r\n0\r\n\r\n"))
      << rest.substr(rest.size() - std::min<std::size_t>(rest.size(), 80));
  EXPECT_GE(rest.size(), 11'900'000u);
  expect_over(drained);
}

TEST_F(HttpLastWords, AreNotWaitedForWhenNobodyReads) {
  options.cut_time = milliseconds(50);
  start();
  auto deaf = connect();
  deaf.send("GET /concluding?first=12000000 HTTP/1.1\r\nHost: a\r\n\r\n");
  deaf.receive_until("ffff");

  auto drained = cut();

  expect_over(drained);
  EXPECT_EQ(record.count("finished 499 GET /concluding?first=12000000"), 1u);
}

TEST_F(HttpLastWords, AnAnswerThatIsBeingWrittenGetsOut) {
  options.cut_time = seconds(20);
  start();
  auto socket = connect();
  socket.send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
  auto received = socket.receive(1);

  auto drained = cut();

  received += socket.receive_rest();
  EXPECT_TRUE(received.ends_with(large_body()));
  expect_over(drained);
  EXPECT_TRUE(record.wait_for("written"));
}

}  // namespace
}  // namespace gw::http
