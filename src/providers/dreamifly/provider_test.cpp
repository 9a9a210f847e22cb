#include "providers/dreamifly/provider.hpp"

#include "base/json.hpp"
#include "tests/support/fake_dreamifly.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/run.hpp"
#include "tests/support/scripted_server.hpp"
#include "tests/support/tiny_png.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace gw::dreamifly {
namespace {

using namespace std::chrono_literals;
using test::FakeDreamifly;
using test::FakeFault;
using test::FakeOptions;
using test::ManualClock;
using test::RawRequest;
using test::ScriptedAnswer;
using test::ScriptedServer;
using testing::HasSubstr;
using testing::Not;

// 2026-11-22T23:17:01Z
const WallTime kServerTime{std::chrono::seconds(1'795'389'421)};

constexpr const char* kEmail = "me@example.com";

struct CountingAttempt final : Attempt {
  const AccountId& account() const override { return who; }
  Task<void> sending() override {
    ++sent;
    co_return Done();
  }
  int sent = 0;
  AccountId who;
};

ImageOrder order(std::uint64_t seed = 7) {
  ImageOrder order;
  order.upstream_model = "Qwen-Image";
  order.prompt = "a red apple";
  order.size = {64, 72};
  order.steps = 10;
  order.seed = seed;
  return order;
}

class DreamiflyTest : public testing::Test {
 protected:
  static FakeOptions fake_options() {
    FakeOptions options;
    options.wall = [] { return kServerTime; };
    return options;
  }

  void make(const std::string& base_url, const std::string& key = "test-key",
            const std::string& token = "", Options options = {}) {
    options.base_url = base_url;
    options.site_key = Secret(key);
    options.static_token = Secret(token);
    options.concurrency = 2;
    options.total_time = total_time_;
    provider_ = make_provider(std::move(options), *client_, clock_);
  }

  void make_with_account(const FakeDreamifly& fake, const std::string& password = "password") {
    Options options;
    options.email = kEmail;
    options.password = Secret(password);
    make(fake.base_url(), "test-key", "", std::move(options));
    attempt_.who = provider_->configured_accounts().at(0).id;
  }

  Answer draw() { return draw(order()); }
  Answer draw(const ImageOrder& wanted) {
    return test::run(io_, provider_->draw(wanted, attempt_));
  }
  void refresh() {
    const auto done = [](Provider& provider) -> Async<bool> {
      co_await provider.refresh();
      co_return true;
    };
    test::run(io_, done(*provider_));
  }
  bool offers(std::string_view upstream_id) const {
    const auto& models = provider_->models();
    return std::ranges::find(models, upstream_id, &ModelInfo::upstream_id)->offered;
  }

  asio::io_context io_;
  std::unique_ptr<HttpClient> client_ = make_curl_client(io_);
  // Our own clock is far off on purpose: only the server's counts.
  ManualClock clock_{WallTime(1000h)};
  CountingAttempt attempt_;
  std::chrono::seconds total_time_{10};
  std::unique_ptr<Provider> provider_;
};

TEST_F(DreamiflyTest, introduces_itself) {
  make("http://Draw.Example.com:8080");
  EXPECT_EQ(provider_->name(), "dreamifly");
  EXPECT_EQ(provider_->host(), HostId{"draw.example.com:8080"});
  EXPECT_EQ(provider_->host_limit(), 2u);
  EXPECT_EQ(provider_->models().size(), 13u);
}

TEST_F(DreamiflyTest, draws_a_picture) {
  FakeDreamifly fake(fake_options());
  make(fake.base_url());

  const auto answer = draw();

  ASSERT_TRUE(answer) << answer.error().error.detail();
  EXPECT_EQ(answer->size, (ImageSize{64, 72}));
  EXPECT_EQ(answer->format, ImageFormat::png);
  EXPECT_TRUE(*answer->bytes == test::tiny_png(64, 72, 7));
  EXPECT_EQ(attempt_.sent, 1);
  ASSERT_EQ(fake.calls().size(), 1u);
  EXPECT_TRUE(parse_json_object(fake.calls()[0].body));
}

TEST_F(DreamiflyTest, sends_a_static_token_as_it_is) {
  auto options = fake_options();
  options.static_token = "old-key";
  FakeDreamifly fake(std::move(options));
  make(fake.base_url(), "", "old-key");

  EXPECT_TRUE(draw());
  EXPECT_EQ(fake.calls().at(0).authorization, "Bearer old-key");
  EXPECT_EQ(fake.time_calls(), 0u);
}

TEST_F(DreamiflyTest, sends_no_authorization_when_it_has_none) {
  ScriptedServer server([](const RawRequest&, std::size_t) {
    return ScriptedAnswer{test::http_answer(500, "{}", "Content-Type: application/json\r\n")};
  });
  make("http://127.0.0.1:" + std::to_string(server.port()), "", "");
  EXPECT_FALSE(draw());
  EXPECT_EQ(server.requests().at(0).headers.count("authorization"), 0u);
}

class DreamiflyZones : public DreamiflyTest, public testing::WithParamInterface<int> {};

TEST_P(DreamiflyZones, mints_tokens_in_the_servers_zone) {
  auto options = fake_options();
  options.zone = std::chrono::minutes(GetParam());
  FakeDreamifly fake(std::move(options));
  make(fake.base_url());
  EXPECT_TRUE(draw());
  EXPECT_EQ(fake.calls().size(), 1u);
}

INSTANTIATE_TEST_SUITE_P(Zones, DreamiflyZones,
                         testing::Values(0, 8 * 60, -9 * 60 - 30, 5 * 60 + 45));

TEST_F(DreamiflyTest, follows_the_minute_without_asking_again) {
  FakeDreamifly fake(fake_options());
  make(fake.base_url());
  for (int second = 0; second < 9 * 60; second += 13) {
    ASSERT_TRUE(draw()) << second;
    clock_.advance(13s);
    fake.set_wall([second] { return kServerTime + std::chrono::seconds(second + 13); });
  }
  EXPECT_EQ(fake.time_calls(), 1u);
}

TEST_F(DreamiflyTest, asks_for_the_time_again_after_ten_minutes) {
  FakeDreamifly fake(fake_options());
  make(fake.base_url());
  ASSERT_TRUE(draw());
  clock_.advance(10min);
  fake.set_wall([] { return kServerTime + 10min; });
  ASSERT_TRUE(draw());
  EXPECT_EQ(fake.time_calls(), 2u);
}

TEST_F(DreamiflyTest, counts_its_looks_at_the_clock_and_knows_how_far_off_it_is) {
  FakeDreamifly fake(fake_options());
  make(fake.base_url());
  EXPECT_FALSE(provider_->tally().tokens->clock_offset);
  ASSERT_TRUE(draw());
  const auto ahead = std::chrono::round<std::chrono::seconds>(kServerTime - clock_.wall());
  clock_.advance(20s);

  const auto tokens = provider_->tally().tokens.value();
  EXPECT_EQ(tokens.refreshed, 1u);
  EXPECT_EQ(tokens.failed, 0u);
  EXPECT_EQ(std::chrono::round<std::chrono::seconds>(tokens.clock_offset.value()), ahead);
}

TEST_F(DreamiflyTest, looks_at_the_clock_once_more_when_its_token_is_refused) {
  FakeDreamifly fake(fake_options());
  make(fake.base_url());
  ASSERT_TRUE(draw());
  fake.set_wall([] { return kServerTime + 1h; });  // somebody set the server's clock

  EXPECT_TRUE(draw());
  EXPECT_EQ(fake.time_calls(), 2u);
  EXPECT_EQ(fake.calls().size(), 3u);
  EXPECT_EQ(attempt_.sent, 2);
}

TEST_F(DreamiflyTest, gives_up_on_a_wrong_key_and_wants_the_server_left_alone) {
  FakeDreamifly fake(fake_options());
  make(fake.base_url(), "wrong-key");

  const auto answer = draw();
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().act, Act::fail);
  EXPECT_EQ(answer.error().error.kind(), ErrorKind::upstream_error);
  EXPECT_THAT(answer.error().error.detail(), HasSubstr("DREAMIFLY_SITE_KEY"));
  EXPECT_THAT(answer.error().error.detail(), Not(HasSubstr("wrong-key")));
  EXPECT_EQ(fake.calls().size(), 2u);
  ASSERT_TRUE(answer.error().shut);
  EXPECT_EQ(answer.error().shut->for_at_least, 60s);
  EXPECT_EQ(answer.error().shut->reason.detail(), answer.error().error.detail());
}

TEST_F(DreamiflyTest, leaves_a_complaint_out_that_repeats_the_prompt) {
  FakeDreamifly fake(fake_options());
  make(fake.base_url());
  fake.reply_next(1, {500, R"({"error":"Prediction failed: a red apple is not allowed"})"});
  fake.reply_next(1, {500, R"({"error":"Prediction failed: out of memory"})"});

  EXPECT_EQ(draw().error().error.detail(), "upstream 500 : (its words repeat the prompt)");
  EXPECT_THAT(draw().error().error.detail(), HasSubstr("out of memory"));
}

TEST_F(DreamiflyTest, says_that_an_old_server_wants_the_static_scheme) {
  auto options = fake_options();
  options.static_token = "old-key";
  FakeDreamifly fake(std::move(options));
  make(fake.base_url());

  const auto answer = draw();

  ASSERT_FALSE(answer);
  EXPECT_THAT(answer.error().error.detail(), HasSubstr("DREAMIFLY_AUTH_TOKEN"));
  EXPECT_EQ(attempt_.sent, 0);
}

TEST_F(DreamiflyTest, tells_a_busy_host_from_a_failure) {
  FakeDreamifly fake(fake_options());
  make(fake.base_url());
  fake.reply_next(
      1, {429, R"({"error":"x","code":"IP_CONCURRENCY_LIMIT_EXCEEDED"})", "application/json"});

  const auto busy = draw();
  ASSERT_FALSE(busy);
  EXPECT_EQ(busy.error().act, Act::wait);
  EXPECT_TRUE(busy.error().concurrency_refusal);
  EXPECT_TRUE(draw());
}

TEST_F(DreamiflyTest, gets_the_refusal_that_a_full_server_gives) {
  auto options = fake_options();
  options.concurrency = 1;
  FakeDreamifly fake(std::move(options));
  make(fake.base_url());
  fake.hold();
  std::optional<Answer> first;
  const auto wanted = order();
  asio::co_spawn(io_.get_executor(), provider_->draw(wanted, attempt_),
                 [&](std::exception_ptr, Answer answer) { first = std::move(answer); });
  for (int i = 0; i < 1'000 && fake.running() == 0; ++i) io_.run_one_for(10ms);

  const auto other = order(8);
  std::optional<Answer> second;
  CountingAttempt attempt;
  asio::co_spawn(io_.get_executor(), provider_->draw(other, attempt),
                 [&](std::exception_ptr, Answer answer) {
                   second = std::move(answer);
                   fake.release();
                 });
  io_.run();

  ASSERT_TRUE(second && !*second);
  EXPECT_TRUE(second->error().concurrency_refusal);
  ASSERT_TRUE(first && *first);
  EXPECT_EQ(fake.most_running(), 1u);
}

TEST_F(DreamiflyTest, shuts_the_host_until_its_allowance_comes_back) {
  FakeDreamifly fake(fake_options());
  make(fake.base_url());
  fake.reply_next(1,
                  {429, R"({"error":"x","code":"IP_DAILY_LIMIT_EXCEEDED"})", "application/json"});

  const auto refused = draw();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().error.kind(), ErrorKind::quota_exhausted);
  ASSERT_TRUE(refused.error().shut);
  EXPECT_EQ(refused.error().shut->reason.message(), refused.error().error.message());
  EXPECT_GT(refused.error().shut->for_at_least, 0s);
  EXPECT_TRUE(refused.error().unpaid);
  EXPECT_EQ(refused.error().status, 429);
}

TEST_F(DreamiflyTest, is_unsure_about_the_slot_after_a_reset) {
  FakeDreamifly fake(fake_options());
  make(fake.base_url());
  fake.fault_next(1, FakeFault::reset);

  const auto answer = draw();

  ASSERT_FALSE(answer);
  EXPECT_TRUE(answer.error().slot_unsure);
  EXPECT_EQ(answer.error().error.kind(), ErrorKind::upstream_error);
  EXPECT_EQ(fake.calls().size(), 1u);
}

TEST_F(DreamiflyTest, is_unsure_about_the_slot_after_half_an_answer) {
  FakeDreamifly fake(fake_options());
  make(fake.base_url());
  fake.fault_next(1, FakeFault::truncated);
  const auto answer = draw();
  ASSERT_FALSE(answer);
  EXPECT_TRUE(answer.error().slot_unsure);
}

TEST_F(DreamiflyTest, is_unsure_about_the_slot_after_its_own_time_out) {
  FakeDreamifly fake(fake_options());
  total_time_ = 1s;
  make(fake.base_url());
  fake.hold();

  const auto answer = draw();

  ASSERT_FALSE(answer);
  EXPECT_TRUE(answer.error().slot_unsure);
  EXPECT_EQ(answer.error().error.kind(), ErrorKind::upstream_timeout);
  EXPECT_EQ(fake.running(), 1u) << "the upstream does not notice that we went away";
}

TEST_F(DreamiflyTest, sends_nothing_when_the_server_is_gone) {
  std::string url;
  {
    FakeDreamifly fake(fake_options());
    url = fake.base_url();
  }
  make(url);

  const auto answer = draw();

  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().error.kind(), ErrorKind::upstream_unavailable);
  EXPECT_FALSE(answer.error().slot_unsure);
  EXPECT_EQ(answer.error().act, Act::once);
  EXPECT_EQ(attempt_.sent, 0);
}

TEST_F(DreamiflyTest, takes_html_for_an_upstream_error) {
  FakeDreamifly fake(fake_options());
  make(fake.base_url());
  fake.reply_next(1, {200, "<html>maintenance</html>", "text/html"});
  const auto answer = draw();
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().error.kind(), ErrorKind::upstream_error);
  EXPECT_THAT(answer.error().error.message(), Not(HasSubstr("maintenance")));
}

