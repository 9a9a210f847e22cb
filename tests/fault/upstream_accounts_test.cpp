// Sessions that die, and accounts that are not welcome: told once, and never drawn as nobody where
// an account was asked for.
#include "tests/fault/upstream_faults.hpp"

#include <string>

namespace gw::test {
namespace {

using Standing = FakeAccount::Standing;

constexpr const char* kSignIn = "/api/auth/sign-in/email";
constexpr const char* kLook = "/api/auth/get-session";

class UpstreamAccounts : public UpstreamFaults {
 protected:
  static FakeAccount painter(Standing standing = Standing::active) {
    return {
        .email = "painter@example.com", .password = std::string(kPassword), .standing = standing};
  }
  void start_with(FakeAccount account, std::string password = std::string(kPassword)) {
    start({.accounts = {std::move(account)}}, {{"DREAMIFLY_EMAIL", "painter@example.com"},
                                               {"DREAMIFLY_PASSWORD", std::move(password)}});
  }
  // Drawn for accounts only.
  static Ask draw_with_account(std::string_view prompt) {
    return draw_small(prompt, R"(,"model":"dreamifly-grok-imagine")");
  }
  void expect_no_account(const RawAnswer& answer) const {
    EXPECT_THAT(answer, IsError(503, "no_account_available", "null"));
    expect_nothing_internal(answer);
    EXPECT_THAT(answer.body, testing::Not(testing::HasSubstr("painter@")));
  }
};

TEST_F(UpstreamAccounts, ADeadSessionIsRenewedForThePictureThatNoticesIt) {
  start_with(painter());
  EXPECT_THAT(send(draw_with_account("a pear")), HasStatus(200));
  fake->drop_sessions();

  EXPECT_THAT(send(draw_with_account(kPrompt)), HasStatus(200));
  EXPECT_EQ(fake->calls().size(), 3u) << "one was refused before it was paid";
  expect_slots({});
  EXPECT_EQ(fake->calls().back().account, "painter@example.com");
  EXPECT_EQ(fake->sign_ins().size(), 2u);
}

TEST_F(UpstreamAccounts, ADeadSessionThatWasPastedIsNotDrawnWith) {
  start({}, {{"DREAMIFLY_SESSION_COOKIE", "dead.session"}});
  for (int i = 0; i < 3; ++i) {
    const auto answer = send(draw_small(kPrompt));
    expect_no_account(answer);
    EXPECT_THAT(answer, HasHeader("x-should-retry", "false"));
  }
  EXPECT_EQ(fake->calls().size(), 0u) << "it would have been drawn for nobody";
  expect_slots({});
}

class Unwelcome : public UpstreamAccounts, public testing::WithParamInterface<Standing> {};

TEST_P(Unwelcome, AccountsAreAskedForOnceAndDrawNothing) {
  start_with(painter(GetParam()));
  for (int i = 0; i < 3; ++i) {
    const auto answer = send(draw_small(kPrompt));
    expect_no_account(answer);
    EXPECT_THAT(answer, HasHeader("x-should-retry", "false"));
  }
  EXPECT_EQ(fake->calls().size(), 0u);
  EXPECT_EQ(fake->sign_ins().size(), 1u);
  expect_slots({});
}

INSTANTIATE_TEST_SUITE_P(ByTheServer, Unwelcome,
                         testing::Values(Standing::banned, Standing::unverified));

TEST_F(UpstreamAccounts, AWrongPasswordIsTriedOnce) {
  start_with(painter(), "another horse");
  for (int i = 0; i < 3; ++i) expect_no_account(send(draw_small(kPrompt)));
  EXPECT_EQ(fake->calls().size(), 0u);
  EXPECT_EQ(fake->sign_ins().size(), 1u);
}

TEST_F(UpstreamAccounts, ABanInTheMiddleCostsOneCallAndNoMore) {
  start_with(painter());
  EXPECT_THAT(send(draw_small("a pear")), HasStatus(200));
  fake->set_account(painter(Standing::banned));
  for (int i = 0; i < 3; ++i) expect_no_account(send(draw_small(kPrompt)));
  EXPECT_EQ(fake->calls().size(), 2u);
  EXPECT_EQ(fake->sign_ins().size(), 1u);
  expect_slots({});
}

TEST_F(UpstreamAccounts, TooManySignInsAreNotRepeatedBeforeTheirTime) {
  fake = std::make_unique<FakeDreamifly>(FakeOptions{.accounts = {painter()}});
  fake->reply_to(
      kSignIn,
      {429, R"({"message":"Too many requests."})", "text/plain", {{"X-Retry-After", "600"}}});
  gateway = GatewayProcess::serving({.environment = {{"DREAMIFLY_BASE_URL", fake->base_url()},
                                                     {"DREAMIFLY_SITE_KEY", "test-key"},
                                                     {"DREAMIFLY_EMAIL", "painter@example.com"},
                                                     {"DREAMIFLY_PASSWORD", std::string(kPassword)},
                                                     {"API_REQUEST_TIMEOUT", "2"}}});
  for (int i = 0; i < 3; ++i) expect_no_account(send(draw_small(kPrompt)));
  EXPECT_EQ(fake->calls().size(), 0u);
  EXPECT_EQ(fake->sign_ins().size(), 1u);
}

TEST_F(UpstreamAccounts, ASessionThatCannotBeLookedAtIsNotTrusted) {
  start({.accounts = {painter()}}, {{"DREAMIFLY_SESSION_COOKIE", "live.session"}});
  for (const auto fault : {FakeFault::reset_at_once, FakeFault::html, FakeFault::cut_json,
                           FakeFault::truncated, FakeFault::endless}) {
    fake->fault_to(kLook, fault);
    const auto answer = send(draw_small(kPrompt));
    EXPECT_GE(answer.status, 502) << answer.body;
    EXPECT_EQ(envelope_fault(answer), std::nullopt);
    expect_nothing_internal(answer);
  }
  EXPECT_EQ(fake->calls().size(), 0u);
  expect_slots({});
}

}  // namespace
}  // namespace gw::test
