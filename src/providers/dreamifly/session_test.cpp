#include "providers/dreamifly/session.hpp"

#include "tests/support/fake_dreamifly.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/run.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace gw::dreamifly {
namespace {

using namespace std::chrono_literals;
using test::FakeAccount;
using test::FakeDreamifly;
using test::FakeOptions;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

using Cookie = std::expected<std::string, UpstreamFailure>;

const WallTime kServerTime{std::chrono::seconds(1'795'389'421)};
constexpr const char* kEmail = "me@example.com";

class SessionTest : public testing::Test {
 protected:
  SessionTest() { fake_.set_account({.email = kEmail}); }

  static FakeOptions fake_options() {
    FakeOptions options;
    options.wall = [] { return kServerTime; };
    return options;
  }

  void with_password(const std::string& password = "password") {
    options_.base_url = fake_.base_url();
    options_.email = kEmail;
    options_.password = Secret(password);
    session_.emplace(options_, *client_, clock_);
  }
  void with_pasted(const std::string& cookie) {
    options_.base_url = fake_.base_url();
    options_.session_cookie = Secret(cookie);
    session_.emplace(options_, *client_, clock_);
  }
  Cookie cookie() { return test::run(io_, session_->cookie()); }
  std::string sent() { return cookie().value_or("refused"); }
  UpstreamFailure refusal() {
    auto answer = cookie();
    EXPECT_FALSE(answer);
    return answer ? UpstreamFailure{} : std::move(answer).error();
  }
  std::size_t sign_ins() const { return fake_.sign_ins().size(); }
  std::size_t checks() const { return fake_.session_checks().size(); }

  asio::io_context io_;
  std::unique_ptr<HttpClient> client_ = make_curl_client(io_);
  test::ManualClock clock_{WallTime(1000h)};
  FakeDreamifly fake_{fake_options()};
  Options options_;
  std::optional<Session> session_;
};

TEST_F(SessionTest, is_nobodys_without_a_login_and_asks_nothing) {
  options_.base_url = fake_.base_url();
  session_.emplace(options_, *client_, clock_);
  EXPECT_FALSE(session_->configured());
  EXPECT_EQ(sent(), "");
  EXPECT_EQ(checks(), 0u);
}

TEST_F(SessionTest, signs_in_once_and_looks_before_it_believes) {
  with_password();
  EXPECT_EQ(session_->view().state, AccountState::unchecked);
  const auto first = cookie();
  ASSERT_TRUE(first) << first.error().error.detail();
  EXPECT_THAT(*first, StartsWith("better-auth.session_token="));
  EXPECT_EQ(sent(), *first);
  EXPECT_EQ(sign_ins(), 1u);
  EXPECT_EQ(checks(), 1u);
  EXPECT_EQ(session_->view().state, AccountState::ready);
}

TEST_F(SessionTest, signs_in_without_a_cookie_and_with_the_servers_own_origin) {
  with_password();
  ASSERT_TRUE(cookie());
  const auto call = fake_.sign_ins().at(0);
  EXPECT_EQ(call.cookie, "");
  EXPECT_EQ(call.headers.at("origin"), fake_.base_url());
  EXPECT_EQ(call.headers.at("content-type"), "application/json");
  EXPECT_EQ(fake_.session_checks().at(0).headers.at("origin"), fake_.base_url());
}

TEST_F(SessionTest, sends_the_cookie_as_the_server_wrote_it) {
  with_password();
  const auto sent = cookie();
  ASSERT_TRUE(sent);
  EXPECT_THAT(*sent, HasSubstr("%"));  // the signature ends with base64's padding
  EXPECT_EQ(fake_.session_checks().at(0).cookie, *sent);
}

TEST_F(SessionTest, looks_again_after_a_few_minutes) {
  with_password();
  ASSERT_TRUE(cookie());
  clock_.advance(2min);
  ASSERT_TRUE(cookie());
  EXPECT_EQ(checks(), 1u);
  clock_.advance(2min);
  ASSERT_TRUE(cookie());
  EXPECT_EQ(checks(), 2u);
  EXPECT_EQ(sign_ins(), 1u);
}

TEST_F(SessionTest, signs_in_again_when_its_session_is_dead) {
  with_password();
  const auto first = sent();
  fake_.drop_sessions();
  clock_.advance(5min);
  const auto second = sent();
  EXPECT_NE(second, "refused");
  EXPECT_NE(second, first);
  EXPECT_EQ(sign_ins(), 2u);
}

TEST_F(SessionTest, looks_again_at_once_when_in_doubt) {
  with_password();
  ASSERT_TRUE(cookie());
  fake_.drop_sessions();
  session_->doubt();
  clock_.advance(4s);
  EXPECT_TRUE(cookie());
  EXPECT_EQ(sign_ins(), 2u);
}

TEST_F(SessionTest, never_signs_in_twice_within_four_seconds) {
  with_password();
  ASSERT_TRUE(cookie());
  fake_.drop_sessions();
  session_->doubt();
  clock_.advance(1s);
  const auto failure = refusal();
  EXPECT_EQ(failure.act, Act::wait);
  EXPECT_EQ(failure.pause, 3s);
  EXPECT_EQ(sign_ins(), 1u);
  clock_.advance(3s);
  EXPECT_TRUE(cookie());
}

TEST_F(SessionTest, has_one_sign_in_for_all_who_ask_at_once) {
  with_password();
  std::vector<Cookie> answers;
  for (int i = 0; i < 5; ++i) {
    asio::co_spawn(io_.get_executor(), session_->cookie(),
                   [&](std::exception_ptr, Cookie answer) { answers.push_back(answer); });
  }
  io_.run();
  ASSERT_EQ(answers.size(), 5u);
  ASSERT_TRUE(answers.front());
  for (const auto& answer : answers) EXPECT_EQ(answer.value_or("refused"), *answers.front());
  EXPECT_EQ(sign_ins(), 1u);
  EXPECT_EQ(checks(), 1u);
}

TEST_F(SessionTest, gives_up_for_good_on_a_wrong_password) {
  with_password("not-the-one");
  const auto failure = refusal();
  EXPECT_EQ(failure.error.kind(), ErrorKind::no_account_available);
  EXPECT_EQ(failure.act, Act::other);
  EXPECT_EQ(failure.scope, Scope::account);
  EXPECT_TRUE(failure.error.retry_useless());
  EXPECT_THAT(failure.error.detail(), HasSubstr("DREAMIFLY_PASSWORD"));
  EXPECT_THAT(failure.error.detail(), Not(HasSubstr("not-the-one")));
  clock_.advance(24h * 365);
  refusal();
  EXPECT_EQ(sign_ins(), 1u);
  EXPECT_EQ(session_->view().state, AccountState::needs_sign_in);
  EXPECT_FALSE(session_->view().until);
  EXPECT_THAT(session_->view().reason, HasSubstr("INVALID_EMAIL_OR_PASSWORD"));
}

TEST_F(SessionTest, gives_up_for_good_on_an_unverified_address) {
  fake_.set_account({.email = kEmail, .standing = FakeAccount::Standing::unverified});
  with_password();
  EXPECT_THAT(refusal().error.detail(), HasSubstr("EMAIL_NOT_VERIFIED"));
  clock_.advance(24h);
  refusal();
  EXPECT_EQ(sign_ins(), 1u);
}

TEST_F(SessionTest, waits_as_long_as_the_server_tells_it) {
  fake_.reply_to(
      "/api/auth/sign-in/email",
      {429, R"({"message":"Too many requests."})", "text/plain", {{"X-Retry-After", "9"}}});
  with_password();
  auto failure = refusal();
  EXPECT_EQ(failure.act, Act::wait);
  EXPECT_EQ(failure.pause, 9s);
  EXPECT_EQ(session_->view().state, AccountState::cooling);
  clock_.advance(5s);
  failure = refusal();
  EXPECT_EQ(failure.pause, 4s);
  EXPECT_EQ(sign_ins(), 1u);
  clock_.advance(4s);
  refusal();
  EXPECT_EQ(sign_ins(), 2u);
}

TEST_F(SessionTest, cools_longer_with_each_failure_up_to_a_bound) {
  fake_.reply_to("/api/auth/sign-in/email", {500, R"({"message":"x"})", "application/json"});
  with_password();
  for (const auto expected : {30s, 60s, 90s}) {
    const auto failure = refusal();
    EXPECT_LE(failure.error.retry_after().value_or(0s), 60s);
    ASSERT_TRUE(session_->view().until);
    EXPECT_EQ(*session_->view().until - clock_.now(), expected);
    clock_.advance(expected);
  }
  for (int i = 0; i < 20; ++i) {
    refusal();
    clock_.advance(300s);
  }
  refusal();
  EXPECT_EQ(*session_->view().until - clock_.now(), 300s);
}

TEST_F(SessionTest, notices_a_banned_account_that_signs_in_fine) {
  fake_.set_account({.email = kEmail, .standing = FakeAccount::Standing::banned});
  with_password();
  const auto failure = refusal();
  EXPECT_EQ(failure.error.kind(), ErrorKind::no_account_available);
  EXPECT_EQ(session_->view().state, AccountState::banned);
  refusal();
  EXPECT_EQ(sign_ins(), 1u);
  EXPECT_EQ(checks(), 1u);

  fake_.set_account({.email = kEmail});
  clock_.advance(10min);
  EXPECT_TRUE(cookie());
  EXPECT_EQ(sign_ins(), 1u) << "the session had been good all the time";
}

TEST_F(SessionTest, does_not_loop_when_the_server_forgets_what_it_gave) {
  fake_.reply_to("/api/auth/get-session", {200, "null", "application/json"});
  with_password();
  EXPECT_THAT(refusal().error.detail(), HasSubstr("just given"));
  refusal();
  EXPECT_EQ(sign_ins(), 1u);
}

TEST_F(SessionTest, takes_a_pasted_cookie_with_and_without_its_name) {
  const auto live = fake_.open_session(kEmail);
  with_pasted(live);
  EXPECT_EQ(sent(), live);
  with_pasted(live.substr(live.find('=') + 1));
  EXPECT_EQ(sent(), live);
  EXPECT_EQ(sign_ins(), 0u);
}

TEST_F(SessionTest, keeps_the_name_that_was_pasted_even_over_http) {
  auto options = fake_options();
  options.cookie_name = "__Secure-better-auth.session_token";
  FakeDreamifly behind_tls(std::move(options));
  behind_tls.set_account({.email = kEmail});
  options_.base_url = behind_tls.base_url();
  options_.session_cookie = Secret(behind_tls.open_session(kEmail));
  session_.emplace(options_, *client_, clock_);
  EXPECT_TRUE(cookie());
}

TEST_F(SessionTest, does_not_trust_a_pasted_cookie_that_is_dead) {
  with_pasted("abc.dead");
  const auto failure = refusal();
  EXPECT_EQ(failure.error.kind(), ErrorKind::no_account_available);
  EXPECT_THAT(failure.error.detail(), HasSubstr("DREAMIFLY_SESSION_COOKIE"));
  EXPECT_THAT(failure.error.detail(), Not(HasSubstr("abc.dead")));
  EXPECT_EQ(session_->view().state, AccountState::needs_sign_in);
  refusal();
  EXPECT_EQ(checks(), 1u);
  clock_.advance(5min);
  refusal();
  EXPECT_EQ(checks(), 2u);
}

TEST_F(SessionTest, does_not_trust_a_session_that_it_cannot_look_at) {
  with_pasted(fake_.open_session(kEmail));
  fake_.reply_to("/api/auth/get-session", {503, "down", "text/plain"});
  const auto failure = refusal();
  EXPECT_EQ(failure.act, Act::once);
  EXPECT_EQ(failure.scope, Scope::host);
  EXPECT_FALSE(failure.slot_unsure);
}

TEST_F(SessionTest, leaves_a_banned_account_alone_when_a_drawing_told_so) {
  with_password();
  ASSERT_TRUE(cookie());
  session_->ban();
  EXPECT_EQ(refusal().error.kind(), ErrorKind::no_account_available);
  EXPECT_EQ(checks(), 1u);
}

TEST_F(SessionTest, sends_the_operators_headers_too) {
  options_.extra_headers.emplace_back("x-service-token", Secret("given"));
  with_password();
  ASSERT_TRUE(cookie());
  EXPECT_EQ(fake_.sign_ins().at(0).headers.at("x-service-token"), "given");
  EXPECT_EQ(fake_.session_checks().at(0).headers.at("x-service-token"), "given");
}

}  // namespace
}  // namespace gw::dreamifly
