// Connections that are used for more than one request, and what must not happen when one is dead.
#include "tests/support/run.hpp"
#include "tests/support/scripted_server.hpp"
#include "tests/support/staged_server.hpp"
#include "transport/http_client.hpp"

#include <boost/asio/buffer.hpp>
#include <gtest/gtest.h>

#include <array>
#include <memory>
#include <string>
#include <utility>

namespace gw {
namespace {

using namespace std::chrono_literals;
using test::http_answer;
using test::RawRequest;
using test::ScriptedAnswer;
using test::ScriptedServer;
using test::StagedServer;
using Then = ScriptedAnswer::Then;
using Stage = TransferFault::Stage;

constexpr auto kPatience = 10s;
// One that leaves in a packet with its head, and one that libcurl reads from a callback.
const std::array<std::string, 2> kBodies = {"{}", std::string(2'000'000, 'b')};

// The first answer is good and what follows is `then`; every later one is `later`.
ScriptedServer::Script first_and_later(Then then, ScriptedAnswer later) {
  return [=](const RawRequest&, std::size_t number) {
    return number == 0 ? ScriptedAnswer{http_answer(200, "first"), then} : later;
  };
}

class KeptConnectionsTest : public testing::Test {
 protected:
  Transfer perform(OutgoingRequest request) {
    return test::run_until_done(io_, client_->perform(std::move(request)));
  }

  static OutgoingRequest get(std::string url) {
    OutgoingRequest request;
    request.url = std::move(url);
    request.total_time = kPatience;
    return request;
  }

  static OutgoingRequest post(std::string url, std::string body) {
    auto request = get(std::move(url));
    request.method = "POST";
    request.body = std::move(body);
    return request;
  }

  asio::io_context io_;
  std::unique_ptr<StreamingHttpClient> client_ = make_curl_client(io_);
};

TEST_F(KeptConnectionsTest, ServeOneRequestAfterTheOther) {
  ScriptedServer server(first_and_later(Then::keep_open, {http_answer(200, "later")}));
  ASSERT_TRUE(perform(get(server.url())));
  for (const auto& body : kBodies) {
    const auto answer = perform(post(server.url(), body));
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->body.joined(), "later");
    EXPECT_EQ(server.requests().back().body, body);
  }
  const auto stream = test::run_until_done(io_, client_->open(post(server.url(), "{}")));
  ASSERT_TRUE(stream);
  EXPECT_EQ(test::run_until_done(io_, (*stream)->next()).value(), "later");
  EXPECT_EQ(server.connections(), 1u);
}

TEST_F(KeptConnectionsTest, AreNotUsedOnceTheUpstreamHasClosedThem) {
  for (const auto then : {Then::close, Then::reset}) {
    ScriptedServer server(first_and_later(then, {http_answer(200, "later")}));
    ASSERT_TRUE(perform(post(server.url(), "{}")));
    ASSERT_TRUE(server.wait_for_ended(1, kPatience));

    const auto second = perform(post(server.url(), "{}"));

    ASSERT_TRUE(second) << second.error().error.detail();
    EXPECT_EQ(second->body.joined(), "later");
    EXPECT_EQ(server.requests().size(), 2u);
    EXPECT_EQ(server.connections(), 2u);
  }
}

TEST_F(KeptConnectionsTest, AreNotUsedByAStreamOnceTheUpstreamHasClosedThem) {
  ScriptedServer server(first_and_later(Then::reset, {http_answer(200, "later")}));
  ASSERT_TRUE(perform(post(server.url(), "{}")));
  ASSERT_TRUE(server.wait_for_ended(1, kPatience));

  const auto stream = test::run_until_done(io_, client_->open(post(server.url(), "{}")));

  ASSERT_TRUE(stream) << stream.error().error.detail();
  EXPECT_EQ(test::run_until_done(io_, (*stream)->next()).value(), "later");
  EXPECT_EQ(server.requests().size(), 2u);
}

// Nobody can tell whether such a request was read before the connection ended.
TEST_F(KeptConnectionsTest, NeverCarryARequestASecondTime) {
  for (const auto& body : kBodies) {
    for (const auto then : {Then::close, Then::reset}) {
      ScriptedServer server(first_and_later(Then::keep_open, {"", then}));
      ASSERT_TRUE(perform(post(server.url(), "{}")));

      const auto second = perform(post(server.url(), body));

      ASSERT_FALSE(second);
      EXPECT_EQ(second.error().stage, Stage::unsure);
      EXPECT_EQ(second.error().error.kind(), ErrorKind::upstream_error);
      EXPECT_EQ(server.requests().size(), 2u);
    }
  }
}

TEST_F(KeptConnectionsTest, NeverCarryARequestWithoutABodyASecondTime) {
  ScriptedServer server(first_and_later(Then::keep_open, {"", Then::close}));
  ASSERT_TRUE(perform(post(server.url(), "{}")));

  const auto second = perform(post(server.url(), ""));

  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().stage, Stage::unsure);
  EXPECT_EQ(server.requests().size(), 2u);
}

