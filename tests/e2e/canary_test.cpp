// Distinctive secrets go in; none may come out, in any answer, log line or message.
#include "tests/support/api_matchers.hpp"
#include "tests/support/fake_dreamifly.hpp"
#include "tests/support/gateway_client.hpp"
#include "tests/support/gateway_process.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <string>
#include <vector>

namespace gw::test {
namespace {

constexpr const char* kApi = "sk-test-canary-api-7f3a";
constexpr const char* kAdmin = "sk-test-canary-admin-19bc";
constexpr const char* kMetrics = "sk-test-canary-metrics-e5d0";
constexpr const char* kSite = "canary-site-key-c24e";
constexpr const char* kWrong = "sk-test-canary-wrong-a8f1";
constexpr const char* kPrompt = "canary prompt of a violet okapi";
constexpr const char* kInternal = "http://10.9.8.7:8188/internal";

class Canary : public testing::Test {
 protected:
  void start(std::map<std::string, std::string> more = {}) {
    GatewayOptions options;
    options.environment = {{"API_MASTER_KEY", kApi},
                           {"ADMIN_KEY", kAdmin},
                           {"METRICS_KEY", kMetrics},
                           {"LOG_LEVEL", "debug"}};
    options.environment.merge(std::move(more));
    gateway = GatewayProcess::serving(std::move(options));
  }

  RawAnswer send(Ask request) {
    for (auto& [name, value] : request.headers) {
      if (name == "Authorization") value = std::string("Bearer ") + kApi;
    }
    auto answer = ask(gateway->port(), request);
    heard.push_back(answer.head + answer.body);
    return answer;
  }

  // Good and bad, known and unknown, with keys in every wrong place but the target: that is logged,
  // and what stands there is the client's own doing.
  void send_a_mix() {
    const std::string prompt(kPrompt);
    send(draw_small(prompt));
    send(draw_small(prompt, R"(,"response_format":"url")"));
    send(draw_small(prompt, R"(,"n":2,"negative_prompt":"canary prompt too","user":"u")"));
    send(draw_small(prompt, R"(,"style":"Lego")"));
    heard.pop_back();  // to its own client the prompt comes back as revised_prompt
    for (const auto* more :
         {R"(,"n":99)", R"(,"model":"no-such-model")", R"(,"stream":true)", R"(,"size":"1x1")",
          R"(,"style":"none of them")", R"(,"size":"65x64")", R"(,"quality":[])", R"(,)"}) {
      send(draw_small(prompt, more));
    }
    send(draw("{\"prompt\":\"" + prompt + "\xFF\"}"));
    send(draw(prompt));
    for (const auto* header : {"X-Api-Key", "api-key", "Authorization"}) {
      auto request = get("/v1/models").with(header, std::string("Bearer ") + kWrong);
      auto answer = ask(gateway->port(), request);
      EXPECT_EQ(answer.status, 401);
      heard.push_back(answer.head + answer.body);
    }
    for (const auto* path : {"/health", "/health/ready", "/v1/models", "/v1/styles", "/",
                             "/nothing", "/images/x.png", "/v1/models/nothing"}) {
      send(get(path).with_key());
    }
    heard.push_back(ask(gateway->port(), get("/metrics").with("X-Api-Key", kAdmin)).body);
    heard.push_back(ask(gateway->port(), get("/metrics").with("X-Api-Key", kMetrics)).body);
    heard.push_back(ask(gateway->port(), get("/metrics").with("X-Api-Key", kApi)).body);
    RawSocket malformed(gateway->port());
    malformed.send(std::string("GET / HTTP/1.1\nX-Api-Key: ") + kApi + "\n\n");
    heard.push_back(malformed.receive_answer().body);
  }

