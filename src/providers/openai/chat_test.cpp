#include "providers/openai/chat.hpp"

#include "base/event.hpp"
#include "base/json.hpp"
#include "providers/openai/upstream.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/run.hpp"
#include "tests/support/scripted_server.hpp"
#include "tests/support/staged_server.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace gw::openai {
namespace {

using namespace std::chrono_literals;
using test::RawRequest;
using test::ScriptedAnswer;
using test::ScriptedServer;
using test::StagedServer;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kBody = R"({ "model": "gpt-5", "messages": [], "temperature":1.0 })";

ScriptedServer::Script always(std::string bytes) {
  return [=](const RawRequest&, std::size_t) { return ScriptedAnswer{bytes}; };
}

std::string json_answer(int status, const std::string& body, const std::string& headers = "") {
  return test::http_answer(status, body, "Content-Type: application/json\r\n" + headers);
}

class OpenAiChatTest : public testing::Test {
 protected:
  void make(const std::string& url) {
    Options options;
    options.base_url = url;
    options.api_key = Secret("sk-test-upstream");
    options.total_time = 20s;
    offer_ = std::make_shared<Offer>(options);
    ListedModel gpt;
    gpt.id = "gpt-5";
    gpt.purpose = Purpose::chat;
    ListedModel other = gpt;
    other.id = "openai/gpt-oss";
    ListedModel painter;
    painter.id = "dall-e-3";
    painter.purpose = Purpose::pictures;
    offer_->update({gpt, other, painter}, WallTime{});
    chat_ = make_chat(std::move(options), client(), workers_, offer_);
  }

  Result<ChatReply> send(std::string model = "gpt-5", std::string body = kBody) {
    return test::run_until_done(io_, chat_->send({std::move(model), std::move(body)}));
  }
  Result<std::string> rest(ChatReply& reply) {
    std::string all;
    for (;;) {
      auto piece = test::run_until_done(io_, reply.body->next());
      if (!piece) return fail(std::move(piece).error());
      if (!*piece) return all;
      all += **piece;
    }
  }

  virtual StreamingHttpClient& client() { return *client_; }

  asio::io_context io_;
  std::unique_ptr<StreamingHttpClient> client_ = make_curl_client(io_);
  WorkerPool workers_{io_.get_executor(), 1};
  std::shared_ptr<Offer> offer_;
  std::unique_ptr<ChatUpstream> chat_;
};

TEST_F(OpenAiChatTest, KnowsItsModels) {
  make("http://example.com");
  EXPECT_EQ(chat_->name(), "openai");
  EXPECT_THAT(chat_->models(), ElementsAre("gpt-5", "openai/gpt-oss"));
  for (const auto* name : {"gpt-5", "openai/gpt-5", "openai/gpt-oss", "openai/not-listed"})
    EXPECT_TRUE(chat_->belongs_here(name)) << name;
  for (const auto* name : {"not-listed", "dall-e-3", "openai/dall-e-3", "openai/", "openai", ""})
    EXPECT_FALSE(chat_->belongs_here(name)) << name;
}

TEST_F(OpenAiChatTest, PassesACallThroughByteForByte) {
  const std::string body = "{\"id\":\"chatcmpl-1\", \"choices\" : [] }\n";
  ScriptedServer server(always(json_answer(200, body)));
  make(server.url());

  auto reply = send();

  ASSERT_TRUE(reply) << reply.error().detail();
  EXPECT_EQ(reply->status, 200);
  EXPECT_EQ(reply->content_type, "application/json");
  EXPECT_EQ(rest(*reply).value(), body);
  const auto request = server.requests().at(0);
  EXPECT_EQ(request.target, "/v1/chat/completions");
  EXPECT_EQ(request.body, kBody);
  EXPECT_EQ(request.header("authorization"), "Bearer sk-test-upstream");
  EXPECT_EQ(request.header("content-type"), "application/json");
}

TEST_F(OpenAiChatTest, CallsAModelByTheNameThatTheUpstreamGivesIt) {
  ScriptedServer server(always(json_answer(200, "{}")));
  make(server.url());
  ASSERT_TRUE(send("openai/gpt-5", R"({"model":"openai/gpt-5","n":1,"messages":[{"a":[]}]})"));
  EXPECT_EQ(server.requests().at(0).body, R"({"model":"gpt-5","n":1,"messages":[{"a":[]}]})");
  ASSERT_TRUE(send("openai/gpt-oss"));
  EXPECT_EQ(server.requests().at(1).body, kBody);
}

// Tells whether it was asked, and answers nothing.
class CountingClient final : public StreamingHttpClient {
 public:
  Async<Transfer> perform(OutgoingRequest) override { co_return std::unexpected(fault()); }
  Async<Opening> open(OutgoingRequest) override {
    ++opened;
    co_return std::unexpected(fault());
  }
  int opened = 0;

