// The bounds: sizes, times, connections, descriptors.
#include "tests/contract/http_server_fixture.hpp"

#include <atomic>
#include <cerrno>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace {

std::atomic<int> accepts_to_fail = 0;

}  // namespace

// In front of the C library's, because really running out of descriptors takes them from the
// sanitizers too.
extern "C" int accept(int descriptor, sockaddr* address, socklen_t* size) {
  if (accepts_to_fail > 0) {
    --accepts_to_fail;
    errno = EMFILE;
    return -1;
  }
  return static_cast<int>(::syscall(SYS_accept4, descriptor, address, size, 0));
}

namespace gw::http {
namespace {

using std::chrono::milliseconds;

class HttpLimits : public HttpServerFixture {};

constexpr std::string_view kHello = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n";

TEST_F(HttpLimits, ADeclaredLengthOverTheLimitIsRefusedUnread) {
  start();
  auto socket = connect();
  socket.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 200001\r\n\r\n");

  const auto answer = socket.receive_answer();

  EXPECT_EQ(answer.status, 413);
  EXPECT_EQ(answer.header("Connection"), "close");
}

TEST_F(HttpLimits, AClientThatSendsItsTooLargeBodyStillReadsTheAnswer) {
  start();
  auto socket = connect();
  const std::string body(8 * 1024 * 1024, 'x');
  socket.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: " + std::to_string(body.size()) +
              "\r\n\r\n");
  socket.send(body);  // all of it, before looking

  EXPECT_EQ(socket.receive_answer().status, 413);
}

TEST_F(HttpLimits, AChunkedBodyIsCutAtTheLimit) {
  start();
  auto socket = connect();
  socket.send("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");
  const std::string chunk = "10000\r\n" + std::string(0x10000, 'x') + "\r\n";
  for (int i = 0; i < 4; ++i) socket.send_what_is_taken(chunk);

  EXPECT_EQ(socket.receive_answer().status, 413);
}

TEST_F(HttpLimits, AllBodiesTogetherHaveABoundToo) {
  options.max_body_memory = 1'000;
  start();
  const std::string body(1'001, 'x');
  const auto sized = ask("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1001\r\n\r\n" + body);
  EXPECT_EQ(sized.status, 503);
  const auto chunked =
      ask("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n" + body);
  EXPECT_EQ(chunked.status, 503);

  const auto fitting = body.substr(1);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(ask("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n" + fitting).body,
              fitting)
        << "what one has left is there for the next";
  }
}

TEST_F(HttpLimits, AHeadOverItsBoundIsRefused) {
  options.max_header_bytes = 1024;
  start();
  const std::string fits =
      "GET /hello HTTP/1.1\r\nHost: a\r\nX: " + std::string(900, 'x') + "\r\n\r\n";
  EXPECT_EQ(ask(fits).status, 200);

  const std::string whole =
      "GET /hello HTTP/1.1\r\nHost: a\r\nX: " + std::string(1024, 'x') + "\r\n\r\n";
  EXPECT_EQ(ask(whole).status, 431);

  const std::string endless = "GET /" + std::string(1100, 'x');
  EXPECT_EQ(ask(endless).status, 431);
}

TEST_F(HttpLimits, ABodyBehindTheHeadDoesNotCountAsHead) {
  options.max_header_bytes = 256;
  start();
  const std::string body(100'000, 'x');
  EXPECT_EQ(ask("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n" + body).status,
            200);
}

TEST_F(HttpLimits, TooManyFieldsAreRefused) {
  start();
  std::string head = "GET /hello HTTP/1.1\r\nHost: a\r\n";
  for (int i = 0; i < 200; ++i) head += "X: y\r\n";
  EXPECT_EQ(ask(head + "\r\n").status, 431);
}

TEST_F(HttpLimits, ASlowHeadIsGivenUp) {
  options.header_time = milliseconds(50);
  start();
  const auto answer = ask("GET /hello HTTP/1.1\r\n");

  EXPECT_EQ(answer.status, 408);
  EXPECT_EQ(answer.header("Connection"), "close");
}

TEST_F(HttpLimits, TheHeadersClockStartsAtTheFirstByte) {
  options.header_time = milliseconds(1);
  start();
  auto socket = connect();
  EXPECT_EQ(counters().malformed, 0u);  // a round trip to the server's thread: it has accepted

  socket.send(kHello);

  EXPECT_EQ(socket.receive_answer().status, 200);
}

TEST_F(HttpLimits, ASlowBodyIsGivenUp) {
  options.body_time = milliseconds(50);
  start();
  EXPECT_EQ(ask("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nabc").status, 408);
  EXPECT_EQ(
      ask("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc").status,
      408);
}

TEST_F(HttpLimits, AnIdleConnectionIsClosedWithoutAWord) {
  options.idle_time = milliseconds(50);
  start();
  auto fresh = connect();
  EXPECT_TRUE(fresh.at_end());

  auto used = connect();
  used.send(kHello);
  EXPECT_EQ(used.receive_answer().status, 200);
  EXPECT_TRUE(used.at_end());
}

TEST_F(HttpLimits, TimesDoNotRunWhileAHandlerWorks) {
  options.idle_time = options.header_time = options.body_time = milliseconds(20);
  start();
  auto waiting = connect();
  waiting.send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n");
  ASSERT_TRUE(record.wait_for("entered"));
  auto idle = connect();
  EXPECT_TRUE(idle.at_end());  // longer than each of them

  release();

  EXPECT_EQ(waiting.receive_answer().body, "waited");
}

TEST_F(HttpLimits, AClientThatTakesNothingIsLeft) {
  options.write_time = milliseconds(50);
  start();
  auto socket = connect();
  socket.send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");  // 9 MB, more than the sockets hold

  EXPECT_TRUE(record.wait_for("finished 499 GET /large"));
}

TEST_F(HttpLimits, AClientThatTakesTooLittleIsLeft) {
  options.write_time = milliseconds(200);
  options.least_rate = 1'000'000'000;
  start();
  auto socket = connect();
  socket.send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");

  // It goes on, but slowly: the longest would take many seconds.
  bool left = false;
  for (int i = 0; i < 2'000 && !left; ++i) {
    socket.receive(4'096);
    left = record.wait_for("finished 499 GET /large", 1, milliseconds(5));
  }
  EXPECT_TRUE(left);
}

TEST_F(HttpLimits, OneConnectionTooManyIsToldSo) {
  options.max_connections = 2;
  start();
  auto first = connect();
  auto second = connect();
  first.send(kHello);
  second.send(kHello);
  EXPECT_EQ(first.receive_answer().status, 200);
  EXPECT_EQ(second.receive_answer().status, 200);

  auto third = connect();
  const auto answer = third.receive_answer();
  EXPECT_EQ(answer.status, 503);
  EXPECT_EQ(answer.header("Connection"), "close");
  EXPECT_TRUE(answer.header("x-decorated"));
  EXPECT_EQ(counters().refused, 1u);
  third.close();

  first.send("GET /close HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(first.receive_answer().status, 200);
  EXPECT_TRUE(first.at_end());
  EXPECT_EQ(ask(kHello).status, 200);
}

TEST_F(HttpLimits, ItRecoversWhenDescriptorsRunOut) {
  start();
  accepts_to_fail = 3;

  EXPECT_EQ(ask(kHello).status, 200);

  EXPECT_EQ(accepts_to_fail, 0);
  EXPECT_EQ(counters().accepted, 1u);
}

}  // namespace
}  // namespace gw::http