  void expect_silence() {
    EXPECT_EQ(gateway->stop().exit_code, 0);
    EXPECT_GT(gateway->log().size(), 20u) << "the log is on";
    // Where the upstream's machines stand is the operator's business, not the clients'.
    for (const auto& text : heard) expect_none_in(text, {kInternal, "10.9.8.7"});
    heard.push_back(gateway->standard_output());
    heard.push_back(gateway->standard_error());
    for (const auto& text : heard) {
      expect_none_in(text,
                     {kApi, kAdmin, kMetrics, kSite, kWrong, "canary prompt", "violet okapi"});
    }
  }
  static void expect_none_in(const std::string& text, const std::vector<std::string>& secrets) {
    for (const auto& secret : secrets) {
      const auto at = text.find(secret);
      if (at == std::string::npos) continue;
      ADD_FAILURE() << secret << " in: " << text.substr(at - std::min<std::size_t>(at, 500), 1'000);
    }
  }

  std::unique_ptr<GatewayProcess> gateway;
  std::vector<std::string> heard;
};

TEST_F(Canary, NothingLeaksWithTheDemo) {
  start();
  send_a_mix();
  expect_silence();
}

TEST_F(Canary, NothingLeaksWithAnUpstreamThatTells) {
  FakeDreamifly fake({.key = kSite});
  start({{"DREAMIFLY_BASE_URL", fake.base_url()},
         {"DREAMIFLY_SITE_KEY", kSite},
         {"UPSTREAM_CONCURRENCY_LIMIT", "4"}});
  send_a_mix();
  ASSERT_FALSE(fake.calls().empty());
  const auto token = fake.calls().front().authorization.substr(std::string("Bearer ").size());

  // An upstream's own words may carry anything.
  const std::string telling = std::string(kPrompt) + " at " + kInternal;
  // The first is repeated once.
  fake.reply_next(2, {500, R"({"error":"ComfyUI服务错误: )" + telling + "\"}"});
  fake.reply_next(1, {500, R"({"error":")" + telling + "\"}"});
  fake.reply_next(1, {400, R"({"error":")" + telling + "\",\"code\":\"NEW_CODE\"}"});
  fake.reply_next(1, {502, "<html>" + telling + "</html>", "text/html"});
  fake.reply_next(1, {200, telling, "application/json"});
  fake.reply_next(1, {200, R"({"imageUrl":")" + std::string(kInternal) + "\"}"});
  for (int i = 0; i < 6; ++i) {
    EXPECT_GE(send(draw_small(std::string(kPrompt) + std::to_string(i))).status, 400);
  }
  expect_silence();
  for (const auto& text : heard) ASSERT_FALSE(text.contains(token)) << "the per-minute token";
}

TEST_F(Canary, TheCommandsShowNoSecrets) {
  GatewayOptions options;
  options.environment = {{"API_MASTER_KEY", kApi},
                         {"ADMIN_KEY", kAdmin},
                         {"METRICS_KEY", kMetrics},
                         {"DREAMIFLY_BASE_URL", "https://dreamifly.example.com"},
                         {"DREAMIFLY_SITE_KEY", kSite},
                         {"UPSTREAM_PROXY", "http://somebody:canary-proxy@127.0.0.1:9"}};
  for (const auto* command : {"check-config", "keys"}) {
    options.arguments = {command};
    const auto run = run_gateway(options);
    EXPECT_EQ(run.exit_code, 0);
    for (const auto* secret : {kApi, kAdmin, kMetrics, kSite, "canary-proxy"}) {
      EXPECT_FALSE((run.standard_output + run.standard_error).contains(secret)) << command;
    }
  }
}

TEST(GeneratedKeys, AreShownOnceAndNeverAgain) {
  const TemporaryDirectory kept;
  const auto data = kept.path() / "data";
  const auto key_in = [&](const char* file) {
    std::ifstream in(data / "keys" / file);
    std::string key;
    std::getline(in, key);
    return key;
  };
  GatewayOptions options;
  options.arguments = {"serve", "--port", "0", "--data-dir", data.string()};
  options.key = GatewayOptions::Key::none;

  const auto first = GatewayProcess::serving(options);
  const auto key = key_in("api_master_key");
  const auto admin = key_in("admin_key");
  const auto signing = key_in("signing_key");
  const auto sealing = key_in("sealing_key");
  EXPECT_GE(key.size(), 40u);
  EXPECT_TRUE(first->standard_output().contains(key));
  EXPECT_TRUE(first->standard_output().contains(admin));
  EXPECT_FALSE(first->standard_output().contains(signing));
  EXPECT_GE(sealing.size(), 40u);
  EXPECT_FALSE(first->standard_output().contains(sealing));
  EXPECT_THAT(ask(first->port(), get("/v1/models").with("X-Api-Key", key)), HasStatus(200));
  EXPECT_THAT(ask(first->port(), get("/v1/models").with("X-Api-Key", admin)), HasStatus(401));
  for (const auto* file : {"api_master_key", "admin_key", "signing_key", "sealing_key"}) {
    const auto mode = std::filesystem::status(data / "keys" / file).permissions();
    EXPECT_EQ(mode, std::filesystem::perms::owner_read | std::filesystem::perms::owner_write)
        << file;
  }
  first->stop();

  const auto second = GatewayProcess::serving(options);
  EXPECT_THAT(ask(second->port(), get("/v1/models").with("X-Api-Key", key)), HasStatus(200));
  second->stop();
  for (const auto& secret : {key, admin, signing, sealing}) {
    EXPECT_FALSE(second->standard_output().contains(secret));
    EXPECT_FALSE(second->standard_error().contains(secret));
    EXPECT_FALSE(first->standard_error().contains(secret));
  }
}

}  // namespace
}  // namespace gw::test
