// Request bodies: when they are read, when not, and what is left on the connection.
#include "tests/contract/http_server_fixture.hpp"

namespace gw::http {
namespace {

class HttpBody : public HttpServerFixture {};

constexpr std::string_view kHello = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n";

std::string post(std::string_view path, std::string_view extra, std::string_view body) {
  return "POST " + std::string(path) + " HTTP/1.1\r\nHost: a\r\n" + std::string(extra) +
         "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

TEST_F(HttpBody, ALongBodyArrivesWhole) {
  start();
  const std::string body(kEchoLimit, 'x');
  EXPECT_EQ(ask(post("/echo", "", body)).body, body);
}

TEST_F(HttpBody, AChunkedBodyArrivesWholeHoweverItIsSplit) {
  start();
  auto socket = connect();
  socket.send("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");

  for (const char byte :
       std::string_view("5;name=value\r\nhello\r\n6\r\n world\r\n0\r\nT: t\r\n\r\n")) {
    socket.send(std::string_view(&byte, 1));
  }

  EXPECT_EQ(socket.receive_answer().body, "hello world");
  socket.send(kHello);
  EXPECT_EQ(socket.receive_answer().body, "hello");
}

TEST_F(HttpBody, TheGuardDecidesBeforeTheBodyComes) {
  start();
  auto socket = connect();
  socket.send(
      "POST /guarded HTTP/1.1\r\nHost: a\r\nContent-Length: 100000\r\n\r\n");  // and no body

  const auto answer = socket.receive_answer();

  EXPECT_EQ(answer.status, 401);
  EXPECT_EQ(answer.header("Connection"), "close");
}

TEST_F(HttpBody, ASmallRefusedBodyIsDroppedAndTheConnectionGoesOn) {
  start();
  auto socket = connect();

  socket.send(post("/guarded", "", "GET /none HTTP/1.1\r\nHost: a\r\n\r\n"));
  socket.send(post("/guarded", "x-key: right\r\n", "abc"));

  EXPECT_EQ(socket.receive_answer().status, 401);
  EXPECT_EQ(socket.receive_answer().body, "abc");
}

TEST_F(HttpBody, WhereNoneIsExpectedItIsDropped) {
  start();
  auto socket = connect();
  socket.send("GET /hello HTTP/1.1\r\nHost: a\r\nContent-Length: 31\r\n\r\n");
  socket.send("GET /none HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(socket.receive_answer().body, "hello");
  socket.send("GET /items/7 HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(socket.receive_answer().body, "7");
}

TEST_F(HttpBody, ACodedOneIsRefused) {
  start();
  EXPECT_EQ(ask(post("/echo", "Content-Encoding: gzip\r\n", "abc")).status, 415);
  EXPECT_EQ(ask(post("/echo", "Content-Encoding: Identity\r\n", "abc")).body, "abc");
}

TEST_F(HttpBody, ARefusedChunkedBodyClosesTheConnection) {
  start();
  auto socket = connect();
  socket.send("POST /none HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n");

  const auto answer = socket.receive_answer();

  EXPECT_EQ(answer.status, 404);
  EXPECT_EQ(answer.header("Connection"), "close");
}

TEST_F(HttpBody, ContinueIsSentOnlyBehindTheGuard) {
  start();
  auto admitted = connect();
  admitted.send(
      "POST /guarded HTTP/1.1\r\nHost: a\r\nx-key: right\r\nExpect: "
      "100-continue\r\nContent-Length: 3\r\n\r\n");
  EXPECT_EQ(admitted.receive_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  admitted.send("abc");
  EXPECT_EQ(admitted.receive_answer().body, "abc");

  auto refused = connect();
  refused.send(
      "POST /guarded HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
  const auto answer = refused.receive_answer();
  EXPECT_EQ(answer.status, 401);
  EXPECT_EQ(answer.header("Connection"), "close");
}

TEST_F(HttpBody, ContinueIsNotSentForABodyThatIsTooLarge) {
  start();
  const auto answer =
      ask("POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: "
          "1000000000\r\n\r\n");
  EXPECT_EQ(answer.status, 413);
}

TEST_F(HttpBody, ContinueIsNotSentToAnOldClientNorWhenTheBodyIsThere) {
  start();
  EXPECT_EQ(
      ask("POST /echo HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\nabc").status,
      200);
  EXPECT_EQ(ask(post("/echo", "Expect: 100-continue\r\n", "abc")).status, 200);
}

TEST_F(HttpBody, AClientThatLeavesHalfWayIsNotedAndNotAnswered) {
  start();
  auto socket = connect();
  socket.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
  socket.close();

  EXPECT_TRUE(record.wait_for("finished 499 POST /echo"));
}

}  // namespace
}  // namespace gw::http
