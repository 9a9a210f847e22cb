#include "base/event.hpp"
#include "tests/support/run.hpp"
#include "tests/support/scripted_server.hpp"
#include "tests/support/staged_server.hpp"
#include "transport/http_client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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
using testing::HasSubstr;

constexpr auto kPatience = 20s;
constexpr const char* kEndless = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n";

class CurlStreamTest : public testing::Test {
 protected:
  OutgoingRequest get(const std::string& url) {
    OutgoingRequest request;
    request.url = url;
    request.total_time = kPatience;
    request.max_answer_bytes = 200'000'000;
    return request;
  }
  Opening open(OutgoingRequest request) {
    return test::run_until_done(io_, client_->open(std::move(request)));
  }
  std::expected<std::string, TransferFault> next(IncomingStream& stream) {
    return test::run_until_done(io_, stream.next());
  }
  std::expected<std::string, TransferFault> rest(IncomingStream& stream) {
    std::string all;
    for (;;) {
      auto piece = next(stream);
      if (!piece || piece->empty()) return piece ? all : std::move(piece);
      all += *piece;
    }
  }

  asio::io_context io_;
  std::unique_ptr<StreamingHttpClient> client_ = make_curl_client(io_);
};

ScriptedServer::Script always(std::string bytes, Then then = Then::keep_open) {
  return [=](const RawRequest&, std::size_t) { return ScriptedAnswer{bytes, then}; };
}

Async<void> serve_in_two_steps(StagedServer& server, Event& first_is_read) {
  auto exchange = co_await server.accept();
  co_await exchange.write(std::string(kEndless) + "one");
  co_await first_is_read.wait();
  co_await exchange.write("two");
}

Async<std::string> read_in_two_steps(StreamingHttpClient& client, OutgoingRequest request,
                                     Event& first_is_read) {
  const auto stream = co_await client.open(std::move(request));
  auto seen = (*stream)->head().header("content-type").substr() == "text/event-stream"
                  ? std::string("head ")
                  : std::string();
  seen += (co_await (*stream)->next()).value() + " ";
  first_is_read.set();
  seen += (co_await (*stream)->next()).value() + " ";
  seen += (co_await (*stream)->next()).value() + ".";
  co_return seen;
}

TEST_F(CurlStreamTest, HandsOverWhatHasComeBeforeTheRestIsWritten) {
  StagedServer server(io_);
  Event first_is_read(io_.get_executor());
  server.serve(serve_in_two_steps(server, first_is_read));

  EXPECT_EQ(test::run(io_, read_in_two_steps(*client_, get(server.url()), first_is_read)),
            "head one two .");
}

