#include "providers/dreamifly/session.hpp"

#include "tests/support/fake_dreamifly.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/run.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
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

struct MemoryKeeper final : SessionKeeper {
  Async<std::optional<Secret>> load(AccountId account) override {
    ++loads;
    const auto found = kept.find(account);
    if (found == kept.end()) co_return std::nullopt;
    co_return found->second;
  }
  Async<void> save(AccountId account, Secret session) override {
    kept.insert_or_assign(account, std::move(session));
    co_return;
  }
  std::map<AccountId, Secret> kept;
  int loads = 0;
};

// As the gate is: what is closed sends nothing.
class EdgeClient final : public HttpClient {
 public:
  explicit EdgeClient(HttpClient& client) : client_(client) {}
  Async<Transfer> perform(OutgoingRequest request) override {
    if (const auto fault = refusal()) co_return std::unexpected(*fault);
    if (challenges && request.url.ends_with(*challenges)) {
      closed = true;
      co_return std::unexpected(*refusal());
    }
    co_return co_await client_.perform(std::move(request));
  }
  std::optional<TransferFault> refusal() override {
    if (!closed) return std::nullopt;
    TransferFault fault{.error = Error(ErrorKind::upstream_challenged, "renew the clearance")};
    auto& trouble = fault.edge.emplace();
    trouble.advice = EdgeTrouble::Advice::hold;
    trouble.shut = true;
    return fault;
  }
  bool closed = false;
  std::optional<std::string> challenges;  // the path that is, next

 private:
  HttpClient& client_;
};

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
    Login login;
    login.email = kEmail;
    login.password = Secret(password);
    session_.emplace(world(), AccountId{"acc_me"}, std::move(login));
  }
  void with_pasted(const std::string& cookie) {
    options_.base_url = fake_.base_url();
    AccountSettings account;
    account.credentials.emplace("session_cookie", Secret(cookie));
    session_.emplace(world(), AccountId{"acc_me"}, read_login(account, options_).value());
  }
  SessionWorld world() {
    return {
        .options = options_, .client = edge_, .clock = clock_, .pace = pace_, .keeper = &keeper_};
  }
  AccountFinding finding() {
    auto failure = refusal();
    EXPECT_TRUE(failure.account);
    return failure.account.value_or(AccountFinding());
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
  EdgeClient edge_{*client_};
  test::ManualClock clock_{WallTime(1000h)};
  FakeDreamifly fake_{fake_options()};
  Options options_;
  SignInPace pace_;
  MemoryKeeper keeper_;
  std::optional<Session> session_;
};

TEST_F(SessionTest, signs_in_once_and_looks_before_it_believes) {
  with_password();
  const auto first = cookie();
  ASSERT_TRUE(first) << first.error().error.detail();
  EXPECT_THAT(*first, StartsWith("better-auth.session_token="));
  EXPECT_EQ(sent(), *first);
  EXPECT_EQ(sign_ins(), 1u);
  EXPECT_EQ(checks(), 1u);
  EXPECT_EQ(session_->email(), kEmail);
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
  ASSERT_TRUE(failure.account);
  EXPECT_EQ(failure.account->state, AccountState::busy);
  EXPECT_EQ(failure.account->rest, 3s);
  EXPECT_EQ(sign_ins(), 1u);
  clock_.advance(3s);
  EXPECT_TRUE(cookie());
}

TEST_F(SessionTest, counts_how_sign_ins_end) {
  with_password();
  ASSERT_TRUE(cookie());
  with_password("wrong");
  clock_.advance(4s);
  refusal();
  fake_.reply_to("/api/auth/sign-in/email", {429, "{}"});
  fake_.drop_sessions();
  clock_.advance(4s);
  with_password();
  refusal();
  using enum SignInOutcome;
  EXPECT_THAT(pace_.ended(),
              testing::ElementsAre(testing::Pair(signed_in, 1), testing::Pair(refused, 1),
                                   testing::Pair(too_many, 1)));
}

// --- behind an edge

TEST_F(SessionTest, a_sign_in_that_the_edge_does_not_let_through_is_none) {
  with_password();
  edge_.closed = true;
  EXPECT_EQ(refusal().error.kind(), ErrorKind::upstream_challenged);
  EXPECT_TRUE(pace_.ended().empty());
  EXPECT_TRUE(session_->wants_warming());
  edge_.closed = false;
  EXPECT_TRUE(cookie()) << "nothing of the pace was used up";
}