TEST_F(DreamiflyTest, does_not_believe_the_label) {
  FakeDreamifly fake(fake_options());
  make(fake.base_url());
  fake.set_data_url_label("data:image/jpeg;base64,");
  const auto answer = draw();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->format, ImageFormat::png);
}

TEST_F(DreamiflyTest, fetches_a_picture_from_the_servers_own_host) {
  std::string base;
  ScriptedServer server([&](const RawRequest& request, std::size_t) {
    if (request.target == "/pictures/1.png")
      return ScriptedAnswer{test::http_answer(200, test::tiny_png(64, 64, 1))};
    return ScriptedAnswer{test::http_answer(200, R"({"imageUrl":")" + base + R"(/pictures/1.png"})",
                                            "Content-Type: application/json\r\n")};
  });
  base = server.url("");
  make(base, "", "token");

  const auto answer = draw();

  ASSERT_TRUE(answer) << answer.error().error.detail();
  EXPECT_EQ(answer->size, (ImageSize{64, 64}));
  EXPECT_EQ(server.requests().at(1).headers.count("authorization"), 0u);
}

TEST_F(DreamiflyTest, fetches_a_paid_picture_again_when_that_fails) {
  std::string base;
  int failures = 0;
  ScriptedServer server([&](const RawRequest& request, std::size_t) {
    if (request.target == "/api/generate")
      return ScriptedAnswer{test::http_answer(200, R"({"imageUrl":")" + base + R"(/1.png"})",
                                              "Content-Type: application/json\r\n")};
    if (++failures <= 2) return ScriptedAnswer{test::http_answer(503, "later")};
    return ScriptedAnswer{test::http_answer(200, test::tiny_png(64, 64, 1))};
  });
  base = server.url("");
  make(base, "", "token");

  EXPECT_TRUE(draw());
  EXPECT_EQ(server.requests().size(), 4u) << "one drawing and three fetches";
}