Async<void> serve_until_blocked(StagedServer& server, std::size_t total, std::size_t& written) {
  auto exchange = co_await server.accept();
  co_await exchange.write(kEndless);
  const std::string chunk(100'000, 'x');
  while (written < total && co_await exchange.write(chunk)) written += chunk.size();
}

struct HeldBack {
  std::size_t written_unread = 0;
  std::size_t read = 0;
};

Async<HeldBack> read_late(asio::io_context& io, StreamingHttpClient& client,
                          OutgoingRequest request, const std::size_t& written) {
  HeldBack seen;
  const auto stream = co_await client.open(std::move(request));
  co_await test::settle(io, written);
  seen.written_unread = written;
  for (;;) {
    const auto piece = co_await (*stream)->next();
    if (!piece || piece->empty()) break;
    seen.read += piece->size();
    EXPECT_LE(piece->size(), 256u << 10);
  }
  co_return seen;
}

TEST_F(CurlStreamTest, LetsTheSenderWaitWhileNobodyReads) {
  constexpr std::size_t kTotal = 100'000'000;
  StagedServer server(io_);
  std::size_t written = 0;
  server.serve(serve_until_blocked(server, kTotal, written));

  const auto seen = test::run(io_, read_late(io_, *client_, get(server.url()), written));

  EXPECT_LT(seen.written_unread, kTotal / 2) << "only the sockets' buffers take more";
  EXPECT_EQ(seen.read, kTotal);
}

Async<void> serve_for_ever(StagedServer& server, bool& closed) {
  auto exchange = co_await server.accept();
  co_await exchange.write(std::string(kEndless) + "one");
  closed = co_await exchange.closed();
}

Async<bool> read_one_and_leave(StreamingHttpClient& client, OutgoingRequest request) {
  auto stream = co_await client.open(std::move(request));
  const auto piece = co_await (*stream)->next();
  co_return piece == "one";
}

TEST_F(CurlStreamTest, EndsTheTransferWhenItIsDestroyed) {
  StagedServer server(io_);
  bool closed = false;
  server.serve(serve_for_ever(server, closed));

  EXPECT_TRUE(test::run(io_, read_one_and_leave(*client_, get(server.url()))));
  EXPECT_TRUE(closed);
}

TEST_F(CurlStreamTest, GivesAnyStatusWithItsBody) {
  ScriptedServer server(always(http_answer(429, "slow down", "Retry-After: 3\r\n")));
  const auto stream = open(get(server.url()));
  ASSERT_TRUE(stream);
  EXPECT_EQ((*stream)->head().status, 429);
  EXPECT_EQ((*stream)->head().header("retry-after"), "3");
  EXPECT_TRUE((*stream)->head().body.blocks.empty());
  EXPECT_EQ(rest(**stream).value(), "slow down");
  EXPECT_EQ(next(**stream).value(), "") << "the end stays the end";
}

TEST_F(CurlStreamTest, MayHaveNoBodyAtAll) {
  ScriptedServer server(always(http_answer(200, "")));
  const auto stream = open(get(server.url()));
  ASSERT_TRUE(stream);
  EXPECT_EQ(next(**stream).value(), "");
}

TEST_F(CurlStreamTest, PassesOverInterimAnswers) {
  ScriptedServer server(
      always("HTTP/1.1 103 Early Hints\r\nX-Early: 1\r\n\r\n" + http_answer(200, "body")));
  const auto stream = open(get(server.url()));
  ASSERT_TRUE(stream);
  EXPECT_EQ((*stream)->head().status, 200);
  EXPECT_EQ((*stream)->head().header("x-early"), "");
  EXPECT_EQ(rest(**stream).value(), "body");
}

TEST_F(CurlStreamTest, AsksForBytesAsTheyAre) {
  ScriptedServer server(always(http_answer(200, "body")));
  ASSERT_TRUE(open(get(server.url())));
  EXPECT_EQ(server.requests().at(0).headers.count("accept-encoding"), 0u);
  EXPECT_THAT(server.requests().at(0).head, HasSubstr(" HTTP/1.1\r\n"));
}

TEST_F(CurlStreamTest, SendsABodyAndNoExpect) {
  ScriptedServer server(always(http_answer(200, "body")));
  auto request = get(server.url("/chat"));
  request.method = "POST";
  request.body = std::string(2'000'000, 'b');
  ASSERT_TRUE(open(std::move(request)));
  EXPECT_EQ(server.requests().at(0).body.size(), 2'000'000u);
  EXPECT_EQ(server.requests().at(0).headers.count("expect"), 0u);
}

TEST_F(CurlStreamTest, IsAFaultWhenNobodyListens) {
  std::string url;
  {
    StagedServer gone(io_);
    url = gone.url();
  }
  const auto stream = open(get(url));
  ASSERT_FALSE(stream);
  EXPECT_EQ(stream.error().stage, Stage::before_send);
  EXPECT_EQ(stream.error().error.kind(), ErrorKind::upstream_unavailable);
}

TEST_F(CurlStreamTest, IsAFaultWhenTheAnswerBreaksOffBeforeItsHead) {
  ScriptedServer server(always("HTTP/1.1 200 OK\r\nContent-", Then::reset));
  const auto stream = open(get(server.url()));
  ASSERT_FALSE(stream);
  EXPECT_EQ(stream.error().stage, Stage::unsure);
}

TEST_F(CurlStreamTest, HandsOverWhatCameBeforeTheAnswerBrokeOff) {
  ScriptedServer server(always("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf", Then::close));
  const auto stream = open(get(server.url()));
  ASSERT_TRUE(stream);
  EXPECT_EQ(next(**stream).value(), "half");
  const auto broken = next(**stream);
  ASSERT_FALSE(broken);
  EXPECT_EQ(broken.error().stage, Stage::unsure);
  EXPECT_FALSE(next(**stream)) << "and nothing more comes";
}

TEST_F(CurlStreamTest, IsCutWhenItIsTooLarge) {
  ScriptedServer server(always(http_answer(200, std::string(100'001, 'x'))));
  auto request = get(server.url());
  request.max_answer_bytes = 100'000;
  const auto stream = open(std::move(request));
  ASSERT_TRUE(stream);
  const auto all = rest(**stream);
  ASSERT_FALSE(all);
  EXPECT_THAT(all.error().error.message(), HasSubstr("larger"));
}

TEST_F(CurlStreamTest, RefusesARequestThatCannotBeWritten) {
  auto request = get("http://127.0.0.1:1/");
  request.headers.emplace_back("X-Bad", "a\r\nb");
  const auto stream = open(std::move(request));
  ASSERT_FALSE(stream);
  EXPECT_EQ(stream.error().error.kind(), ErrorKind::internal);
}

TEST_F(CurlStreamTest, OutlivesItsClient) {
  ScriptedServer server(always(http_answer(200, "body")));
  const auto stream = open(get(server.url()));
  client_.reset();
  EXPECT_EQ(rest(**stream).value(), "body");
}

}  // namespace
}  // namespace gw
