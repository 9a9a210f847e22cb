#include "providers/dreamifly/checkup.hpp"

#include "tests/support/fake_dreamifly.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/run.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

namespace gw::dreamifly {
namespace {

using namespace std::chrono_literals;
using test::FakeAccount;
using test::FakeDreamifly;
using test::FakeOptions;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using State = ReachCheckup::State;

// 2026-11-22T23:17:01Z
const WallTime kServerTime{std::chrono::seconds(1'795'389'421)};
constexpr const char* kEmail = "me@example.com";

class CheckupTest : public testing::Test {
 protected:
  void start(FakeOptions options = {}) {
    options.wall = [] { return kServerTime; };
    fake_ = std::make_unique<FakeDreamifly>(std::move(options));
    options_.base_url = fake_->base_url();
  }
  Checkup look() {
    auto checkup = test::run(io_, check_up(options_, *client_, clock_, 10s));
    if (fake_) EXPECT_THAT(fake_->calls(), IsEmpty()) << "no call that counts";
    return checkup;
  }
  void sign_in_as(const std::string& email, const std::string& password = "password") {
    options_.email = email;
    options_.password = Secret(password);
  }

  asio::io_context io_;
  std::unique_ptr<HttpClient> client_ = make_curl_client(io_);
  test::ManualClock clock_{kServerTime};
  std::unique_ptr<FakeDreamifly> fake_;
  Options options_ = [] {
    Options options;
    options.site_key = Secret("test-key");
    return options;
  }();
};

TEST_F(CheckupTest, finds_a_server_without_account_in_order) {
  start();
  const auto checkup = look();
  EXPECT_EQ(checkup.reach.state, State::server);
  ASSERT_TRUE(checkup.clock);
  EXPECT_EQ(checkup.clock->zone, 0min);
  EXPECT_EQ(checkup.clock->ahead, 0ms);
  ASSERT_TRUE(checkup.token);
  EXPECT_EQ(checkup.token->verdict, TokenVerdict::accepted);
  EXPECT_THAT(checkup.accounts, IsEmpty());
  ASSERT_TRUE(checkup.models);
  EXPECT_THAT(checkup.models->offered, SizeIs(13));
  EXPECT_THAT(checkup.models->missing, IsEmpty());
}

TEST_F(CheckupTest, derives_zone_and_distance_of_the_clocks) {
  start({.zone = 480min});
  clock_.advance(90s);
  const auto checkup = look();
  EXPECT_EQ(checkup.clock->zone, 480min);
  EXPECT_EQ(checkup.clock->ahead, -90s);
  EXPECT_EQ(checkup.token->verdict, TokenVerdict::accepted);
}

TEST_F(CheckupTest, tells_a_wrong_site_key_with_the_operators_hint) {
  start({.key = "another-key"});
  const auto checkup = look();
  EXPECT_EQ(checkup.token->verdict, TokenVerdict::refused);
  EXPECT_THAT(checkup.token->detail, HasSubstr("NEXT_PUBLIC_API_KEY"));
}

TEST_F(CheckupTest, tells_the_wrong_scheme_from_both_sides) {
  start({.static_token = "fixed"});
  const auto old_server = look();
  EXPECT_EQ(old_server.reach.state, State::server) << "it lists its models";
  EXPECT_THAT(old_server.clock->failure, HasSubstr("DREAMIFLY_AUTH_TOKEN"));
  EXPECT_EQ(old_server.token->verdict, TokenVerdict::unknown);

  start();
  options_.site_key = {};
  options_.static_token = Secret("fixed");
  const auto new_server = look();
  EXPECT_FALSE(new_server.clock);
  EXPECT_EQ(new_server.token->verdict, TokenVerdict::refused);
  EXPECT_THAT(new_server.token->detail, HasSubstr("DREAMIFLY_SITE_KEY"));
}

TEST_F(CheckupTest, cannot_tell_a_static_token_from_another) {
  start({.static_token = "fixed"});
  options_.site_key = {};
  options_.static_token = Secret("fixed");
  const auto checkup = look();
  EXPECT_EQ(checkup.token->verdict, TokenVerdict::unknown);
  EXPECT_EQ(fake_->time_calls(), 0u);
}

TEST_F(CheckupTest, tells_that_a_token_is_missing) {
  start();
  options_.site_key = {};
  EXPECT_EQ(look().token->verdict, TokenVerdict::missing);
}

TEST_F(CheckupTest, signs_in_and_asks_for_the_allowance) {
  start({.limits = {.account_daily = 50}, .accounts = {{.email = kEmail}}});
  sign_in_as(kEmail);
  const auto checkup = look();
  ASSERT_THAT(checkup.accounts, SizeIs(1));
  EXPECT_EQ(checkup.accounts[0].finding.state, AccountState::ready);
  EXPECT_EQ(checkup.accounts[0].email, kEmail);
  ASSERT_TRUE(checkup.accounts[0].quota);
  EXPECT_EQ(checkup.accounts[0].quota->limit, 50);
  EXPECT_EQ(checkup.accounts[0].finding.allowance->points, 0);
  EXPECT_EQ(checkup.token->verdict, TokenVerdict::accepted);
  EXPECT_THAT(fake_->sign_ins(), SizeIs(1));
}

TEST_F(CheckupTest, names_the_account_of_a_pasted_session) {
  start({.accounts = {{.email = kEmail}}});
  options_.session_cookie = Secret(fake_->open_session(kEmail));
  const auto checkup = look();
  ASSERT_THAT(checkup.accounts, SizeIs(1));
  EXPECT_EQ(checkup.accounts[0].finding.state, AccountState::ready);
  EXPECT_EQ(checkup.accounts[0].email, kEmail);
}

TEST_F(CheckupTest, looks_at_every_account) {
  start({.accounts = {{.email = kEmail, .points = 12}, {.email = "you@example.com"}}});
  AccountSettings pasted;
  pasted.label = "the second";
  pasted.credentials.emplace("session_cookie", Secret(fake_->open_session("you@example.com")));
  AccountSettings dead;
  dead.credentials.emplace("session_cookie", Secret("dead.cookie"));
  sign_in_as(kEmail);
  options_.accounts = {pasted, dead};
  const auto checkup = look();
  ASSERT_THAT(checkup.accounts, SizeIs(3));
  EXPECT_EQ(checkup.accounts[0].finding.allowance->points, 12);
  EXPECT_EQ(checkup.accounts[1].label, "the second");
  EXPECT_EQ(checkup.accounts[1].email, "you@example.com");
  EXPECT_EQ(checkup.accounts[2].finding.state, AccountState::needs_sign_in);
}

TEST_F(CheckupTest, tells_what_is_wrong_with_an_account_and_still_judges_the_token) {
  start({.accounts = {{.email = kEmail}}});
  sign_in_as(kEmail, "wrong");
  const auto refused = look();
  EXPECT_EQ(refused.accounts.at(0).finding.state, AccountState::needs_sign_in);
  EXPECT_EQ(refused.token->verdict, TokenVerdict::accepted);

  start({.accounts = {{.email = kEmail, .standing = FakeAccount::Standing::banned}}});
  sign_in_as(kEmail);
  EXPECT_EQ(look().accounts.at(0).finding.state, AccountState::banned);

  options_.password = {};
  options_.email.clear();
  options_.session_cookie = Secret("dead.cookie");
  const auto dead = look();
  EXPECT_EQ(dead.accounts.at(0).finding.state, AccountState::needs_sign_in);
  EXPECT_THAT(dead.accounts.at(0).finding.reason, HasSubstr("dead"));
}

TEST_F(CheckupTest, tells_which_known_models_are_missing_and_which_are_new) {
  start({.models = {"Qwen-Image", "Brand-New"}});
  const auto checkup = look();
  ASSERT_THAT(checkup.models->offered, SizeIs(2));
  EXPECT_EQ(checkup.models->offered[0].id, "dreamifly-qwen-image");
  EXPECT_EQ(checkup.models->offered[1].id, "Brand-New");
  EXPECT_THAT(checkup.models->missing, SizeIs(12));
  EXPECT_THAT(checkup.models->missing, Contains("dreamifly-sdxl"));
}

TEST_F(CheckupTest, stops_where_nothing_answers) {
  {
    const FakeDreamifly gone;
    options_.base_url = gone.base_url();
  }
  const auto checkup = look();
  EXPECT_EQ(checkup.reach.state, State::nothing);
  EXPECT_THAT(checkup.reach.fault, HasSubstr("curl 7"));
  EXPECT_FALSE(checkup.models);
  EXPECT_THAT(checkup.accounts, IsEmpty());
  EXPECT_FALSE(checkup.token);
}

TEST_F(CheckupTest, takes_a_page_for_another_server) {
  start();
  for (const auto* path :
       {"/api/time", "/api/models", "/api/user/quota", "/api/auth/get-session"}) {
    fake_->reply_to(path, {200, "<html>hush</html>", "text/html"});
  }
  const auto checkup = look();
  EXPECT_EQ(checkup.reach.state, State::other);
  EXPECT_THAT(checkup.clock->failure, HasSubstr("text/html"));
  EXPECT_THAT(checkup.models->failure, HasSubstr("text/html"));
}

TEST_F(CheckupTest, sends_the_extra_headers_and_nobodys_secrets_elsewhere) {
  start({.accounts = {{.email = kEmail}}});
  sign_in_as(kEmail);
  options_.extra_headers = {{"x-service-token", Secret("hush")}};
  const auto checkup = look();
  EXPECT_EQ(checkup.accounts.at(0).finding.state, AccountState::ready);
  EXPECT_EQ(fake_->session_checks().at(0).headers.at("x-service-token"), "hush");
}

}  // namespace
}  // namespace gw::dreamifly