TEST_F(DreamiflyTest, fetches_no_picture_from_anywhere_else) {
  ScriptedServer elsewhere([](const RawRequest&, std::size_t) {
    return ScriptedAnswer{test::http_answer(200, test::tiny_png(64, 64, 1))};
  });
  FakeDreamifly fake(fake_options());
  make(fake.base_url());
  fake.reply_next(
      1, {200, R"({"imageUrl":")" + elsewhere.url("/1.png") + R"("})", "application/json"});

  const auto answer = draw();

  ASSERT_FALSE(answer);
  EXPECT_FALSE(answer.error().slot_unsure);
  EXPECT_EQ(elsewhere.connections(), 0u);
}

// --- accounts

TEST_F(DreamiflyTest, draws_for_its_account_with_the_cookie_beside_the_token) {
  FakeDreamifly fake(fake_options());
  fake.set_account({.email = kEmail});
  make_with_account(fake);

  ASSERT_TRUE(draw());
  ASSERT_TRUE(draw());

  const auto call = fake.calls().at(1);
  EXPECT_EQ(call.account, kEmail);
  EXPECT_THAT(call.authorization, HasSubstr("Bearer "));
  EXPECT_THAT(call.cookie, HasSubstr("better-auth.session_token="));
  EXPECT_EQ(fake.sign_ins().size(), 1u);
}