TEST_F(SessionTest, a_look_that_the_edge_does_not_let_through_is_none) {
  with_pasted(fake_.open_session(kEmail));
  edge_.closed = true;
  EXPECT_EQ(refusal().error.kind(), ErrorKind::upstream_challenged);
  EXPECT_TRUE(session_->wants_warming());
  edge_.closed = false;
  EXPECT_TRUE(cookie());
  EXPECT_FALSE(session_->wants_warming());
}

TEST_F(SessionTest, a_look_that_is_challenged_is_none) {
  with_pasted(fake_.open_session(kEmail));
  edge_.challenges = "/api/auth/get-session";
  EXPECT_EQ(refusal().error.kind(), ErrorKind::upstream_challenged);
  EXPECT_TRUE(session_->wants_warming());
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

TEST_F(SessionTest, shares_the_pace_with_the_other_accounts) {
  fake_.set_account({.email = "other@example.com"});
  with_password();
  ASSERT_TRUE(cookie());
  Login other;
  other.email = "other@example.com";
  other.password = Secret("password");
  session_.emplace(world(), AccountId{"acc_other"}, std::move(other));
  clock_.advance(3s);
  EXPECT_EQ(refusal().pause, 1s);
  EXPECT_EQ(sign_ins(), 1u);
  clock_.advance(1s);
  EXPECT_TRUE(cookie());
  EXPECT_EQ(session_->email(), "other@example.com");
}

TEST_F(SessionTest, finds_that_a_wrong_password_needs_people) {
  with_password("not-the-one");
  const auto failure = refusal();
  EXPECT_EQ(failure.error.kind(), ErrorKind::no_account_available);
  EXPECT_EQ(failure.act, Act::other);
  EXPECT_EQ(failure.scope, Scope::account);
  EXPECT_TRUE(failure.error.retry_useless());
  ASSERT_TRUE(failure.account);
  EXPECT_EQ(failure.account->state, AccountState::needs_sign_in);
  EXPECT_FALSE(failure.account->rest);
  EXPECT_THAT(failure.account->reason, HasSubstr("INVALID_EMAIL_OR_PASSWORD"));
  EXPECT_THAT(failure.account->reason, Not(HasSubstr("not-the-one")));
  EXPECT_FALSE(session_->wants_warming()) << "asking again would be held against us";
}

TEST_F(SessionTest, finds_that_an_unverified_address_needs_people) {
  fake_.set_account({.email = kEmail, .standing = FakeAccount::Standing::unverified});
  with_password();
  const auto found = finding();
  EXPECT_EQ(found.state, AccountState::needs_sign_in);
  EXPECT_THAT(found.reason, HasSubstr("EMAIL_NOT_VERIFIED"));
}

TEST_F(SessionTest, waits_as_long_as_the_server_tells_it) {
  fake_.reply_to(
      "/api/auth/sign-in/email",
      {429, R"({"message":"Too many requests."})", "text/plain", {{"X-Retry-After", "9"}}});
  with_password();
  auto failure = refusal();
  EXPECT_EQ(failure.act, Act::wait);
  EXPECT_EQ(failure.pause, 9s);
  clock_.advance(5s);
  failure = refusal();
  EXPECT_EQ(failure.pause, 4s);
  EXPECT_EQ(sign_ins(), 1u);
  clock_.advance(4s);
  refusal();
  EXPECT_EQ(sign_ins(), 2u);
}

TEST_F(SessionTest, leaves_it_to_the_pool_how_long_a_failure_cools) {
  fake_.reply_to("/api/auth/sign-in/email", {500, R"({"message":"x"})", "application/json"});
  with_password();
  const auto found = finding();
  EXPECT_EQ(found.state, AccountState::cooling);
  EXPECT_FALSE(found.rest);
  EXPECT_TRUE(found.own_trouble);
}

TEST_F(SessionTest, notices_a_banned_account_that_signs_in_fine) {
  fake_.set_account({.email = kEmail, .standing = FakeAccount::Standing::banned});
  with_password();
  const auto found = finding();
  EXPECT_EQ(found.state, AccountState::banned);
  EXPECT_FALSE(found.rest);
  EXPECT_FALSE(session_->wants_warming());

  fake_.set_account({.email = kEmail});
  EXPECT_TRUE(cookie());
  EXPECT_EQ(sign_ins(), 1u) << "the session had been good all the time";
}

TEST_F(SessionTest, does_not_loop_when_the_server_forgets_what_it_gave) {
  fake_.reply_to("/api/auth/get-session", {200, "null", "application/json"});
  with_password();
  const auto found = finding();
  EXPECT_EQ(found.state, AccountState::cooling);
  EXPECT_THAT(found.reason, HasSubstr("just given"));
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
  AccountSettings account;
  account.credentials.emplace("session_cookie", Secret(behind_tls.open_session(kEmail)));
  session_.emplace(world(), AccountId{"acc_me"}, read_login(account, options_).value());
  EXPECT_TRUE(cookie());
}

TEST_F(SessionTest, does_not_trust_a_pasted_cookie_that_is_dead) {
  with_pasted("abc.dead");
  const auto failure = refusal();
  EXPECT_EQ(failure.error.kind(), ErrorKind::no_account_available);
  ASSERT_TRUE(failure.account);
  EXPECT_EQ(failure.account->state, AccountState::needs_sign_in);
  EXPECT_THAT(failure.account->reason, HasSubstr("session_cookie"));
  EXPECT_THAT(failure.account->reason, Not(HasSubstr("abc.dead")));
  EXPECT_EQ(sign_ins(), 0u);
}

TEST_F(SessionTest, does_not_trust_a_session_that_it_cannot_look_at) {
  with_pasted(fake_.open_session(kEmail));
  fake_.reply_to("/api/auth/get-session", {503, "down", "text/plain"});
  const auto failure = refusal();
  EXPECT_EQ(failure.act, Act::once);
  EXPECT_EQ(failure.scope, Scope::host);
  EXPECT_FALSE(failure.account) << "nothing is known of it";
  EXPECT_TRUE(failure.transport_fault);
  EXPECT_EQ(failure.status, 503);
  EXPECT_FALSE(failure.slot_unsure);
}

// --- what outlives the process

TEST_F(SessionTest, is_kept_and_found_again_by_the_next_process) {
  with_password();
  const auto first = sent();
  ASSERT_EQ(keeper_.kept.size(), 1u);
  with_password();
  EXPECT_EQ(sent(), first);
  EXPECT_EQ(sign_ins(), 1u);
  EXPECT_EQ(checks(), 2u) << "it is looked at before it is believed";
}

TEST_F(SessionTest, signs_in_where_the_kept_one_is_dead) {
  with_password();
  ASSERT_TRUE(cookie());
  fake_.drop_sessions();
  with_password();
  clock_.advance(5s);
  const auto second = sent();
  EXPECT_EQ(sign_ins(), 2u);
  EXPECT_THAT(keeper_.kept.at({"acc_me"}).reveal(), HasSubstr(second));
}

TEST_F(SessionTest, does_not_use_the_kept_session_of_another_login) {
  with_password();
  ASSERT_TRUE(cookie());
  with_password("another");
  clock_.advance(5s);
  EXPECT_EQ(finding().state, AccountState::needs_sign_in);
  EXPECT_EQ(sign_ins(), 2u);
}

TEST_F(SessionTest, does_not_send_the_kept_session_to_another_server) {
  with_password();
  const auto first = sent();
  FakeDreamifly elsewhere(fake_options());
  elsewhere.set_account({.email = kEmail});
  elsewhere.open_session(kEmail);  // so that its next one differs
  with_password();
  options_.base_url = elsewhere.base_url();
  clock_.advance(5s);
  ASSERT_TRUE(cookie());
  EXPECT_EQ(elsewhere.sign_ins().size(), 1u);
  for (const auto& call : elsewhere.session_checks()) EXPECT_NE(call.cookie, first);
}

TEST_F(SessionTest, asks_the_keeper_once_and_never_for_a_pasted_one) {
  with_password("wrong");
  refusal();
  clock_.advance(5s);
  refusal();
  EXPECT_EQ(keeper_.loads, 1);
  with_pasted(fake_.open_session(kEmail));
  ASSERT_TRUE(cookie());
  EXPECT_EQ(keeper_.loads, 1);
  EXPECT_TRUE(keeper_.kept.empty());
}

TEST_F(SessionTest, survives_nonsense_that_was_kept) {
  for (const auto* text : {"", "nonsense", "\n\n"}) {
    keeper_.kept.insert_or_assign(AccountId{"acc_me"}, Secret(text));
    with_password();
    clock_.advance(5s);
    EXPECT_TRUE(cookie()) << text;
  }
}

TEST_F(SessionTest, wants_a_look_once_a_day) {
  with_password();
  EXPECT_TRUE(session_->wants_warming());
  ASSERT_TRUE(cookie());
  EXPECT_FALSE(session_->wants_warming());
  clock_.advance(24h);
  EXPECT_TRUE(session_->wants_warming());
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
