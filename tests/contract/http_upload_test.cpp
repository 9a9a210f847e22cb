// Bodies that their handler reads as they arrive.
#include "tests/contract/http_server_fixture.hpp"

#include <fmt/format.h>

namespace gw::http {
namespace {

constexpr std::string_view kHello = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n";

std::string sized(std::string_view path, std::string_view body, std::string_view more = "") {
  return fmt::format("POST {} HTTP/1.1\r\nHost: a\r\n{}Content-Length: {}\r\n\r\n{}", path, more,
                     body.size(), body);
}

std::string chunked_head(std::string_view path) {
  return fmt::format("POST {} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n", path);
}

class HttpUpload : public HttpServerFixture {
 protected:
  // The bodies of these pass no session's memory: only the small ones are bounded by this.
  void start_small() {
    options.max_body_memory = 1'000;
    start();
  }
};

TEST_F(HttpUpload, ALargeBodyPassesInPieces) {
  start_small();
  const std::string body(5'000'000, 'x');
  auto socket = connect();
  socket.send(sized("/upload", body));
  EXPECT_EQ(socket.receive_answer().body, "5000000");
  EXPECT_GT(record.count("piece"), 10u);
  socket.send(kHello);
  EXPECT_EQ(socket.receive_answer().body, "hello");
}

TEST_F(HttpUpload, SoDoesAChunkedOne) {
  start_small();
  auto socket = connect();
  socket.send(chunked_head("/upload"));
  const std::string piece(100'000, 'x');
  for (int i = 0; i < 30; ++i) socket.send(fmt::format("{:x}\r\n{}\r\n", piece.size(), piece));
  socket.send("0\r\n\r\n");
  socket.send(kHello);
  EXPECT_EQ(socket.receive_answer().body, "3000000");
  EXPECT_EQ(socket.receive_answer().body, "hello");
}

TEST_F(HttpUpload, AnEmptyOneEndsAtOnce) {
  start();
  EXPECT_EQ(ask("POST /upload HTTP/1.1\r\nHost: a\r\n\r\n").body, "0");
  EXPECT_EQ(ask(chunked_head("/upload") + "0\r\n\r\n").body, "0");
}

TEST_F(HttpUpload, OverTheLimitIsToldSo) {
  start();
  auto declared = connect();
  declared.send("POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 10000001\r\n\r\n");
  EXPECT_EQ(declared.receive_answer().status, 413);

  auto chunked = connect();
  chunked.send(chunked_head("/upload"));
  const auto chunk = fmt::format("{:x}\r\n{}\r\n", 1'000'000, std::string(1'000'000, 'x'));
  for (int i = 0; i < 11; ++i) chunked.send_what_is_taken(chunk);
  EXPECT_EQ(chunked.receive_answer().status, 413);
}

TEST_F(HttpUpload, ContinueIsSentWhenTheHandlerBeginsToRead) {
  start();
  auto socket = connect();
  socket.send(
      "POST /upload HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n");
  EXPECT_EQ(socket.receive_until("\r\n\r\n"), "HTTP/1.1 100 Continue\r\n\r\n");
  socket.send("abc");
  EXPECT_EQ(socket.receive_answer().body, "3");
}

TEST_F(HttpUpload, OneThatIsRefusedHalfWayClosesTheConnection) {
  start();
  auto socket = connect();
  socket.send("POST /upload/refused HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc");
  const auto answer = socket.receive_answer();
  EXPECT_EQ(answer.status, 400);
  EXPECT_EQ(answer.header("Connection"), "close");
}

TEST_F(HttpUpload, OneThatStopsInTheMiddleIsTooSlow) {
  options.body_time = std::chrono::milliseconds(50);
  start();
  auto socket = connect();
  socket.send("POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc");
  EXPECT_EQ(socket.receive_answer().status, 408);
}

TEST_F(HttpUpload, AClientThatLeavesInTheMiddleIsGone) {
  start();
  {
    auto socket = connect();
    socket.send("POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nabc");
    ASSERT_TRUE(record.wait_for("piece"));
  }
  EXPECT_TRUE(record.wait_for("finished 499 POST /upload"));
}

TEST_F(HttpUpload, AClientThatLeavesBehindItsBodyIsNoticed) {
  start();
  {
    auto socket = connect();
    socket.send(sized("/upload/wait", "abc"));
    ASSERT_TRUE(record.wait_for("entered"));
  }
  EXPECT_TRUE(record.wait_for("cancelled"));
  EXPECT_TRUE(record.wait_for("finished 499 POST /upload/wait"));
}

TEST_F(HttpUpload, ACodedOneIsRefused) {
  start();
  EXPECT_EQ(ask(sized("/upload", "abc", "Content-Encoding: gzip\r\n")).status, 415);
}

}  // namespace
}  // namespace gw::http