TEST_F(DreamiflyTest, never_draws_as_nobody_when_an_account_was_asked_for) {
  FakeDreamifly fake(fake_options());
  fake.set_account({.email = kEmail});
  make_with_account(fake, "not-the-one");

  const auto answer = draw();

  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().error.kind(), ErrorKind::no_account_available);
  EXPECT_THAT(answer.error().error.detail(), Not(HasSubstr("not-the-one")));
  EXPECT_EQ(fake.calls().size(), 0u);
  EXPECT_EQ(attempt_.sent, 0);
}

TEST_F(DreamiflyTest, notices_that_its_session_died_before_it_would_draw_as_nobody) {
  FakeDreamifly fake(fake_options());
  fake.set_account({.email = kEmail});
  make_with_account(fake);
  ASSERT_TRUE(draw());
  fake.drop_sessions();
  clock_.advance(5min);
  fake.set_wall([] { return kServerTime + 5min; });
  ASSERT_TRUE(draw());
  EXPECT_EQ(fake.calls().at(1).account, kEmail);
}

TEST_F(DreamiflyTest, signs_in_again_for_the_next_drawing_when_it_was_taken_for_nobody) {
  FakeDreamifly fake(fake_options());
  fake.set_account({.email = kEmail});
  make_with_account(fake);
  ASSERT_TRUE(draw());
  fake.drop_sessions();
  clock_.advance(10s);
  auto grok = order();
  grok.upstream_model = "grok-imagine-1.0";

  const auto refused = draw(grok);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().act, Act::relogin);
  EXPECT_EQ(refused.error().error.kind(), ErrorKind::no_account_available);

  EXPECT_TRUE(draw(grok));
  EXPECT_EQ(fake.sign_ins().size(), 2u);
}

