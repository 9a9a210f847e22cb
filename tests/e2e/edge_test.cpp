// The gateway in front of an edge in front of a Dreamifly server: challenges, limits and refusals,
// and what the operator does about them at the admin door.
#include "base/base64.hpp"
#include "tests/e2e/upstream_fixture.hpp"
#include "tests/support/fake_edge.hpp"
#include "tests/support/scripted_server.hpp"
#include "tests/support/temporary_directory.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <future>
#include <iterator>
#include <vector>

namespace gw::test {
namespace {

using testing::AllOf;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using testing::Pair;

constexpr const char* kAdminKey = "sk-test-admin-of-edge";
constexpr const char* kClearance = "fQ7w0clearance-of-the-operator-0001";
constexpr const char* kBrowser =
    "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";
constexpr std::chrono::seconds kPrompt{5};

Ask admin(std::string method, std::string target, std::string body = {}) {
  Ask request{.method = std::move(method),
              .target = "/admin/api/" + std::move(target),
              .headers = {},
              .body = std::move(body)};
  return request.with("Content-Type", "application/json")
      .with("Authorization", std::string("Bearer ") + kAdminKey);
}

bool is_drawing(const EdgeRequest& request) {
  return request.target == "/api/generate";
}

bool holds(const std::filesystem::path& folder, std::string_view text) {
  return std::ranges::any_of(std::filesystem::recursive_directory_iterator(folder),
                             [&](const auto& entry) {
                               if (!entry.is_regular_file()) return false;
                               std::ifstream file(entry.path(), std::ios::binary);
                               const std::string bytes{std::istreambuf_iterator<char>(file), {}};
                               return bytes.contains(text);
                             });
}

// The gateway reads the list of models beside its first requests; what a test tells the edge must
// not meet that call.
bool has_read_models(const FakeEdge& edge, std::string_view target) {
  return eventually([&] {
    const auto passed = edge.passed();
    return std::ranges::find(passed, target, &EdgeRequest::target) != passed.end();
  });
}

class BehindEdge : public testing::Test {
 protected:
  void start(std::map<std::string, std::string> environment = {}, bool http2 = true) {
    FakeEdgeOptions options;
    options.origin = site.port();
    options.http2 = http2;
    edge = std::make_unique<FakeEdge>(std::move(options));
    environment.merge(
        std::map<std::string, std::string>{{"DREAMIFLY_BASE_URL", edge->url()},
                                           {"UPSTREAM_CA_FILE", edge->ca_file().string()},
                                           {"DREAMIFLY_SITE_KEY", "test-key"},
                                           {"UPSTREAM_CONCURRENCY_LIMIT", "2"},
                                           {"ADMIN_KEY", kAdminKey}});
    environment_ = std::move(environment);
    run();
    // The clock is known from here on, so the next call of a drawing is the paid one.
    ASSERT_THAT(send(draw_small("first")), HasStatus(200));
    ASSERT_TRUE(has_read_models(*edge, "/api/models"));
  }
  void run() {
    gateway = GatewayProcess::serving(
        {.environment = environment_, .data_dir = data.path() / "data", .files = files_});
  }
  void restart() {
    EXPECT_EQ(gateway->stop().exit_code, 0);
    run();
  }
  void TearDown() override {
    site.release();
    if (gateway) EXPECT_EQ(gateway->stop().exit_code, 0);
  }

  RawAnswer send(const Ask& request) const { return ask(gateway->port(), request); }
  std::future<RawAnswer> send_aside(const Ask& request) const {
    return ask_aside(gateway->port(), request);
  }
  boost::json::object zone() const {
    const auto listed = json_of(send(admin("GET", "clearance")));
    return listed.at("data").as_array().at(0).as_object();
  }
  std::string state() const { return std::string(zone().at("state").as_string()); }
  boost::json::object upstream() const {
    const auto listed = json_of(send(admin("GET", "upstreams")));
    return listed.at("data").as_array().at(0).as_object();
  }
  std::int64_t in_line() const { return upstream().at("queued").to_number<std::int64_t>(); }

  RawAnswer paste(std::string_view value = kClearance, std::string_view agent = kBrowser) const {
    return send(admin("POST", "clearance/dreamifly",
                      fmt::format(R"({{"text":"{}","user_agent":"{}"}})", value, agent)));
  }
  RawAnswer act(std::string_view what) const {
    return send(admin("POST", fmt::format("clearance/dreamifly/{}", what)));
  }

