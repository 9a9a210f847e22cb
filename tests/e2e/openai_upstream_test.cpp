// The gateway in front of a scripted server of OpenAI's API: its chats, and both kinds of upstream
// side by side.
#include "base/base64.hpp"
#include "tests/support/api_matchers.hpp"
#include "tests/support/fake_dreamifly.hpp"
#include "tests/support/gateway_client.hpp"
#include "tests/support/gateway_process.hpp"
#include "tests/support/raw_socket.hpp"
#include "tests/support/scripted_server.hpp"
#include "tests/support/tiny_png.hpp"

#include <boost/json/object.hpp>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <string>
#include <utility>

namespace gw::test {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;
using testing::Not;

constexpr const char* kModels = R"({"data":[{"id":"gpt-5"},{"id":"dall-e-3"}]})";
constexpr const char* kChat =
    R"({ "model": "gpt-5", "stream":true, "messages":[{"role":"user","content":"hello"}] })";
constexpr const char* kEvents = "data: {\"choices\": [ ]}\n\n: quiet\r\n\r\ndata: [DONE]\n\n";

std::string json_answer(int status, const std::string& body) {
  return http_answer(status, body, "Content-Type: application/json\r\n");
}

Ask chat(std::string body) {
  Ask request{.method = "POST",
              .target = "/v1/chat/completions",
              .headers = {{"Content-Type", "application/json"}},
              .body = std::move(body)};
  return request.with_key();
}

class OpenAiUpstream : public testing::Test {
 protected:
  void start(ScriptedAnswer answer, std::map<std::string, std::string> environment = {}) {
    server = std::make_unique<ScriptedServer>([answer](const RawRequest& request, std::size_t) {
      if (request.target == "/v1/models")
        return ScriptedAnswer{json_answer(200, kModels), ScriptedAnswer::Then::close};
      return answer;
    });
    environment.emplace("OPENAI_UPSTREAM_BASE_URL", server->url(""));
    environment.emplace("OPENAI_UPSTREAM_API_KEY", "sk-test-upstream");
    gateway = GatewayProcess::serving({.environment = std::move(environment)});
    // Ready before the list is there, when another upstream has models.
    ASSERT_TRUE(server->wait_for_requests(1, seconds(10)));
  }
  void TearDown() override {
    if (gateway) EXPECT_EQ(gateway->stop().exit_code, 0);
  }
  RawAnswer send(const Ask& request) const { return ask(gateway->port(), request); }

  std::unique_ptr<ScriptedServer> server;
  std::unique_ptr<GatewayProcess> gateway;
};

TEST_F(OpenAiUpstream, ChatsPassThroughByteForByte) {
  start({http_answer(200, kEvents, "Content-Type: text/event-stream\r\n")});

  const auto answer = send(chat(kChat));

  EXPECT_THAT(answer, HasStatus(200));
  EXPECT_THAT(answer, HasHeader("content-type", "text/event-stream"));
  EXPECT_THAT(answer, HasHeader("x-provider", "openai"));
  EXPECT_EQ(answer.body, kEvents);
  const auto asked = server->requests().back();
  EXPECT_EQ(asked.target, "/v1/chat/completions");
  EXPECT_EQ(asked.body, kChat);
  EXPECT_EQ(asked.header("authorization"), "Bearer sk-test-upstream");
}

TEST_F(OpenAiUpstream, AChatComesWhileItIsWrittenAndEndsWithItsReader) {
  start({"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: one\n\n"});
  {
    RawSocket socket(gateway->port());
    socket.send(wire(chat(kChat)));
    EXPECT_THAT(socket.receive_until("data: one\n\n"), HasSubstr("HTTP/1.1 200"));
  }
  EXPECT_TRUE(server->wait_for_closed(1, seconds(10)));
}

TEST_F(OpenAiUpstream, ARefusedChatIsAnErrorOfOurs) {
  start({json_answer(401, R"({"error":{"message":"Incorrect API key: sk-test-upstream"}})")});
  const auto answer = send(chat(kChat));
  EXPECT_THAT(answer, IsError(503, "no_account_available", "null"));
  EXPECT_THAT(answer.body + gateway->standard_error(), Not(HasSubstr("sk-test-upstream")));
}

TEST(OpenAiUpstreamThatOnlyChats, IsReadyToo) {
  ScriptedServer server([](const RawRequest& request, std::size_t) {
    const auto* body = request.target == "/v1/models" ? R"({"data":[{"id":"gpt-5"}]})" : kEvents;
    return ScriptedAnswer{json_answer(200, body), ScriptedAnswer::Then::close};
  });
  const auto gateway =
      GatewayProcess::serving({.environment = {{"OPENAI_UPSTREAM_BASE_URL", server.url("")},
                                               {"OPENAI_UPSTREAM_API_KEY", "sk-test-upstream"}}});
  EXPECT_THAT(ask(gateway->port(), get("/health/ready")), HasStatus(200));
  EXPECT_EQ(ask(gateway->port(), chat(kChat)).body, kEvents);
}

TEST_F(OpenAiUpstream, BothKindsStandSideBySide) {
  const auto png = tiny_png(64, 64, 9);
  FakeDreamifly fake;
  start({json_answer(200, R"({"data":[{"b64_json":")" + base64_encode(png) + R"("}]})")},
        {{"DREAMIFLY_BASE_URL", fake.base_url()}, {"DREAMIFLY_SITE_KEY", "test-key"}});

  const auto lent = send(draw(R"({"model":"dall-e-3","prompt":"a fig","size":"64x64"})"));
  EXPECT_THAT(lent, HasHeader("x-provider", "dreamifly"));
  Ask own = draw(R"({"model":"openai/dall-e-3","prompt":"a fig","response_format":"b64_json"})");
  ASSERT_TRUE(eventually([&] { return send(own).status == 200; })) << "once the list is read";
  const auto answer = send(own);
  EXPECT_THAT(answer, HasHeader("x-provider", "openai"));
  EXPECT_TRUE(picture_of(answer) == png);
  EXPECT_EQ(metric(gateway->port(), "gw_slots", "provider=\"openai\""), 4);
  EXPECT_EQ(metric(gateway->port(), "gw_slots", "provider=\"dreamifly\""), 1);
  const auto health = json_of(send(get("/health")));
  EXPECT_EQ(health.at("provider"), "dreamifly+openai");
}

}  // namespace
}  // namespace gw::test