TEST_F(DreamiflyTest, finds_that_its_account_is_banned) {
  FakeDreamifly fake(fake_options());
  fake.set_account({.email = kEmail});
  make_with_account(fake);
  ASSERT_TRUE(draw());
  fake.set_account({.email = kEmail, .standing = test::FakeAccount::Standing::banned});

  const auto refused = draw();

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().error.kind(), ErrorKind::no_account_available);
  EXPECT_EQ(refused.error().act, Act::other);
  ASSERT_TRUE(refused.error().account);
  EXPECT_EQ(refused.error().account->state, AccountState::banned);
  EXPECT_TRUE(refused.error().unpaid);
}

TEST_F(DreamiflyTest, asks_for_nothing_that_needs_an_account_when_it_has_none) {
  FakeDreamifly fake(fake_options());
  make(fake.base_url());
  auto grok = order();
  grok.upstream_model = "grok-imagine-1.0";

  const auto refused = draw(grok);

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().error.kind(), ErrorKind::no_account_available);
  EXPECT_THAT(refused.error().error.detail(), HasSubstr("DREAMIFLY_EMAIL"));
  EXPECT_FALSE(refused.error().account);
  EXPECT_EQ(fake.calls().size(), 0u);
}

TEST_F(DreamiflyTest, stays_within_the_limits_of_an_account) {
  auto options = fake_options();
  options.limits.account_daily = 3;
  FakeDreamifly fake(std::move(options));
  fake.set_account({.email = kEmail});
  make_with_account(fake);
  ASSERT_TRUE(draw());
  ASSERT_TRUE(draw());

  const auto refused = draw();

  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().error.kind(), ErrorKind::quota_exhausted);
  EXPECT_EQ(refused.error().scope, Scope::account);
  EXPECT_EQ(refused.error().act, Act::other);
  ASSERT_TRUE(refused.error().account);
  EXPECT_EQ(refused.error().account->state, AccountState::resting);
  EXPECT_EQ(refused.error().account->allowance->daily_limit, 2);
}

TEST_F(DreamiflyTest, sends_the_operators_headers_to_its_server_only) {
  FakeDreamifly fake(fake_options());
  Options options;
  options.extra_headers.emplace_back("x-service-token", Secret("given"));
  make(fake.base_url(), "test-key", "", std::move(options));
  ASSERT_TRUE(draw());
  EXPECT_EQ(fake.calls().at(0).headers.at("x-service-token"), "given");
}

// --- what is offered

TEST_F(DreamiflyTest, learns_what_its_server_offers) {
  FakeDreamifly fake(fake_options());
  fake.set_models({"Qwen-Image", "Brand-New-3"});
  make(fake.base_url());
  EXPECT_TRUE(offers("Flux-2"));

  refresh();

  EXPECT_TRUE(offers("Qwen-Image"));
  EXPECT_FALSE(offers("Flux-2"));
  ASSERT_EQ(provider_->discovered().size(), 1u);
  auto wanted = order();
  wanted.upstream_model = provider_->discovered()[0]->upstream_id;
  EXPECT_TRUE(draw(wanted));
}