  std::vector<EdgeRequest> drawings() const {
    auto all = edge->requests();
    std::erase_if(all, [](const auto& request) { return !is_drawing(request); });
    all.erase(all.begin());  // the first one of start()
    return all;
  }
  std::size_t lines(std::string_view event) const {
    const auto log = gateway->log();
    return static_cast<std::size_t>(std::ranges::count_if(
        log, [&](const auto& line) { return line.at("event").as_string() == event; }));
  }
  // A drawing that was challenged and waits for the operator.
  std::future<RawAnswer> held(std::string_view prompt) {
    edge->challenge();
    auto answer = send_aside(draw_small(prompt));
    EXPECT_TRUE(eventually([&] { return state() == "needed" && in_line() == 1; }));
    return answer;
  }

  TemporaryDirectory data;
  FakeDreamifly site;
  std::unique_ptr<FakeEdge> edge;
  std::unique_ptr<GatewayProcess> gateway;
  std::map<std::string, std::string> environment_;
  std::map<std::string, std::string> files_;
};

TEST_F(BehindEdge, WhatWasChallengedIsSentOnceMoreWhenTheClearanceIsRenewed) {
  start();
  auto waiting = held("a fig");
  ASSERT_EQ(drawings().size(), 1u);
  edge->accept(kClearance, kBrowser);

  const auto pasted = paste();
  ASSERT_THAT(pasted, HasStatus(200));
  EXPECT_EQ(json_of(pasted).at("state").as_string(), "valid");
  EXPECT_EQ(json_of(pasted).at("last_probe").as_string(), "let through");
  EXPECT_THAT(waiting.get(), HasStatus(200));

  const auto sent = drawings();
  ASSERT_EQ(sent.size(), 2u);
  EXPECT_EQ(sent[1].body, sent[0].body);
  EXPECT_EQ(sent[1].header("user-agent"), kBrowser);
  EXPECT_THAT(sent[1].header("cookie"), HasSubstr(std::string("cf_clearance=") + kClearance));
  EXPECT_THAT(sent[0].header("user-agent"), HasSubstr("dreamifly-2api"));
  EXPECT_EQ(site.calls().size(), 2u);
}

TEST_F(BehindEdge, WhoComesMeanwhileIsToldAtOnceWhoHasToDoWhat) {
  start();
  auto waiting = held("a fig");
  const auto refused = send(draw_small("a date"));
  EXPECT_THAT(refused, IsError(503, "upstream_challenged", "null"));
  EXPECT_THAT(refused, HasHeader("Retry-After", "60"));
  EXPECT_THAT(refused.body,
              AllOf(HasSubstr(fmt::format("localhost:{}", edge->port())), HasSubstr("-TST"),
                    HasSubstr("renew the clearance in admin"), Not(HasSubstr("Just a moment"))));
  EXPECT_EQ(drawings().size(), 1u) << "nothing more is sent";
  EXPECT_EQ(upstream().at("door").as_object().at("state").as_string(), "shut");
  edge->accept(kClearance, kBrowser);
  ASSERT_THAT(paste(), HasStatus(200));
  EXPECT_THAT(waiting.get(), HasStatus(200));
}

TEST_F(BehindEdge, IsSeenInTheMetrics) {
  start();
  auto waiting = held("a fig");
  const auto counted = [this](std::string_view name, std::string_view labels) {
    return metric(gateway->port(), name, labels);
  };
  EXPECT_EQ(counted("gw_clearance_state", R"(state="needed")"), 1);
  EXPECT_EQ(counted("gw_requests_waiting_for_clearance", ""), 1);
  EXPECT_EQ(counted("gw_upstream_edge_events_total", R"(class="challenge")"), 1);
  EXPECT_EQ(counted("gw_host_door_state", R"(state="shut")"), 1);
  edge->accept(kClearance, kBrowser);
  ASSERT_THAT(paste(), HasStatus(200));
  EXPECT_THAT(waiting.get(), HasStatus(200));
  EXPECT_EQ(counted("gw_clearance_state", R"(state="valid")"), 1);
  EXPECT_EQ(counted("gw_requests_waiting_for_clearance", ""), 0);
  EXPECT_GE(counted("gw_clearance_transitions_total", R"(to="valid")"), 1);
  EXPECT_GE(counted("gw_clearance_age_seconds", ""), 0);
}

TEST_F(BehindEdge, TheClearanceIsShownNowhere) {
  start();
  auto waiting = held("a fig");
  edge->accept(kClearance, kBrowser);
  const auto pasted = paste();
  EXPECT_THAT(waiting.get(), HasStatus(200));
  const auto listed = send(admin("GET", "clearance"));
  for (const auto& shown :
       {pasted.body, listed.body, gateway->standard_error(),
        send(get("/metrics").with("Authorization", std::string("Bearer ") + kAdminKey)).body}) {
    EXPECT_THAT(shown, Not(HasSubstr(kClearance)));
  }
  EXPECT_THAT(listed.body, HasSubstr("ends in 0001"));
  EXPECT_EQ(gateway->stop().exit_code, 0);
  EXPECT_FALSE(holds(gateway->data_dir(), kClearance)) << "sealed at rest";
  EXPECT_FALSE(holds(gateway->data_dir(), "Firefox/140.0"));
  gateway.reset();
}

TEST_F(BehindEdge, FiftyChallengesAreOneNotificationAndAreReleasedWithinTheLimit) {
  start({{"UPSTREAM_CONCURRENCY_LIMIT", "10"}}, false);
  edge->challenge();
  edge->gather(10);
  std::vector<std::future<RawAnswer>> waiting;
  for (int i = 0; i < 50; ++i) waiting.push_back(send_aside(draw_small(fmt::format("fig {}", i))));
  ASSERT_TRUE(eventually([&] { return in_line() == 50; }));
  EXPECT_EQ(drawings().size(), 10u);
  EXPECT_EQ(lines("needs_clearance"), 1u);
  edge->accept(kClearance, kBrowser);
  ASSERT_THAT(paste(), HasStatus(200));
  for (auto& answer : waiting) EXPECT_THAT(answer.get(), HasStatus(200));
  EXPECT_EQ(drawings().size(), 60u) << "each challenged one once more, the others once";
  EXPECT_LE(site.most_running(), 10u);
  EXPECT_EQ(lines("needs_clearance"), 1u);
}

TEST_F(BehindEdge, ASecondChallengeEndsIt) {
  start();
  auto waiting = held("a fig");
  edge->answer_next(1, {.status = 200,
                        .headers = {{"content-type", "application/json"}},
                        .body = "{}"});  // the probe
  EXPECT_EQ(json_of(paste()).at("state").as_string(), "valid");
  EXPECT_THAT(waiting.get(), IsError(503, "upstream_challenged", "null"));
  EXPECT_EQ(drawings().size(), 2u) << "not a third time";
  EXPECT_EQ(state(), "needed");
}

TEST_F(BehindEdge, ARejectedClearanceSaysWhatIsMostLikelyWrong) {
  start();
  auto waiting = held("a fig");
  edge->accept(kClearance, "Mozilla/5.0 (of another browser)");
  const auto view = json_of(paste());
  EXPECT_EQ(view.at("state").as_string(), "needed");
  EXPECT_THAT(std::string(view.at("last_probe").as_string()),
              HasSubstr("another address or by another browser"));
  EXPECT_EQ(drawings().size(), 1u) << "what is held stays held";
  edge->accept(kClearance, kBrowser);
  EXPECT_EQ(json_of(paste()).at("state").as_string(), "valid");
  EXPECT_THAT(waiting.get(), HasStatus(200));
}

TEST_F(BehindEdge, WhatCannotBeReadIsRefusedByItsField) {
  start();
  EXPECT_THAT(paste("a value\\nwith a line", kBrowser), IsError(400, "null", "text"));
  EXPECT_THAT(paste(kClearance, "curl/8.5"), IsError(400, "null", "user_agent"));
  EXPECT_THAT(act("try-again"), IsError(409, "conflict", "null"));
  EXPECT_EQ(state(), "unneeded");
}

TEST_F(BehindEdge, WhoLeavesWhileHeldIsNotDrawnFor) {
  start();
  {
    edge->challenge();
    RawSocket client(gateway->port());
    client.send(wire(draw_small("a fig")));
    ASSERT_TRUE(eventually([&] { return in_line() == 1; }));
  }
  ASSERT_TRUE(eventually([&] { return in_line() == 0; }));
  edge->accept(kClearance, kBrowser);
  ASSERT_THAT(paste(), HasStatus(200));
  EXPECT_THAT(send(draw_small("a date")), HasStatus(200));
  EXPECT_EQ(drawings().size(), 2u) << "the challenged one, and that of who came later";
}

TEST_F(BehindEdge, AStreamIsKeptAliveWhileHeldAndThenHasItsPicture) {
  start({{"HEARTBEAT_TIME", "50ms"}});
  edge->challenge();
  RawSocket client(gateway->port());
  client.send(wire(draw_small("a fig", R"(,"stream":true)")));
  EXPECT_THAT(client.receive_until("\r\n\r\n"), HasSubstr("200 OK"));
  ASSERT_TRUE(eventually([&] { return state() == "needed" && in_line() == 1; }));
  client.receive_until(": ");
  edge->accept(kClearance, kBrowser);
  ASSERT_THAT(paste(), HasStatus(200));
  EXPECT_THAT(client.receive_rest(), HasSubstr("image_generation.completed"));
}

TEST_F(BehindEdge, AStreamThatIsNotHelpedEndsWithAnEvent) {
  start();
  edge->challenge();
  auto answer = send_aside(draw_small("a fig", R"(,"stream":true)"));
  ASSERT_TRUE(eventually([&] { return in_line() == 1; }));
  edge->answer_next(
      1, {.status = 200, .headers = {{"content-type", "application/json"}}, .body = "{}"});
  ASSERT_THAT(paste(), HasStatus(200));
  EXPECT_THAT(answer.get().body, HasSubstr("upstream_challenged"));
}

TEST_F(BehindEdge, AStopWhileHeldIsPrompt) {
  start();
  auto waiting = held("a fig");
  gateway->signal(SIGTERM);
  const auto ended = gateway->wait(kPrompt);
  ASSERT_TRUE(ended) << "it waits for nobody";
  EXPECT_EQ(ended->exit_code, 0);
  EXPECT_THAT(waiting.get(), IsError(503, "upstream_challenged", "null"));
  gateway.reset();
}

TEST_F(BehindEdge, AfterItsLimitOneIsSentThatDecides) {
  start();
  edge->answer_next(1, limited("1"));
  EXPECT_THAT(send(draw_small("a fig")), HasStatus(200)) << "it waits its second";
  EXPECT_EQ(drawings().size(), 2u);
  EXPECT_EQ(state(), "unneeded");
}

TEST_F(BehindEdge, WhileItCoolsWhoComesIsToldHowLong) {
  start();
  edge->answer_next(1, limited("40"));
  RawSocket waiting(gateway->port());
  waiting.send(wire(draw_small("a fig")));
  ASSERT_TRUE(eventually([&] { return state() == "cooling" && in_line() == 1; }));
  const auto refused = send(draw_small("a date"));
  EXPECT_THAT(refused, IsError(429, "upstream_rate_limited", "null"));
  EXPECT_THAT(refused.header("Retry-After").value_or(""), testing::MatchesRegex("[34][0-9]"));
  EXPECT_EQ(drawings().size(), 1u);
  gateway->kill();
  run();
  EXPECT_EQ(state(), "cooling") << "over a restart, too";
  EXPECT_THAT(send(draw_small("a date")), IsError(429, "upstream_rate_limited", "null"));
}

TEST_F(BehindEdge, ARefusalStopsAllUntilTheOperatorLetsItTry) {
  start();
  edge->answer_with(error_page(1020));
  const auto refused = send(draw_small("a fig"));
  EXPECT_THAT(refused, IsError(503, "upstream_blocked", "null"));
  EXPECT_THAT(refused.body, AllOf(HasSubstr("1020"), HasSubstr("site's owner")));
  edge->let_through();
  edge->answer_with(origin_trouble(520));
  const auto before = edge->requests().size();
  EXPECT_THAT(send(draw_small("a date")), IsError(503, "upstream_blocked", "null"));
  restart();
  EXPECT_EQ(state(), "blocked");
  EXPECT_THAT(send(draw_small("a date")), IsError(503, "upstream_blocked", "null"));
  EXPECT_EQ(edge->requests().size(), before) << "not even a list of models is asked for";
}

TEST_F(BehindEdge, AfterARefusalTryAgainLooksFirst) {
  start();
  edge->answer_next(2, bare_error(1006));
  EXPECT_THAT(send(draw_small("a fig")), IsError(503, "upstream_blocked", "null"));
  EXPECT_EQ(json_of(act("try-again")).at("state").as_string(), "blocked");
  EXPECT_EQ(json_of(act("try-again")).at("state").as_string(), "unneeded");
  EXPECT_THAT(send(draw_small("a fig")), HasStatus(200));
}

TEST_F(BehindEdge, WithoutAClearanceOneRealRequestMayTry) {
  start();
  auto waiting = held("a fig");
  edge->let_through();
  ASSERT_THAT(act("try-without"), HasStatus(200));
  EXPECT_THAT(waiting.get(), HasStatus(200));
  EXPECT_EQ(state(), "unneeded");
  EXPECT_THAT(send(draw_small("a date")), HasStatus(200));
}

TEST_F(BehindEdge, ALostAnswerBehindTheEdgeIsNotSentAgain) {
  start();
  edge->answer_next(1, origin_trouble(524));
  const auto lost = send(draw_small("a fig"));
  EXPECT_THAT(lost, IsError(504, "upstream_timeout", "null"));
  EXPECT_THAT(lost.body, AllOf(HasSubstr("524"), HasSubstr("may have been processed")));
  EXPECT_EQ(drawings().size(), 1u);
  edge->drop_next(1);
  EXPECT_THAT(send(draw_small("a date")), HasStatus(502));
  EXPECT_EQ(drawings().size(), 2u);
}

TEST_F(BehindEdge, AClearanceAndItsRenewedCookieOutliveARestart) {
  start();
  auto waiting = held("a fig");
  edge->accept(kClearance, kBrowser);
  edge->renew_as("renewed-under-our-hands-0002");
  ASSERT_THAT(paste(), HasStatus(200));
  EXPECT_THAT(waiting.get(), HasStatus(200));
  edge->revoke(kClearance);
  restart();
  EXPECT_EQ(state(), "valid");
  EXPECT_THAT(send(draw_small("a date")), HasStatus(200));
  const auto last = drawings().back();
  EXPECT_EQ(last.header("user-agent"), kBrowser);
  EXPECT_THAT(last.header("cookie"), HasSubstr("renewed-under-our-hands-0002"));
}

TEST_F(BehindEdge, AnotherWayOutInvalidatesTheClearance) {
  start();
  auto waiting = held("a fig");
  edge->accept(kClearance, kBrowser);
  ASSERT_THAT(paste(), HasStatus(200));
  EXPECT_THAT(waiting.get(), HasStatus(200));
  environment_["UPSTREAM_PROXY"] = "http://127.0.0.1:9";
  restart();
  EXPECT_EQ(state(), "unneeded");
  EXPECT_TRUE(zone().at("cookies").as_array().empty());
}

TEST_F(BehindEdge, ForgettingGoesBackToOurselves) {
  start();
  auto waiting = held("a fig");
  edge->accept(kClearance, kBrowser);
  ASSERT_THAT(paste(), HasStatus(200));
  EXPECT_THAT(waiting.get(), HasStatus(200));
  edge->let_through();
  ASSERT_THAT(send(admin("DELETE", "clearance/dreamifly")), HasStatus(200));
  EXPECT_THAT(send(draw_small("a date")), HasStatus(200));
  EXPECT_THAT(drawings().back().header("user-agent"), HasSubstr("dreamifly-2api"));
  EXPECT_EQ(drawings().back().header("cookie"), "");
}

TEST_F(BehindEdge, AnotherRouteServesWhileThisOneNeedsAClearance) {
  const auto picture = tiny_png(64, 64, 9);
  const auto json = [](const std::string& body) {
    return http_answer(200, body, "Content-Type: application/json\r\n");
  };
  ScriptedServer cloud([&](const RawRequest& request, std::size_t) {
    const bool draws = request.target == "/v1/images/generations";
    const auto drawn = R"({"data":[{"b64_json":")" + base64_encode(picture) + R"("}]})";
    return ScriptedAnswer{json(draws ? drawn : R"({"data":[]})"), ScriptedAnswer::Then::close};
  });
  files_ = {{"routes.yaml", R"(
routes:
  auto:
    strategy: priority
    routes:
      - {model: dreamifly/dreamifly-qwen-image}
      - {model: openai/cloud-painter, priority: 2}
)"}};
  start({{"OPENAI_UPSTREAM_BASE_URL", cloud.url("")},
         {"OPENAI_UPSTREAM_API_KEY", "sk-test-upstream"},
         {"OPENAI_UPSTREAM_MODELS", "cloud-painter"},
         {"CONFIG_FILE", "routes.yaml"}});
  edge->challenge();
  constexpr const char* kAuto = R"({"model":"auto","prompt":"a fig","size":"512x512"})";
  const auto moved = send(draw(kAuto));
  EXPECT_THAT(moved, HasHeader("x-provider", "openai"));
  EXPECT_EQ(drawings().size(), 1u);
  EXPECT_THAT(send(draw(kAuto)), HasHeader("x-provider", "openai"));
  EXPECT_EQ(drawings().size(), 1u) << "nobody is sent to find out";
  EXPECT_THAT(send(draw_small("a date", R"(,"model":"dreamifly-qwen-image")")),
              IsError(503, "upstream_challenged", "null"));
}

// --- the other provider: pictures, chats and the list of models go through one gate

class CloudBehindEdge : public testing::Test {
 protected:
  CloudBehindEdge() {
    FakeEdgeOptions options;
    options.canned = {.status = 200,
                      .headers = {{"content-type", "application/json"}},
                      .body = R"({"data":[{"b64_json":")" + base64_encode(picture) + R"("}]})"};
    edge = std::make_unique<FakeEdge>(std::move(options));
    gateway =
        GatewayProcess::serving({.environment = {{"OPENAI_UPSTREAM_BASE_URL", edge->url("/v1")},
                                                 {"OPENAI_UPSTREAM_API_KEY", "sk-test-upstream"},
                                                 {"OPENAI_UPSTREAM_MODELS", "cloud-painter"},
                                                 {"UPSTREAM_CA_FILE", edge->ca_file().string()},
                                                 {"ADMIN_KEY", kAdminKey}}});
    EXPECT_TRUE(has_read_models(*edge, "/v1/models"));
  }
  ~CloudBehindEdge() override { EXPECT_EQ(gateway->stop().exit_code, 0); }

  RawAnswer send(const Ask& request) const { return ask(gateway->port(), request); }
  RawAnswer chat() const {
    Ask request{.method = "POST", .target = "/v1/chat/completions", .headers = {}, .body = {}};
    request.body = R"({"model":"openai/talker","messages":[{"role":"user","content":"hi"}]})";
    return send(request.with_key().with("Content-Type", "application/json"));
  }
  std::size_t count(std::string_view target) const {
    const auto all = edge->requests();
    return static_cast<std::size_t>(
        std::ranges::count_if(all, [&](const auto& one) { return one.target == target; }));
  }

  const std::string picture = tiny_png(64, 64, 9);
  std::unique_ptr<FakeEdge> edge;
  std::unique_ptr<GatewayProcess> gateway;
};

TEST_F(CloudBehindEdge, ChatsAndPicturesKnowOfEachOthersChallenge) {
  EXPECT_THAT(chat(), HasStatus(200));
  edge->challenge();
  const auto refused = chat();
  EXPECT_THAT(refused, IsError(503, "upstream_challenged", "null"));
  EXPECT_THAT(refused.body, HasSubstr("renew the clearance in admin"));
  EXPECT_EQ(count("/v1/chat/completions"), 2u);
  EXPECT_THAT(chat(), IsError(503, "upstream_challenged", "null"));
  EXPECT_EQ(count("/v1/chat/completions"), 2u) << "not asked again";
  ASSERT_TRUE(
      eventually([&] { return send(draw_small("a fig")).body.contains("upstream_challenged"); }));
  EXPECT_EQ(count("/v1/images/generations"), 0u);

  edge->accept(kClearance, kBrowser);
  const auto body = fmt::format(R"({{"text":"{}","user_agent":"{}"}})", kClearance, kBrowser);
  EXPECT_EQ(json_of(send(admin("POST", "clearance/openai", body))).at("state").as_string(),
            "valid");
  EXPECT_THAT(chat(), HasStatus(200));
  EXPECT_THAT(send(draw_small("a fig")), HasStatus(200));
  for (const auto& request : edge->passed()) {
    if (request.header("cookie").empty()) continue;
    EXPECT_EQ(request.header("user-agent"), kBrowser);
    EXPECT_EQ(request.header("authorization"), "Bearer sk-test-upstream");
  }
}

TEST_F(CloudBehindEdge, AHeldPictureGoesOnceMore) {
  edge->challenge();
  auto waiting = ask_aside(gateway->port(), draw_small("a fig"));
  ASSERT_TRUE(eventually([&] { return count("/v1/images/generations") == 1; }));
  ASSERT_TRUE(gateway->wait_for_event("needs_clearance"));
  edge->accept(kClearance, kBrowser);
  const auto body = fmt::format(R"({{"text":"{}","user_agent":"{}"}})", kClearance, kBrowser);
  ASSERT_THAT(send(admin("POST", "clearance/openai", body)), HasStatus(200));
  EXPECT_THAT(waiting.get(), HasStatus(200));
  EXPECT_EQ(count("/v1/images/generations"), 2u);
}

}  // namespace
}  // namespace gw::test