 private:
  static TransferFault fault() {
    return {.error = Error(ErrorKind::upstream_unavailable, "nobody is there")};
  }
};

class OpenAiChatOnAPool : public OpenAiChatTest {
 protected:
  StreamingHttpClient& client() override { return counting_; }
  CountingClient counting_;
};

// Megabytes of pictures would hold up everybody else.
TEST_F(OpenAiChatOnAPool, AnotherNameIsWrittenByThePool) {
  make("http://example.com");
  std::promise<void> pool_may_go;
  auto block = [gate = pool_may_go.get_future().share()]() -> Result<void> {
    gate.wait();
    return {};
  };
  asio::co_spawn(io_, workers_.run(std::move(block)), asio::detached);
  bool done = false;
  asio::co_spawn(io_, chat_->send({"openai/gpt-5", kBody}), [&](auto&&...) { done = true; });
  io_.poll();
  EXPECT_EQ(counting_.opened, 0) << "the I/O thread did it";
  pool_may_go.set_value();
  io_.restart();
  io_.run();
  EXPECT_EQ(counting_.opened, 1);
  EXPECT_TRUE(done);
}

Async<void> serve_stream(StagedServer& server, Event& first_is_read, bool& closed) {
  auto exchange = co_await server.accept();
  co_await exchange.write(
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: one\n\n");
  co_await first_is_read.wait();
  co_await exchange.write(": quiet\n\ndata: [DONE]\n\n");
  closed = co_await exchange.closed();
}

Async<std::string> read_stream(ChatUpstream& chat, Event& first_is_read) {
  auto reply = co_await chat.send({"gpt-5", kBody});
  auto seen = reply->content_type + "|";
  seen += **co_await reply->body->next() + "|";
  first_is_read.set();
  seen += **co_await reply->body->next();
  co_return seen;  // and leaves
}

TEST_F(OpenAiChatTest, HandsAStreamOnAsItComesAndEndsItWithItsReader) {
  StagedServer server(io_);
  make(server.url());
  Event first_is_read(io_.get_executor());
  bool closed = false;
  server.serve(serve_stream(server, first_is_read, closed));

  EXPECT_EQ(test::run(io_, read_stream(*chat_, first_is_read)),
            "text/event-stream|data: one\n\n|: quiet\n\ndata: [DONE]\n\n");
  EXPECT_TRUE(closed);
}

TEST_F(OpenAiChatTest, JudgesARefusal) {
  ScriptedServer server(always(json_answer(
      400,
      R"({"error":{"message":"Too long.","code":"context_length_exceeded","param":"messages"}})")));
  make(server.url());
  const auto reply = send();
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().kind(), ErrorKind::invalid_request);
  EXPECT_EQ(reply.error().param(), "messages");
}

TEST_F(OpenAiChatTest, TellsClientsNothingOfItsKey) {
  ScriptedServer server(always(
      json_answer(401, R"({"error":{"message":"Incorrect API key provided: sk-test-upstream"}})")));
  make(server.url());
  const auto reply = send();
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().kind(), ErrorKind::no_account_available);
  EXPECT_THAT(reply.error().message() + reply.error().detail(), Not(HasSubstr("sk-test")));
}

TEST_F(OpenAiChatTest, TakesNoPageForAnAnswer) {
  ScriptedServer server(always(test::http_answer(200, "<html>", "Content-Type: text/html\r\n")));
  make(server.url());
  const auto reply = send();
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().kind(), ErrorKind::upstream_error);
}

TEST_F(OpenAiChatTest, TellsThatAnAnswerBrokeOff) {
  ScriptedServer server([](const RawRequest&, std::size_t) {
    return ScriptedAnswer{
        "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 99\r\n\r\ndata: x",
        ScriptedAnswer::Then::close};
  });
  make(server.url());
  auto reply = send();
  ASSERT_TRUE(reply);
  const auto all = rest(*reply);
  ASSERT_FALSE(all);
  EXPECT_EQ(all.error().kind(), ErrorKind::upstream_error);
}

TEST_F(OpenAiChatTest, RefusesABodyThatIsNoObjectWhereItMustBeRewritten) {
  make("http://127.0.0.1:1");
  EXPECT_EQ(send("openai/x", "[]").error().kind(), ErrorKind::invalid_request);
}

}  // namespace
}  // namespace gw::openai