TEST_F(DreamiflyTest, looks_at_the_offer_every_ten_minutes) {
  FakeDreamifly fake(fake_options());
  fake.set_models({"Qwen-Image"});
  make(fake.base_url());
  refresh();
  fake.set_models({"Flux-2"});
  clock_.advance(9min);
  refresh();
  EXPECT_EQ(fake.model_calls(), 1u);
  clock_.advance(1min);
  refresh();
  EXPECT_EQ(fake.model_calls(), 2u);
  EXPECT_TRUE(offers("Flux-2"));
  EXPECT_FALSE(offers("Qwen-Image"));
}

TEST_F(DreamiflyTest, keeps_what_it_knew_when_the_offer_cannot_be_read) {
  FakeDreamifly fake(fake_options());
  fake.set_models({"Qwen-Image"});
  make(fake.base_url());
  refresh();
  for (const auto* nonsense : {"{}", "<html>", R"({"models":[]})"}) {
    fake.reply_to("/api/models", {200, nonsense, "application/json"});
    clock_.advance(10min);
    refresh();
    EXPECT_TRUE(offers("Qwen-Image"));
    EXPECT_FALSE(offers("Flux-2"));
  }
  const auto before = fake.model_calls();
  clock_.advance(1min);  // sooner than after a success
  refresh();
  EXPECT_EQ(fake.model_calls(), before + 1);
}

TEST_F(DreamiflyTest, has_its_session_ready_before_the_first_drawing) {
  FakeDreamifly fake(fake_options());
  fake.set_account({.email = kEmail});
  make_with_account(fake);
  refresh();
  EXPECT_EQ(fake.sign_ins().size(), 1u);
  ASSERT_TRUE(draw());
  EXPECT_EQ(fake.session_checks().size(), 1u);
}

// --- hostile answers

struct Hostile {
  FakeFault fault;
  ErrorKind kind;
  bool unsure;
};

class DreamiflyFaults : public DreamiflyTest, public testing::WithParamInterface<Hostile> {};

TEST_P(DreamiflyFaults, end_in_time_and_with_a_typed_error) {
  FakeDreamifly fake(fake_options());
  // What only time ends, ends soon; an endless body has to reach its bound, on a busy machine too.
  total_time_ = GetParam().fault == FakeFault::endless ? 60s : 2s;
  make(fake.base_url());
  fake.fault_next(1, GetParam().fault);

  const auto answer = draw();

  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().error.kind(), GetParam().kind) << answer.error().error.detail();
  EXPECT_EQ(answer.error().slot_unsure, GetParam().unsure);
  EXPECT_EQ(answer.error().act, Act::fail) << "it may have been paid for";
  EXPECT_EQ(fake.calls().size(), 1u);
  EXPECT_TRUE(draw()) << "the next one is drawn";
}

INSTANTIATE_TEST_SUITE_P(
    All, DreamiflyFaults,
    testing::Values(Hostile{FakeFault::reset, ErrorKind::upstream_error, true},
                    Hostile{FakeFault::reset_at_once, ErrorKind::upstream_error, true},
                    Hostile{FakeFault::reset_after_headers, ErrorKind::upstream_error, true},
                    Hostile{FakeFault::reset_after_body, ErrorKind::upstream_error, true},
                    Hostile{FakeFault::truncated, ErrorKind::upstream_error, true},
                    Hostile{FakeFault::stall, ErrorKind::upstream_timeout, true},
                    Hostile{FakeFault::stall_in_body, ErrorKind::upstream_timeout, true},
                    Hostile{FakeFault::endless, ErrorKind::upstream_error, true},
                    Hostile{FakeFault::html, ErrorKind::upstream_error, true},
                    Hostile{FakeFault::cut_json, ErrorKind::upstream_error, false}));

TEST_F(DreamiflyTest, takes_a_good_picture_however_it_comes) {
  FakeDreamifly fake(fake_options());
  make(fake.base_url());
  for (const auto fault : {FakeFault::wrong_label, FakeFault::trickle}) {
    fake.fault_next(1, fault);
    const auto answer = draw();
    ASSERT_TRUE(answer) << answer.error().error.detail();
    EXPECT_EQ(answer->format, ImageFormat::png);
    EXPECT_TRUE(*answer->bytes == test::tiny_png(64, 72, 7));
  }
}

}  // namespace
}  // namespace gw::dreamifly
