// Keep-alive, pipelining, methods, versions, identity: the ordinary life of a connection.
#include "tests/contract/http_server_fixture.hpp"

namespace gw::http {
namespace {

using test::ExpectBody;
using testing::HasSubstr;
using testing::MatchesRegex;

class HttpMessages : public HttpServerFixture {};

constexpr std::string_view kHello = "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n";

TEST_F(HttpMessages, AConnectionServesManyRequests) {
  start();
  auto socket = connect();

  for (int i = 0; i < 3; ++i) {
    socket.send(kHello);
    const auto answer = socket.receive_answer();
    EXPECT_EQ(answer.status, 200);
    EXPECT_EQ(answer.body, "hello");
    EXPECT_FALSE(answer.header("Connection"));
  }

  EXPECT_EQ(counters().accepted, 1u);
}

TEST_F(HttpMessages, PipelinedRequestsAreAnsweredInOrder) {
  start();
  auto socket = connect();
  std::string requests;
  for (int i = 0; i < 500; ++i) {
    requests += "GET /items/" + std::to_string(i) + " HTTP/1.1\r\nHost: a\r\n\r\n";
    requests += "POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc";
    requests +=
        "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nde\r\n0\r\n\r\n";
  }

  socket.send(requests);

  for (int i = 0; i < 500; ++i) {
    ASSERT_EQ(socket.receive_answer().body, std::to_string(i));
    ASSERT_EQ(socket.receive_answer().body, "abc");
    ASSERT_EQ(socket.receive_answer().body, "de");
  }
}

TEST_F(HttpMessages, AHeadMayArriveByteByByte) {
  start();
  auto socket = connect();

  for (const char byte : kHello) socket.send(std::string_view(&byte, 1));

  EXPECT_EQ(socket.receive_answer().body, "hello");
}

TEST_F(HttpMessages, HeadHasTheLengthAndNoBody) {
  start();
  auto socket = connect();

  socket.send("HEAD /hello HTTP/1.1\r\nHost: a\r\n\r\n");
  const auto answer = socket.receive_answer(ExpectBody::no);
  socket.send(kHello);  // whatever were sent as a body would break this answer

  EXPECT_EQ(answer.status, 200);
  EXPECT_EQ(answer.header("Content-Length"), "5");
  EXPECT_EQ(socket.receive_answer().body, "hello");
}

TEST_F(HttpMessages, CloseIsHonouredFromBothSides) {
  start();
  auto client = connect();
  client.send("GET /hello HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  EXPECT_EQ(client.receive_answer().header("Connection"), "close");
  EXPECT_TRUE(client.at_end());

  auto handler = connect();
  handler.send("GET /close HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(handler.receive_answer().header("Connection"), "close");
  EXPECT_TRUE(handler.at_end());
}

TEST_F(HttpMessages, AnOldClientIsClosedUnlessItAsksToStay) {
  start();
  auto leaving = connect();
  leaving.send("GET /hello HTTP/1.0\r\n\r\n");
  EXPECT_EQ(leaving.receive_answer().header("Connection"), "close");
  EXPECT_TRUE(leaving.at_end());

  auto staying = connect();
  for (int i = 0; i < 2; ++i) {
    staying.send("GET /hello HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    EXPECT_EQ(staying.receive_answer().header("Connection"), "keep-alive");
  }
}

TEST_F(HttpMessages, UnknownPathsAndMethodsAreToldApart) {
  start();
  EXPECT_EQ(ask("GET /none HTTP/1.1\r\nHost: a\r\n\r\n").status, 404);
  EXPECT_EQ(ask("TRACE /none HTTP/1.1\r\nHost: a\r\n\r\n").status, 404);

  for (const auto* method : {"DELETE", "TRACE", "BREW", "OPTIONS"}) {
    const auto answer = ask(std::string(method) + " /hello HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(answer.status, 405) << method;
    EXPECT_EQ(answer.header("Allow"), "GET, HEAD") << method;
  }
}

TEST_F(HttpMessages, APreflightIsAnsweredForAnyPath) {
  start();
  const auto answer = ask("OPTIONS /none HTTP/1.1\r\nHost: a\r\nOrigin: http://b\r\n\r\n");

  EXPECT_EQ(answer.status, 204);
  EXPECT_FALSE(answer.header("Content-Length"));
}

TEST_F(HttpMessages, PathParametersAreDecodedAfterRouting) {
  start();
  EXPECT_EQ(ask("GET //items///a%2Fb HTTP/1.1\r\nHost: a\r\n\r\n").body, "a/b");
  EXPECT_EQ(ask("GET /items/.. HTTP/1.1\r\nHost: a\r\n\r\n").body, "..");
  EXPECT_EQ(ask("GET /items/%zz HTTP/1.1\r\nHost: a\r\n\r\n").status, 400);
  EXPECT_EQ(ask("GET /items/a/../../hello HTTP/1.1\r\nHost: a\r\n\r\n").status, 404);
}

TEST_F(HttpMessages, EveryAnswerNamesItsRequest) {
  start();
  for (const auto* request : {"GET /hello HTTP/1.1\r\nHost: a\r\n\r\n",
                              "GET /none HTTP/1.1\r\nHost: a\r\n\r\n", "nonsense\n"}) {
    const auto answer = ask(request);
    EXPECT_THAT(answer.header("x-request-id").value_or(""), MatchesRegex("req_[a-z2-7]{24}"));
    EXPECT_EQ(answer.header("Date"), "Sun, 06 Nov 1994 08:49:37 GMT");
    EXPECT_TRUE(answer.header("x-decorated"));
  }
}

TEST_F(HttpMessages, AClientsOwnRequestIdIsKeptWhenItIsSafe) {
  start();
  const auto id_for = [this](const std::string& id) {
    return ask("GET /hello HTTP/1.1\r\nHost: a\r\nx-request-id: " + id + "\r\n\r\n")
        .header("x-request-id")
        .value_or("");
  };
  EXPECT_EQ(id_for("trace-1.A_b"), "trace-1.A_b");
  EXPECT_EQ(id_for(std::string(64, 'x')), std::string(64, 'x'));
  EXPECT_THAT(id_for(std::string(65, 'x')), testing::StartsWith("req_"));
  EXPECT_THAT(id_for("a b"), testing::StartsWith("req_"));
}

TEST_F(HttpMessages, EachRequestIsFinishedOnce) {
  start();
  ask(kHello);
  ask("nonsense\n");

  EXPECT_TRUE(record.wait_for("finished 200 GET /hello"));
  EXPECT_TRUE(record.wait_for("finished 400  "));
  EXPECT_EQ(record.count("finished 200 GET /hello"), 1u);
  EXPECT_EQ(counters().malformed, 1u);
}

TEST_F(HttpMessages, TheHooksKnowTheClientsAddress) {
  start();
  EXPECT_EQ(ask(kHello).header("x-decorated"), "http://127.0.0.1");
}

TEST_F(HttpMessages, AFailureAndABugBecomeAnswers) {
  start();
  auto socket = connect();

  socket.send("GET /fail HTTP/1.1\r\nHost: a\r\n\r\nGET /throw HTTP/1.1\r\nHost: a\r\n\r\n");

  EXPECT_EQ(socket.receive_answer().status, 503);
  const auto bug = socket.receive_answer();
  EXPECT_EQ(bug.status, 500);
  EXPECT_THAT(bug.body, testing::Not(HasSubstr("address")));
  EXPECT_TRUE(record.wait_for("detail a bug with an address in it"));
}

}  // namespace
}  // namespace gw::http