TEST_F(KeptConnectionsTest, NeverCarryAStreamsRequestASecondTime) {
  ScriptedServer server(first_and_later(Then::keep_open, {"", Then::reset}));
  ASSERT_TRUE(perform(post(server.url(), "{}")));

  const auto stream = test::run_until_done(io_, client_->open(post(server.url(), "{}")));

  ASSERT_FALSE(stream);
  EXPECT_EQ(stream.error().stage, Stage::unsure);
  EXPECT_EQ(server.requests().size(), 2u);
}

TEST_F(KeptConnectionsTest, MayCarryAQuestionASecondTime) {
  ScriptedServer server([](const RawRequest&, std::size_t number) {
    return number == 1 ? ScriptedAnswer{"", Then::close} : ScriptedAnswer{http_answer(200, "ok")};
  });
  ASSERT_TRUE(perform(get(server.url())));
  EXPECT_TRUE(perform(get(server.url())));
  EXPECT_EQ(server.requests().size(), 3u);
}

struct Cut {
  std::size_t read = 0;   // of the request that was cut
  std::size_t later = 0;  // requests
};

// Answers one request, ends the connection in the midst of the next and counts what comes after it.
Async<void> cut_the_second(StagedServer& server, Cut& cut) {
  auto exchange = co_await server.accept();
  co_await exchange.write(http_answer(200, "first"));
  std::array<char, 100> bytes{};
  cut.read = co_await exchange.socket.async_read_some(asio::buffer(bytes), use_awaitable);
  test::reset(exchange.socket);
  for (;;) {
    const auto next = co_await server.accept();
    if (!next.request.method.empty()) ++cut.later;
  }
}

TEST_F(KeptConnectionsTest, NeverCarryARequestThatWasReadInPartASecondTime) {
  for (const auto& body : kBodies) {
    StagedServer server(io_);
    Cut cut;
    server.serve(cut_the_second(server, cut));
    ASSERT_TRUE(perform(post(server.url(), "{}")));

    const auto second = perform(post(server.url(), body));
    io_.poll();

    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().stage, Stage::unsure);
    EXPECT_GT(cut.read, 0u);
    EXPECT_EQ(cut.later, 0u);
  }
}

// A server that loses patience says so before it closes; the next request must not get that answer.
TEST_F(KeptConnectionsTest, AreNotUsedWhenSomethingCameThatNobodyAskedFor) {
  ScriptedServer server([](const RawRequest&, std::size_t number) {
    return number == 0 ? ScriptedAnswer{http_answer(200, "first") + http_answer(408, "too slow")}
                       : ScriptedAnswer{http_answer(200, "later")};
  });
  ASSERT_TRUE(perform(post(server.url(), "{}")));

  const auto second = perform(post(server.url(), "{}"));

  ASSERT_TRUE(second);
  EXPECT_EQ(second->status, 200);
  EXPECT_EQ(second->body.joined(), "later");
}

TEST_F(KeptConnectionsTest, AreClosedOnRequest) {
  ScriptedServer server(first_and_later(Then::keep_open, {http_answer(200, "later")}));
  ASSERT_TRUE(perform(post(server.url(), "{}")));

  client_->close_idle();

  EXPECT_TRUE(server.wait_for_closed(1, kPatience));
  ASSERT_TRUE(perform(post(server.url(), "{}")));
  EXPECT_EQ(server.connections(), 2u);
}

TEST_F(KeptConnectionsTest, StayWhileARequestIsUnderWay) {
  ScriptedServer server(first_and_later(Then::keep_open, {http_answer(200, "later")}));
  const auto stream = test::run_until_done(io_, client_->open(post(server.url(), "{}")));

  client_->close_idle();

  EXPECT_EQ(test::run_until_done(io_, (*stream)->next()).value(), "first");
}

TEST_F(KeptConnectionsTest, AreClosedWithTheirClient) {
  ScriptedServer server(first_and_later(Then::keep_open, {}));
  ASSERT_TRUE(perform(post(server.url(), "{}")));
  client_.reset();
  EXPECT_TRUE(server.wait_for_closed(1, kPatience));
}

TEST_F(KeptConnectionsTest, BelongToOneProxy) {
  ScriptedServer one(first_and_later(Then::keep_open, {http_answer(200, "one")}));
  ScriptedServer other(first_and_later(Then::keep_open, {http_answer(200, "other")}));
  for (const auto* proxy : {&one, &other, &one}) {
    auto request = post("http://upstream.example.com/draw", "{}");
    request.proxy.url = proxy->url();
    ASSERT_TRUE(perform(std::move(request)));
  }
  EXPECT_EQ(one.requests().size(), 2u);
  EXPECT_EQ(one.connections(), 1u);
  EXPECT_EQ(other.requests().size(), 1u);
}

}  // namespace
}  // namespace gw
