// Requests that two readers could read differently: each is refused, and nothing behind it is
// served.
#include "tests/contract/http_server_fixture.hpp"

namespace gw::http {
namespace {

using namespace std::string_view_literals;

struct Attack {
  const char* name;
  std::string_view bytes;
};

void PrintTo(const Attack& attack, std::ostream* out) {
  *out << attack.name;
}

// Where a body is left over, it reads like a request: were it served, a second answer would come.
constexpr Attack kAttacks[] = {
    {"bare LF", "GET /hello HTTP/1.1\nHost: a\n\n"sv},
    {"bare LF behind a field", "GET /hello HTTP/1.1\r\nHost: a\nX: y\r\n\r\n"sv},
    {"leading CRLF", "\r\nGET /hello HTTP/1.1\r\nHost: a\r\n\r\n"sv},
    {"obs-fold", "GET /hello HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n"sv},
    {"space before the colon", "GET /hello HTTP/1.1\r\nHost : a\r\n\r\n"sv},
    {"raw 0xFF in the target", "GET /hello?\xFF HTTP/1.1\r\nHost: a\r\n\r\n"sv},
    {"NUL in a field", "GET /hello HTTP/1.1\r\nHost: a\r\nX: \0\r\n\r\n"sv},
    {"no Host", "GET /hello HTTP/1.1\r\n\r\n"sv},
    {"two Hosts", "GET /hello HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"sv},
    {"absolute form", "GET http://b/hello HTTP/1.1\r\nHost: a\r\n\r\n"sv},
    {"CONNECT", "CONNECT a:80 HTTP/1.1\r\nHost: a\r\n\r\n"sv},
    {"a list of lengths",
     "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3, 3\r\n\r\nGET /hello HTTP/1.1\r\nHost: a\r\n\r\n"sv},
    {"two lengths",
     "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nContent-Length: 34\r\n\r\n"
     "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"sv},
    {"signed length", "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: +3\r\n\r\nabc"sv},
    {"length over 64 bits",
     "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 18446744073709551619\r\n\r\nabc"sv},
    {"TE beside CL",
     "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n"
     "0\r\n\r\nGET /hello HTTP/1.1\r\nHost: a\r\n\r\n"sv},
    {"TE on HTTP/1.0",
     "POST /echo HTTP/1.0\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n"
     "0\r\n\r\nGET /hello HTTP/1.0\r\n\r\n"sv},
    {"TE identity",
     "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity\r\n\r\n"
     "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"sv},
    {"TE xchunked",
     "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"sv},
    {"TE gzip, chunked",
     "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"sv},
    {"TE chunked, gzip",
     "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked, gzip\r\n\r\n"
     "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n"sv},
    {"TE gzip beside CL",
     "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\nContent-Length: 3\r\n\r\n"
     "abcGET /hello HTTP/1.1\r\nHost: a\r\n\r\n"sv},
    {"chunk size of letters",
     "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\nabc\r\n0\r\n\r\n"sv},
    {"chunk size with 0x",
     "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0x3\r\nabc\r\n0\r\n\r\n"sv},
    {"negative chunk size",
     "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n-3\r\nabc\r\n0\r\n\r\n"sv},
    {"chunk size over 64 bits",
     "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
     "10000000000000003\r\nabc\r\n0\r\n\r\n"sv},
    {"bare LF behind a chunk size",
     "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\nabc\r\n0\r\n\r\n"sv},
    {"chunk longer than said",
     "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcdef\r\n0\r\n\r\n"sv},
    {"HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"sv},
    {"TLS handshake", "\x16\x03\x01\x02\x00\x01\x00\x01\xFC\x03\x03"sv},
};

class HttpFraming : public HttpServerFixture, public testing::WithParamInterface<Attack> {};

TEST_P(HttpFraming, IsRefusedAndTheConnectionClosed) {
  start();
  auto socket = connect();
  socket.send(GetParam().bytes);

  const auto answer = socket.receive_answer();
  socket.shutdown_send();

  EXPECT_EQ(answer.status, 400) << answer.body;
  EXPECT_EQ(answer.header("Connection"), "close");
  EXPECT_TRUE(socket.at_end());
}

INSTANTIATE_TEST_SUITE_P(Attacks, HttpFraming, testing::ValuesIn(kAttacks));

class HttpTrailers : public HttpServerFixture {};

TEST_F(HttpTrailers, AreDroppedAndNeverBecomeHeaders) {
  start();
  const auto answer = ask(
      "POST /guarded HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\nTrailer: x-key\r\n\r\n"
      "3\r\nabc\r\n0\r\nx-key: right\r\n\r\n");

  EXPECT_EQ(answer.status, 401);
}

}  // namespace
}  // namespace gw::http
