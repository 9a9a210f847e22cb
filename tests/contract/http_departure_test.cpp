// Clients that leave while their request waits.
#include "tests/contract/http_server_fixture.hpp"

namespace gw::http {
namespace {

class HttpDeparture : public HttpServerFixture {
 protected:
  test::RawSocket enter(std::size_t nth = 1) {
    auto socket = connect();
    socket.send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_TRUE(record.wait_for("entered", nth));
    return socket;
  }
};

TEST_F(HttpDeparture, AClosedConnectionCancelsTheHandler) {
  start();
  enter().close();

  EXPECT_TRUE(record.wait_for("cancelled"));
  EXPECT_TRUE(record.wait_for("finished 499 GET /wait"));
  EXPECT_EQ(counters().requests_waiting, 0u);
}

TEST_F(HttpDeparture, AResetCancelsTheHandler) {
  start();
  enter().reset();

  EXPECT_TRUE(record.wait_for("cancelled"));
  EXPECT_TRUE(record.wait_for("finished 499 GET /wait"));
}

TEST_F(HttpDeparture, AHalfCloseCountsAsGone) {
  start();
  auto socket = enter();
  socket.shutdown_send();

  EXPECT_TRUE(record.wait_for("cancelled"));
  EXPECT_TRUE(socket.at_end());
}

TEST_F(HttpDeparture, APipelinedRequestEndsTheWatchAndIsServedNext) {
  start();
  auto socket = enter();
  socket.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(counters().requests_waiting, 1u);

  release();

  EXPECT_EQ(socket.receive_answer().body, "waited");
  EXPECT_EQ(socket.receive_answer().body, "hello");
  EXPECT_EQ(record.count("cancelled"), 0u);
}

TEST_F(HttpDeparture, AConnectionIsWatchedAgainForItsNextRequest) {
  start();
  auto socket = connect();
  for (int i = 0; i < 3; ++i) {
    socket.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(socket.receive_answer().body, "hello");
  }
  socket.send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n");
  ASSERT_TRUE(record.wait_for("entered"));

  socket.close();

  EXPECT_TRUE(record.wait_for("cancelled"));
}

TEST_F(HttpDeparture, AStreamEndsWithItsClient) {
  start();
  auto socket = connect();
  socket.send("GET /endless HTTP/1.1\r\nHost: a\r\n\r\n");
  socket.receive_until("first\r\n");

  socket.close();

  EXPECT_TRUE(record.wait_for("stream destroyed"));
  EXPECT_TRUE(record.wait_for("finished 499 GET /endless"));
}

TEST_F(HttpDeparture, AStormOfDeparturesHarmsNobodyElse) {
  start();
  constexpr std::size_t kMany = 200;
  std::vector<test::RawSocket> sockets;
  for (std::size_t i = 0; i < kMany; ++i) {
    sockets.push_back(connect());
    sockets.back().send("GET /wait HTTP/1.1\r\nHost: a\r\n\r\n");
  }
  ASSERT_TRUE(record.wait_for("entered", kMany));

  for (std::size_t i = 0; i < kMany; i += 2) sockets[i].close();
  ASSERT_TRUE(record.wait_for("finished 499 GET /wait", kMany / 2));
  release();

  for (std::size_t i = 1; i < kMany; i += 2) EXPECT_EQ(sockets[i].receive_answer().body, "waited");
  EXPECT_EQ(record.count("cancelled"), kMany / 2);
}

}  // namespace
}  // namespace gw::http
