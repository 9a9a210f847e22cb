#include "providers/dreamifly/session_answers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace gw::dreamifly {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

IncomingAnswer answer(int status, std::string body, std::string type = "application/json") {
  IncomingAnswer answer;
  answer.status = status;
  answer.headers = {{"content-type", std::move(type)}};
  if (!body.empty()) answer.body.blocks = {std::move(body)};
  return answer;
}

UpstreamFailure trouble_of(const IncomingAnswer& answer) {
  auto judged = judge_sign_in(answer);
  EXPECT_FALSE(judged);
  return judged ? UpstreamFailure{} : std::move(judged).error();
}

TEST(SignIn, sends_the_two_fields_as_json) {
  EXPECT_EQ(sign_in_body("me@example.com", "a\"b\\"),
            R"({"email":"me@example.com","password":"a\"b\\"})");
}

TEST(SignIn, gives_the_cookie_among_others) {
  auto good = answer(200, R"({"redirect":false,"token":"abc","user":{}})");
  good.headers.emplace_back("set-cookie", "locale=en");
  good.headers.emplace_back("set-cookie", "better-auth.session_token=abc.def%3D; Path=/");
  const auto cookie = judge_sign_in(good);
  ASSERT_TRUE(cookie);
  EXPECT_EQ(cookie->value, "abc.def%3D");
}

struct Refused {
  int status;
  std::string body;
};

class SignInRefusal : public testing::TestWithParam<Refused> {};

TEST_P(SignInRefusal, that_would_be_the_same_again_rests_for_good) {
  const auto trouble = trouble_of(answer(GetParam().status, GetParam().body));
  ASSERT_TRUE(trouble.account);
  EXPECT_EQ(trouble.account->state, AccountState::needs_sign_in);
  EXPECT_FALSE(trouble.account->rest);
  EXPECT_TRUE(trouble.account->own_trouble);
  EXPECT_EQ(trouble.account->reason, trouble.error.detail());
  EXPECT_EQ(trouble.act, Act::other);
  EXPECT_EQ(trouble.scope, Scope::account);
  EXPECT_EQ(trouble.error.kind(), ErrorKind::no_account_available);
  EXPECT_TRUE(trouble.error.retry_useless());
  EXPECT_THAT(trouble.error.detail(), testing::AnyOf(HasSubstr("address"), HasSubstr("verified")));
  EXPECT_THAT(trouble.error.message(), Not(HasSubstr("password")));
}

INSTANTIATE_TEST_SUITE_P(
    Codes, SignInRefusal,
    testing::Values(Refused{401, R"({"code":"INVALID_EMAIL_OR_PASSWORD","message":"Invalid"})"},
                    Refused{403, R"({"code":"EMAIL_NOT_VERIFIED","message":"Email not verified"})"},
                    Refused{400, R"({"code":"VALIDATION_ERROR","message":"Invalid email"})"},
                    Refused{403, R"({"code":"INVALID_ORIGIN","message":"Invalid origin"})"},
                    Refused{403, R"({"code":"MISSING_OR_NULL_ORIGIN","message":"Missing"})"}));

TEST(SignIn, waits_as_long_as_the_server_says) {
  auto limited = answer(429, R"({"message":"Too many requests."})", "text/plain");
  limited.headers.emplace_back("x-retry-after", "7");
  const auto trouble = trouble_of(limited);
  EXPECT_EQ(trouble.act, Act::wait);
  EXPECT_EQ(trouble.pause, 7s);
  ASSERT_TRUE(trouble.account);
  EXPECT_EQ(trouble.account->state, AccountState::busy);
  EXPECT_EQ(trouble.account->rest, 7s);
  EXPECT_TRUE(trouble.account->own_trouble) << "or an only account would be asked again at once";
}

TEST(SignIn, bounds_what_the_server_says) {
  const auto rest = [](std::string value) {
    auto limited = answer(429, "", "text/plain");
    if (!value.empty()) limited.headers.emplace_back("x-retry-after", std::move(value));
    return trouble_of(limited).pause;
  };
  EXPECT_EQ(rest(""), 10s);
  EXPECT_EQ(rest("0"), 1s);
  EXPECT_EQ(rest("-5"), 10s);
  EXPECT_EQ(rest("soon"), 10s);
  EXPECT_EQ(rest("86400"), 300s);
}

TEST(SignIn, cools_down_when_nobody_knows_what_is_wrong) {
  for (const auto& odd :
       {answer(200, "{}"), answer(500, R"({"message":"x"})"), answer(401, "null")}) {
    const auto trouble = trouble_of(odd);
    ASSERT_TRUE(trouble.account) << odd.status;
    EXPECT_EQ(trouble.account->state, AccountState::cooling) << odd.status;
    EXPECT_FALSE(trouble.account->rest) << odd.status;
    EXPECT_EQ(trouble.act, Act::other);
  }
}

TEST(SignIn, holds_nothing_against_the_account_that_a_server_in_front_says) {
  for (const auto& odd :
       {answer(404, "<html></html>", "text/html"), answer(502, "bad gateway", "text/plain")}) {
    const auto trouble = trouble_of(odd);
    EXPECT_FALSE(trouble.account) << odd.status;
    EXPECT_EQ(trouble.scope, Scope::host);
    EXPECT_EQ(trouble.transport_fault, odd.status == 502);
    EXPECT_FALSE(trouble.slot_unsure);
  }
}

TEST(SignIn, knows_a_challenge_in_front) {
  auto challenge = answer(403, "<html></html>", "text/html");
  challenge.headers.emplace_back("cf-mitigated", "challenge");
  EXPECT_EQ(trouble_of(challenge).error.kind(), ErrorKind::upstream_challenged);
}

TEST(SessionAnswer, is_live_dead_or_banned) {
  EXPECT_EQ(judge_session(answer(200, R"({"session":{"id":"1"},"user":{"isActive":true}})")),
            SessionHealth::live);
  EXPECT_EQ(judge_session(answer(200, R"({"session":{"id":"1"},"user":{"id":"u1"}})")),
            SessionHealth::live);
  EXPECT_EQ(judge_session(answer(200, "null")), SessionHealth::dead);
  EXPECT_EQ(judge_session(answer(200, " null ")), SessionHealth::dead);
  EXPECT_EQ(judge_session(answer(200, R"({"session":{"id":"1"},"user":{"isActive":false}})")),
            SessionHealth::banned);
}

TEST(SessionAnswer, tells_nothing_when_it_is_something_else) {
  for (const auto& odd :
       {answer(200, "{}"), answer(200, R"({"session":null,"user":null})"), answer(200, "[]"),
        answer(200, "<html></html>", "text/html"), answer(500, R"({"message":"x"})"),
        answer(429, "slow down", "text/plain"), answer(200, "")}) {
    const auto judged = judge_session(odd);
    ASSERT_FALSE(judged) << odd.status;
    EXPECT_FALSE(judged.error().slot_unsure);
    EXPECT_FALSE(judged.error().concurrency_refusal);
    EXPECT_THAT(judged.error().error.detail(), HasSubstr("get-session"));
  }
}

TEST(SessionEmail, is_the_one_the_server_tells) {
  EXPECT_EQ(session_email(answer(200, R"({"session":{},"user":{"email":"me@example.com"}})")),
            "me@example.com");
  for (const auto* body : {"null", R"({"user":{}})", R"({"user":{"email":7}})", R"({"user":1})"})
    EXPECT_EQ(session_email(answer(200, body)), "");
}

}  // namespace
}  // namespace gw::dreamifly
