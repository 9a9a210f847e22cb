// The shipped program, with the settings it ships with, refuses what two servers could read in two
// ways. The whole list is tests/contract/http_framing_test.cpp; here stand the cases a stock parser
// is known to let through.
#include "tests/e2e/shared_gateway.hpp"

#include <fmt/format.h>

#include <ostream>
#include <string>
#include <string_view>
#include <vector>

namespace gw::test {
namespace {

using namespace std::string_literals;

// Were it read as a request of its own, its answer would be a second one.
const std::string kSmuggled = "GET /health HTTP/1.1\r\nHost: a\r\n\r\n";

struct Attack {
  std::string name;
  std::string bytes;
};

void PrintTo(const Attack& attack, std::ostream* out) {
  *out << attack.name;
}

// A drawing order with these header lines, and a body.
std::string order(std::string_view lines, std::string_view body, std::string_view version = "1.1") {
  return fmt::format(
      "POST /v1/images/generations HTTP/{}\r\nHost: a\r\nAuthorization: Bearer {}\r\n{}\r\n{}",
      version, kApiKey, lines, body);
}

std::string look(std::string_view lines) {
  return fmt::format("GET /health HTTP/1.1\r\n{}\r\n", lines);
}

std::vector<Attack> attacks() {
  const auto chunked = "0\r\n\r\n" + kSmuggled;
  return {
      {"obs-fold", look("Host: a\r\nX: a\r\n b\r\n")},
      {"obs-fold of the framing",
       order("Transfer-Encoding:\r\n chunked\r\nContent-Length: 5\r\n", chunked)},
      {"list of equal lengths", order("Content-Length: 3, 3\r\n", "{} " + kSmuggled)},
      {"two equal lengths", order("Content-Length: 3\r\nContent-Length: 3\r\n", "{} " + kSmuggled)},
      {"two lengths", order("Content-Length: 2\r\nContent-Length: 0\r\n", "{}" + kSmuggled)},
      {"plus before the length", order("Content-Length: +2\r\n", "{}" + kSmuggled)},
      {"hexadecimal length", order("Content-Length: 0x2\r\n", "{}" + kSmuggled)},
      {"chunked on HTTP/1.0",
       order("Connection: keep-alive\r\nTransfer-Encoding: chunked\r\n", chunked, "1.0")},
      {"chunked beside a length",
       order("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", chunked)},
      {"identity", order("Transfer-Encoding: identity\r\n", kSmuggled)},
      {"xchunked", order("Transfer-Encoding: xchunked\r\n", chunked)},
      {"chunked, gzip", order("Transfer-Encoding: chunked, gzip\r\n", chunked)},
      {"gzip beside a length",
       order("Transfer-Encoding: gzip\r\nContent-Length: 2\r\n", "{}" + kSmuggled)},
      {"chunked twice",
       order("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", chunked)},
      {"vertical tab before chunked", order("Transfer-Encoding: \x0B"
                                            "chunked\r\n",
                                            chunked)},
      {"blank before the colon", order("Transfer-Encoding : chunked\r\n", chunked)},
      {"no Host", look("X: a\r\n")},
      {"two Hosts", look("Host: a\r\nHost: b\r\n")},
      {"Host with a path", look("Host: a/b\r\n")},
      {"raw 0xFF in the target", "GET /health?\xFF HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"leading CRLF", "\r\n" + kSmuggled},
      {"bare LF", "GET /health HTTP/1.1\nHost: a\n\n"},
      {"bare CR", "GET /health HTTP/1.1\r\nHost: a\rX: b\r\n\r\n"},
      {"NUL in a field", "GET /health HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n"s},
      {"absolute form", "GET http://b/health HTTP/1.1\r\nHost: a\r\n\r\n"},
      {"chunk size with 0x", order("Transfer-Encoding: chunked\r\n", "0x2\r\n{}\r\n0\r\n\r\n")},
      {"chunk size of 17 digits",
       order("Transfer-Encoding: chunked\r\n", "10000000000000002\r\n{}\r\n0\r\n\r\n")},
      {"bare LF behind a chunk size",
       order("Transfer-Encoding: chunked\r\n", "2\n{}\r\n0\r\n\r\n")},
      {"a chunk without its CRLF", order("Transfer-Encoding: chunked\r\n", "2\r\n{}0\r\n\r\n")},
      {"TLS", "\x16\x03\x01\x02\x00\x01\x00\x01\xFC\x03\x03"s},
      {"HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"},
  };
}

class Framing : public SharedGateway, public testing::WithParamInterface<Attack> {};

TEST_P(Framing, IsRefusedOnceAndTheConnectionCloses) {
  RawSocket socket(port());
  socket.send_what_is_taken(GetParam().bytes);

  const auto answer = socket.receive_answer();
  socket.shutdown_send();

  EXPECT_EQ(answer.status, 400) << answer.body;
  EXPECT_EQ(envelope_fault(answer), std::nullopt);
  EXPECT_THAT(answer, HasHeader("Connection", "close"));
  EXPECT_TRUE(socket.at_end()) << "something was answered behind it";
}

INSTANTIATE_TEST_SUITE_P(Attacks, Framing, testing::ValuesIn(attacks()));

class Connections : public SharedGateway {};

TEST_F(Connections, StayOpenForGoodRequestsInARow) {
  RawSocket socket(port());
  const auto second = order("Content-Type: application/json\r\nContent-Length: 35\r\n",
                            R"({"prompt":"a pear","size":"64x64"} )");
  socket.send(kSmuggled + second + kSmuggled);

  EXPECT_EQ(socket.receive_answer().status, 200);
  EXPECT_EQ(picture_of(socket.receive_answer()).substr(1, 3), "PNG");
  EXPECT_EQ(socket.receive_answer().status, 200);
}

TEST_F(Connections, TakeAChunkedBodyByteByByte) {
  RawSocket socket(port());
  socket.send(order("Transfer-Encoding: chunked\r\n", ""));
  for (const char c : std::string(R"({"prompt":"a pear","size":"64x64"})")) {
    socket.send(fmt::format("1\r\n{}\r\n", c));
  }
  socket.send("0\r\n\r\n");

  EXPECT_EQ(socket.receive_answer().status, 200);
}

TEST_F(Connections, GiveAHeadSixteenKilobytes) {
  const auto padded = [](std::size_t bytes) {
    return look("Host: a\r\nX: " + std::string(bytes, 'x') + "\r\n");
  };
  RawSocket good(port());
  good.send(padded(16'000));
  EXPECT_EQ(good.receive_answer().status, 200);

  RawSocket bad(port());
  bad.send_what_is_taken(padded(17'000));
  EXPECT_THAT(bad.receive_answer(), IsError(431, "header_too_large", "null"));
}

TEST_F(Connections, GiveAHeadFiveSecondsAndHoldNobodyElseUp) {
  std::vector<RawSocket> slow;
  for (int i = 0; i < 50; ++i) {
    slow.emplace_back(port()).send("GET /health HTTP/1.1\r\nHost: a\r\n");
  }
  const auto started = std::chrono::steady_clock::now();
  EXPECT_THAT(send(draw_small("a pear")), HasStatus(200));
  for (auto& socket : slow) {
    EXPECT_THAT(socket.receive_answer(), IsError(408, "request_timeout", "null"));
  }
  const auto took = std::chrono::steady_clock::now() - started;
  EXPECT_GT(took, std::chrono::milliseconds(4'500));
  EXPECT_LT(took, std::chrono::milliseconds(9'000));
}

TEST_F(Connections, ClientsThatLeaveInTheMiddleAreForgotten) {
  const auto before = gateway().open_files();
  for (const auto& part :
       {std::string("GET /hea"), order("Content-Length: 1000\r\n", "{\"prompt\":"),
        order("Transfer-Encoding: chunked\r\n", "5\r\nab"), std::string()}) {
    RawSocket reset(port());
    reset.send(part);
    reset.reset();
    RawSocket closed(port());
    closed.send(part);
  }
  EXPECT_TRUE(eventually([&] { return gateway().open_files() <= before; }));
}

}  // namespace
}  // namespace gw::test
