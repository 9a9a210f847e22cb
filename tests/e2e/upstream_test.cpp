// Drawing through a Dreamifly server: the token, the picture, the refusals and the limit.
#include "tests/e2e/upstream_fixture.hpp"

#include <fmt/format.h>

#include <future>
#include <ostream>
#include <set>
#include <string>
#include <vector>

namespace gw::test {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

struct Clockwork {
  const char* name;
  minutes zone;
  seconds ahead;
};

void PrintTo(const Clockwork& clockwork, std::ostream* out) {
  *out << clockwork.name;
}

class PerMinute : public Upstream, public testing::WithParamInterface<Clockwork> {};

TEST_P(PerMinute, TokensFollowTheServersOwnClock) {
  const auto& [name, zone, ahead] = GetParam();
  start({.zone = zone, .wall = [ahead] { return std::chrono::system_clock::now() + ahead; }});

  for (int i = 0; i < 3; ++i) {
    EXPECT_THAT(send(draw_small(fmt::format("a pear {}", i))), HasStatus(200));
  }
  EXPECT_EQ(fake->calls().size(), 3u) << "no call was refused";
  EXPECT_EQ(fake->time_calls(), 1u) << "the clock is read once, not each time";
}

INSTANTIATE_TEST_SUITE_P(
    Clocks, PerMinute,
    testing::Values(Clockwork{"UTC", minutes(0), seconds(0)},
                    Clockwork{"China", hours(8), seconds(0)},
                    Clockwork{"Nepal, three minutes ahead", minutes(345), minutes(3)},
                    Clockwork{"New York, an hour behind", hours(-5), -hours(1)},
                    Clockwork{"nearly a minute ahead", minutes(0), seconds(59)}));

class Drawing : public Upstream {};

TEST_F(Drawing, WithTheStaticTokenOfAnOldServer) {
  start({.static_token = "old-token"}, {{"DREAMIFLY_AUTH_TOKEN", "Bearer old-token"}});

  const auto answer = send(draw_small("a pear"));

  EXPECT_THAT(answer, HasStatus(200));
  EXPECT_THAT(answer, HasHeader("x-provider", "dreamifly"));
  EXPECT_EQ(fake->calls().at(0).authorization, "Bearer old-token");
  EXPECT_EQ(fake->time_calls(), 0u);
}

TEST_F(Drawing, PassesThePicturesBytesOnUntouched) {
  start();
  const auto answer = send(draw_small("a pear", R"(,"seed":41)"));
  const auto call = fake->calls().at(0);

  EXPECT_EQ(order_of(call).at("seed").to_number<int>(), 41);
  EXPECT_EQ(picture_of(answer), drawn_by(call));
  EXPECT_EQ(json_of(answer).at("size").as_string(), "64x64");
  EXPECT_EQ(json_of(answer).at("output_format").as_string(), "png");

  const auto linked = send(draw_small("a fig", R"(,"response_format":"url")"));
  EXPECT_EQ(send(get(link_of(linked))).body, drawn_by(fake->calls().at(1)));
}

TEST_F(Drawing, PassesBigPicturesOnUntouched) {
  start();
  const auto answer =
      send(draw(R"({"prompt":"a pear","size":"1416x1416","response_format":"b64_json"})"));

  EXPECT_GT(picture_of(answer).size(), 2'000'000u);
  EXPECT_EQ(picture_of(answer), drawn_by(fake->calls().at(0)));
}

TEST_F(Drawing, JudgesPicturesByTheirBytesAndNotByTheirLabel) {
  start();
  fake->set_data_url_label("data:image/jpeg;base64,");
  const auto answer = send(draw_small("a pear", R"(,"response_format":"url")"));

  EXPECT_EQ(json_of(answer).at("output_format").as_string(), "png");
  EXPECT_TRUE(link_of(answer).contains(".png?"));
}

TEST_F(Drawing, AsksForWhatTheClientAskedFor) {
  start();
  const auto answer = send(draw(
      R"({"prompt":"a pear","model":"dall-e-3","size":"128x64","quality":"hd","style":"Lego",
          "negative_prompt":"stems","response_format":"b64_json"})"));
  EXPECT_THAT(answer, HasStatus(200));

  const auto order = order_of(fake->calls().at(0));
  EXPECT_EQ(order.at("prompt").as_string(), "lego style, a pear");
  EXPECT_EQ(order.at("negative_prompt").as_string(), "stems");
  EXPECT_EQ(order.at("model").as_string(), "Qwen-Image");
  EXPECT_EQ(order.at("width").to_number<int>(), 128);
  EXPECT_EQ(order.at("height").to_number<int>(), 64);
  EXPECT_EQ(order.at("steps").to_number<int>(), 20);
  EXPECT_NE(order.at("seed").to_number<std::uint64_t>(), 0u);
}

TEST_F(Drawing, SeveralPicturesAreSeveralCallsWithSeedsOfTheirOwn) {
  start({}, {{"UPSTREAM_CONCURRENCY_LIMIT", "2"}});
  const auto answer = send(draw_small("a pear", R"(,"n":4)"));

  std::set<std::string> pictures;
  for (std::size_t i = 0; i < 4; ++i) pictures.insert(picture_of(answer, i));
  EXPECT_EQ(pictures.size(), 4u);
  EXPECT_EQ(fake->calls().size(), 4u);
  EXPECT_LE(fake->most_running(), 2u);
}

TEST_F(Drawing, PartialSuccessTellsWhatFailed) {
  start({}, {{"UPSTREAM_CONCURRENCY_LIMIT", "1"}});
  fake->reply_next(1, {402, R"({"error":"points","code":"INSUFFICIENT_POINTS"})"});
  const auto answer = send(draw_small("a pear", R"(,"n":3)"));

  EXPECT_THAT(answer, HasStatus(200));
  EXPECT_THAT(answer, HasHeader("x-partial-failures", "1"));
  const auto body = json_of(answer);
  EXPECT_EQ(body.at("data").as_array().size(), 2u);
  EXPECT_EQ(body.at("errors").at(0).at("index").to_number<int>(), 0);
  EXPECT_EQ(body.at("errors").at(0).at("code").as_string(), "insufficient_quota");
}

TEST_F(Drawing, KeepsTheHostsLimitUnderSixClients) {
  start({.delay = milliseconds(150), .concurrency = 2}, {{"UPSTREAM_CONCURRENCY_LIMIT", "2"}});
  std::vector<std::future<RawAnswer>> answers;
  for (int i = 0; i < 6; ++i) {
    answers.push_back(ask_aside(port(), draw_small(fmt::format("pear {}", i))));
  }
  for (auto& answer : answers) EXPECT_THAT(answer.get(), HasStatus(200));

  EXPECT_EQ(fake->most_running(), 2u) << "never more, and both slots were used";
  EXPECT_EQ(fake->calls().size(), 6u) << "no call was refused that could have been avoided";
}

TEST_F(Drawing, DrawsOneAtATimeForAnonymousCallersByDefault) {
  start({.delay = milliseconds(50)});
  const auto answer = send(draw_small("a pear", R"(,"n":3)"));
  EXPECT_THAT(answer, HasStatus(200));
  EXPECT_EQ(fake->most_running(), 1u);
}

TEST_F(Drawing, AFullUpstreamOnlyMeansWaiting) {
  start();
  fake->reply_next(1, {429, R"({"error":"busy","code":"IP_CONCURRENCY_LIMIT_EXCEEDED"})"});
  const auto began = std::chrono::steady_clock::now();
  const auto answer = send(draw_small("a pear"));

  EXPECT_THAT(answer, HasStatus(200));
  EXPECT_EQ(fake->calls().size(), 2u);
  EXPECT_GE(std::chrono::steady_clock::now() - began, seconds(3)) << "the protocol's pause";
  EXPECT_EQ(metric(port(), "gw_upstream_waits_total"), 1);
}

TEST_F(Drawing, ATokenThatHasGrownOldIsRenewedUnseen) {
  std::atomic<int> ahead = 0;
  start({.wall = [&ahead] { return std::chrono::system_clock::now() + minutes(ahead.load()); }});
  EXPECT_THAT(send(draw_small("a pear")), HasStatus(200));
  ahead = 7;  // the server was set right, or put to sleep

  EXPECT_THAT(send(draw_small("a fig")), HasStatus(200));
  EXPECT_EQ(fake->calls().size(), 3u) << "one refusal, which costs nothing";
  EXPECT_EQ(fake->time_calls(), 2u);
}

TEST_F(Drawing, AWrongKeyIsTriedTwiceAndThenLeftAlone) {
  start({.key = "another-key"});
  for (int i = 0; i < 5; ++i) {
    const auto answer = send(draw_small(fmt::format("pear {}", i)));
    EXPECT_THAT(answer, IsError(502, "upstream_error", "null"));
    EXPECT_THAT(answer, HasHeader("x-should-retry", "false"));
  }
  EXPECT_EQ(fake->calls().size(), 2u) << "the host rests, so nobody is annoyed";
}

struct Refusal {
  const char* name;
  FakeReply reply;
  int status;
  const char* code;
  const char* param;
  const char* should_retry;  // "": the header is absent
};

void PrintTo(const Refusal& refusal, std::ostream* out) {
  *out << refusal.name;
}

class Refusals : public Upstream, public testing::WithParamInterface<Refusal> {};

TEST_P(Refusals, ReachTheClientInItsOwnTerms) {
  const auto& expected = GetParam();
  start();
  fake->reply_next(1, expected.reply);
  const auto answer = send(draw_small("a pear"));

  EXPECT_THAT(answer, IsError(expected.status, expected.code, expected.param));
  EXPECT_EQ(answer.header("x-should-retry").value_or(""), expected.should_retry);
  EXPECT_EQ(fake->calls().size(), 1u) << "nothing is sent twice by itself";
  if (const auto delay = answer.header("Retry-After")) {
    EXPECT_LE(std::stoi(*delay), 60);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Table, Refusals,
    testing::Values(
        Refusal{"points",
                {402, R"({"error":"x","code":"INSUFFICIENT_POINTS","requiredPoints":3})"},
                429,
                "insufficient_quota",
                "null",
                "false"},
        Refusal{"daily allowance of the account",
                {429, R"({"error":"x","code":"DAILY_LIMIT_EXCEEDED"})"},
                429,
                "insufficient_quota",
                "null",
                "false"},
        Refusal{"daily allowance of the address",
                {429, R"({"error":"x","code":"IP_DAILY_LIMIT_EXCEEDED"})"},
                429,
                "insufficient_quota",
                "null",
                "false"},
        Refusal{"blocked address",
                {403, R"({"error":"x","code":"IP_BLACKLISTED"})"},
                503,
                "upstream_blocked",
                "null",
                "false"},
        Refusal{"banned account",
                {403, R"({"error":"x","code":"USER_BANNED"})"},
                503,
                "no_account_available",
                "null",
                "false"},
        Refusal{"sign-in needed",
                {401, R"({"error":"x","code":"LOGIN_REQUIRED"})"},
                503,
                "no_account_available",
                "null",
                "false"},
        Refusal{"size", {400, R"({"error":"Invalid image dimensions"})"}, 400, "null", "size", ""},
        Refusal{"steps",
                {400, R"({"error":"Invalid steps value. Only 10 or 20"})"},
                400,
                "null",
                "steps",
                ""},
        Refusal{"model switched off",
                {500, R"({"error":"服务URL未配置"})"},
                404,
                "model_not_found",
                "model",
                ""},
        Refusal{"model in the wrong way",
                {500, R"({"error":"模型 x 的工作流未找到或为空"})"},
                400,
                "null",
                "model",
                ""},
        Refusal{"drawing failed",
                {500, R"({"error":"Prediction failed"})"},
                502,
                "upstream_error",
                "null",
                "false"},
        Refusal{"a page",
                {200, "<html>hello</html>", "text/html"},
                502,
                "upstream_error",
                "null",
                "false"},
        Refusal{"gateway time-out in front",
                {504, "<html>504</html>", "text/html"},
                504,
                "upstream_timeout",
                "null",
                "false"},
        Refusal{"JSON without a picture", {200, "{}"}, 502, "upstream_error", "null", "false"},
        Refusal{"JSON of another kind", {200, "[]"}, 502, "upstream_error", "null", "false"},
        Refusal{"broken JSON",
                {200, R"({"imageUrl":"data:image/png;base64,)"},
                502,
                "upstream_error",
                "null",
                "false"},
        Refusal{"base64 of no picture",
                {200, R"({"imageUrl":"data:image/png;base64,aGVsbG8="})"},
                502,
                "upstream_error",
                "null",
                "false"},
        Refusal{"a link elsewhere",
                {200, R"({"imageUrl":"http://169.254.169.254/latest"})"},
                502,
                "upstream_error",
                "null",
                "false"},
        Refusal{"a link to a file",
                {200, R"({"imageUrl":"file:///etc/passwd"})"},
                502,
                "upstream_error",
                "null",
                "false"},
        Refusal{"nothing", {200, ""}, 502, "upstream_error", "null", "false"}));

}  // namespace
}  // namespace gw::test
