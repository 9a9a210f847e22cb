// Chats that are handed through: how they close when the gateway ends.
#include "api/v1/chat_relay.hpp"

#include "tests/support/run.hpp"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

namespace gw::api {
namespace {

// Says one thing.
class OneTalker final : public ChatUpstream {
 public:
  OneTalker(std::string type, std::string said) : type_(std::move(type)), said_(std::move(said)) {}
  std::string_view name() const override { return "talker"; }
  bool belongs_here(std::string_view) const override { return true; }
  std::vector<std::string> models() const override { return {}; }
  Task<ChatReply> send(ChatCall) override {
    ChatReply reply{200, type_, std::make_unique<Body>(said_)};
    co_return reply;
  }

 private:
  class Body final : public ChatBody {
   public:
    explicit Body(std::string said) : said_(std::move(said)) {}
    Task<SharedBytes> next() override {
      if (said_.empty()) co_return SharedBytes();
      co_return share(std::exchange(said_, {}));
    }

   private:
    std::string said_;
  };

  std::string type_;
  std::string said_;
};

class ChatRelay : public testing::Test {
 protected:
  http::Response relay(std::string type, std::string said) {
    OneTalker upstream(std::move(type), std::move(said));
    return test::run_until_done(io, relay_chat(upstream, {}, context)).value();
  }
  std::string next(http::Response& response) {
    const auto piece = test::run_until_done(io, response.source->next()).value();
    return piece ? *piece : "(the end)";
  }

  asio::io_context io;
  RequestContext context;
  const Error why{ErrorKind::shutting_down, "The server is shutting down."};
};

TEST_F(ChatRelay, BetweenTwoEventsAStreamClosesWithAnErrorOfOurs) {
  for (const auto* said : {"data: {}\n\n", "data: {}\r\n\r\n"}) {
    auto response = relay("text/event-stream", said);
    EXPECT_EQ(next(response), said);
    EXPECT_TRUE(response.source->conclude(why));
    EXPECT_EQ(next(response),
              R"(data: {"error":{"message":"The server is shutting down.","type":"server_error",)"
              R"("param":null,"code":"shutting_down"}})"
              "\n\n");
    EXPECT_EQ(next(response), "(the end)");
  }
}

TEST_F(ChatRelay, BeforeItsFirstEventToo) {
  auto response = relay("text/event-stream; charset=utf-8", "data: {}\n\n");
  EXPECT_TRUE(response.source->conclude(why));
  EXPECT_TRUE(next(response).starts_with("data: {\"error\":"));
}

TEST_F(ChatRelay, WhatStandsWithinAnEventIsCut) {
  auto response = relay("text/event-stream", "data: {}\n\ndata: {\"cho");
  next(response);
  EXPECT_FALSE(response.source->conclude(why));
}

TEST_F(ChatRelay, AJsonDocumentIsCut) {
  auto response = relay("application/json", "{}\n\n");
  next(response);
  EXPECT_FALSE(response.source->conclude(why));
}

}  // namespace
}  // namespace gw::api
