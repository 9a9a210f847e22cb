// Answers: large ones, streams, and clients that stop reading.
#include "tests/contract/http_server_fixture.hpp"

#include <algorithm>

namespace gw::http {
namespace {

using test::ExpectBody;

class HttpResponse : public HttpServerFixture {};

constexpr std::string_view kHello = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n";

TEST_F(HttpResponse, ALargeOneInPiecesIsExact) {
  start();
  auto socket = connect();
  for (int i = 0; i < 2; ++i) {
    socket.send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
    const auto answer = socket.receive_answer();
    EXPECT_EQ(answer.header("Content-Length"), std::to_string(large_body().size()));
    EXPECT_TRUE(answer.body == large_body());
  }
}

// Who drew what is in it must know whether it arrived.
TEST_F(HttpResponse, OneThatIsOutIsReportedOnce) {
  start();
  auto socket = connect();
  socket.send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
  socket.receive_answer();
  ASSERT_TRUE(record.wait_for("finished 200 GET /large"));
  EXPECT_EQ(record.count("written"), 1u);
}

TEST_F(HttpResponse, OneThatIsCutIsNotReported) {
  start();
  {
    auto socket = connect();
    socket.send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
    socket.receive_until("\r\n\r\n");
  }
  ASSERT_TRUE(record.wait_for("finished 499 GET /large"));
  EXPECT_EQ(record.count("written"), 0u);
}

TEST_F(HttpResponse, ALargeOneSurvivesASlowReader) {
  start();
  auto socket = connect();
  socket.send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
  socket.receive_until("\r\n\r\n");
  const auto expected = large_body();
  std::string body;
  while (body.size() < expected.size()) {
    body += socket.receive(std::min<std::size_t>(4099, expected.size() - body.size()));
  }
  EXPECT_TRUE(body == expected);
}

TEST_F(HttpResponse, AStreamOfUnknownLengthIsChunked) {
  start();
  auto socket = connect();
  socket.send("GET /stream HTTP/1.1\r\nHost: a\r\n\r\n");

  const auto answer = socket.receive_answer();

  EXPECT_EQ(answer.header("Transfer-Encoding"), "chunked");
  EXPECT_EQ(answer.body, "abcd");
  socket.send(kHello);
  EXPECT_EQ(socket.receive_answer().body, "hello");
}

TEST_F(HttpResponse, AStreamOfKnownLengthHasIt) {
  start();
  auto socket = connect();
  socket.send("GET /stream?length=4 HTTP/1.1\r\nHost: a\r\n\r\n");

  const auto answer = socket.receive_answer();

  EXPECT_EQ(answer.header("Content-Length"), "4");
  EXPECT_EQ(answer.body, "abcd");
}

TEST_F(HttpResponse, AnOldClientGetsAStreamUntilTheEnd) {
  start();
  const auto answer = ask("GET /stream HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");

  EXPECT_EQ(answer.header("Connection"), "close");
  EXPECT_FALSE(answer.header("Transfer-Encoding"));
  EXPECT_EQ(answer.body, "abcd");
}

TEST_F(HttpResponse, AStreamThatBreaksItsWordIsCut) {
  start();
  for (const auto* length : {"3", "5"}) {
    auto socket = connect();
    socket.send("GET /stream?length=" + std::string(length) + " HTTP/1.1\r\nHost: a\r\n\r\n");
    socket.receive_until("\r\n\r\n");
    const auto body = socket.receive_rest();
    EXPECT_LT(body.size(), 5u);
    EXPECT_NE(body.size(), std::stoul(length));
  }
}

TEST_F(HttpResponse, HeadAndBodilessStatusesSendNoBody) {
  start();
  auto socket = connect();
  socket.send("HEAD /stream HTTP/1.1\r\nHost: a\r\n\r\nGET /nothing HTTP/1.1\r\nHost: a\r\n\r\n");
  socket.send("HEAD /large HTTP/1.1\r\nHost: a\r\n\r\n");
  socket.send(kHello);

  EXPECT_EQ(socket.receive_answer(ExpectBody::no).header("Transfer-Encoding"), "chunked");
  const auto nothing = socket.receive_answer();
  EXPECT_EQ(nothing.status, 204);
  EXPECT_FALSE(nothing.header("Content-Length"));
  EXPECT_EQ(socket.receive_answer(ExpectBody::no).header("Content-Length"),
            std::to_string(large_body().size()));
  EXPECT_EQ(socket.receive_answer().body, "hello");
}

TEST_F(HttpResponse, AClientThatResetsWhileItIsWrittenToIsNoted) {
  start();
  for (int i = 0; i < 20; ++i) {
    auto socket = connect();
    socket.send("GET /large HTTP/1.1\r\nHost: a\r\n\r\n");
    socket.receive(100'000);
    socket.reset();
  }

  EXPECT_TRUE(record.wait_for("finished 499 GET /large", 20));
  EXPECT_EQ(ask(kHello).status, 200);
}

}  // namespace
}  // namespace gw::http
