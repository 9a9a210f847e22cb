// Several accounts behind one upstream.
#include "providers/dreamifly/login.hpp"
#include "providers/dreamifly/provider.hpp"
#include "tests/support/fake_dreamifly.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/run.hpp"

#include <boost/asio/co_spawn.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

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
using testing::SizeIs;

// 2026-11-22T23:17:01Z
const WallTime kServerTime{std::chrono::seconds(1'795'389'421)};
constexpr const char* kFirst = "first@example.com";
constexpr const char* kSecond = "second@example.com";

struct AccountAttempt final : Attempt {
  explicit AccountAttempt(AccountId account) : who(std::move(account)) {}
  const AccountId& account() const override { return who; }
  Task<void> sending() override {
    ++sent;
    co_return Done();
  }
  AccountId who;
  int sent = 0;
};

ImageOrder order(std::string model = "Qwen-Image", int steps = 10, ImageSize size = {64, 72}) {
  ImageOrder order;
  order.upstream_model = std::move(model);
  order.prompt = "a red apple";
  order.size = size;
  order.steps = steps;
  order.seed = 7;
  return order;
}

AccountSettings settings_of(const std::string& email, const std::string& password = "password") {
  AccountSettings account;
  account.credentials.emplace("email", Secret(email));
  account.credentials.emplace("password", Secret(password));
  return account;
}

// Remembers whose connections each call goes by.
class WatchedConnections final : public HttpClient {
 public:
  explicit WatchedConnections(HttpClient& client) : client_(client) {}
  Async<Transfer> perform(OutgoingRequest request) override {
    const auto path = request.url.find("/api/");
    if (path != std::string::npos) seen.emplace_back(request.url.substr(path), request.partition);
    return client_.perform(std::move(request));
  }
  std::vector<std::pair<std::string, std::string>> seen;

 private:
  HttpClient& client_;
};

class DreamiflyAccounts : public testing::Test {
 protected:
  void start(FakeOptions fake = {}) {
    fake.wall = [] { return kServerTime; };
    fake_ = std::make_unique<FakeDreamifly>(std::move(fake));
    fake_->set_account({.email = kFirst, .points = 30});
    fake_->set_account({.email = kSecond, .points = 1});
    options_.base_url = fake_->base_url();
    options_.site_key = Secret("test-key");
    options_.concurrency = 2;
    options_.accounts = {settings_of(kFirst), settings_of(kSecond)};
    provider_ = make_provider(options_, *client_, clock_);
    const auto accounts = provider_->configured_accounts();
    first_ = accounts.at(0).id;
    second_ = accounts.at(1).id;
  }
  Answer draw(const AccountId& account, const ImageOrder& wanted = order()) {
    AccountAttempt attempt(account);
    auto answer = test::run(io_, provider_->draw(wanted, attempt));
    sent_ = attempt.sent;
    return answer;
  }
  AccountFinding check(const AccountId& account) {
    return test::run(io_, provider_->check_account(account));
  }
  void refresh() {
    const auto done = [](Provider& provider) -> Async<bool> {
      co_await provider.refresh();
      co_return true;
    };
    test::run(io_, done(*provider_));
  }

  asio::io_context io_;
  std::unique_ptr<HttpClient> client_ = make_curl_client(io_);
  test::ManualClock clock_{kServerTime};
  std::unique_ptr<FakeDreamifly> fake_;
  Options options_;
  std::unique_ptr<Provider> provider_;
  AccountId first_;
  AccountId second_;
  int sent_ = 0;
};

TEST_F(DreamiflyAccounts, are_named_by_the_configuration) {
  start();
  options_.email = "me@example.com";
  options_.password = Secret("password");
  options_.accounts.at(0).label = "the good one";
  options_.accounts.at(0).weight = 3;
  const auto all = make_provider(options_, *client_, clock_)->configured_accounts();
  ASSERT_THAT(all, SizeIs(3));
  EXPECT_EQ(all[0].label, "me@example.com");
  EXPECT_EQ(all[1].label, "the good one");
  EXPECT_EQ(all[1].weight, 3);
  EXPECT_EQ(all[1].id, first_);
  EXPECT_EQ(all[1].provider, "dreamifly");
  EXPECT_EQ(all[2].id, second_);
}

TEST_F(DreamiflyAccounts, draw_each_for_itself) {
  start();
  ASSERT_TRUE(draw(first_));
  clock_.advance(4s);
  ASSERT_TRUE(draw(second_));
  ASSERT_TRUE(draw(first_));
  const auto calls = fake_->calls();
  ASSERT_THAT(calls, SizeIs(3));
  EXPECT_EQ(calls[0].account, kFirst);
  EXPECT_EQ(calls[1].account, kSecond);
  EXPECT_EQ(calls[2].account, kFirst);
  EXPECT_THAT(fake_->sign_ins(), SizeIs(2));
}

TEST_F(DreamiflyAccounts, sign_in_one_after_the_other) {
  start();
  ASSERT_TRUE(draw(first_));
  const auto paced = draw(second_);
  ASSERT_FALSE(paced);
  EXPECT_EQ(paced.error().act, Act::wait);
  EXPECT_EQ(paced.error().account->state, AccountState::busy);
  EXPECT_EQ(sent_, 0);
  EXPECT_THAT(fake_->sign_ins(), SizeIs(1));
}

TEST_F(DreamiflyAccounts, that_are_not_known_never_draw_as_nobody) {
  start();
  for (const auto& account : {AccountId{"acc_gone"}, AccountId{}}) {
    const auto answer = draw(account);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().error.kind(), ErrorKind::no_account_available);
    EXPECT_EQ(answer.error().act, Act::other);
  }
  EXPECT_THAT(fake_->calls(), SizeIs(0));
}

TEST_F(DreamiflyAccounts, come_and_go) {
  start();
  fake_->set_account({.email = "third@example.com"});
  auto third = settings_of("third@example.com");
  third.id = {"acc_third"};
  ASSERT_TRUE(provider_->set_account(third));
  EXPECT_TRUE(draw({"acc_third"}));
  provider_->remove_account({"acc_third"});
  EXPECT_FALSE(draw({"acc_third"}));
}

TEST_F(DreamiflyAccounts, keep_their_session_when_only_the_label_changes) {
  start();
  ASSERT_TRUE(draw(first_));
  auto again = provider_->configured_accounts().at(0);
  again.label = "another name";
  ASSERT_TRUE(provider_->set_account(again));
  ASSERT_TRUE(draw(first_));
  EXPECT_THAT(fake_->sign_ins(), SizeIs(1));
  again.credentials["password"] = Secret("wrong");
  ASSERT_TRUE(provider_->set_account(again));
  clock_.advance(5s);
  EXPECT_FALSE(draw(first_));
}

TEST_F(DreamiflyAccounts, that_do_not_fit_are_refused_by_the_field) {
  start();
  auto account = settings_of("nobody");
  account.id = {"acc_x"};
  const auto refused = provider_->set_account(account);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind(), ErrorKind::invalid_request);
  EXPECT_EQ(refused.error().param(), "credentials.email");
}

TEST_F(DreamiflyAccounts, let_another_one_have_what_they_cannot_draw) {
  start({.limits = {.account_daily = 2}});
  ASSERT_TRUE(draw(first_));
  const auto next = draw(first_);
  ASSERT_FALSE(next);
  EXPECT_EQ(next.error().act, Act::other);
  EXPECT_EQ(next.error().account->state, AccountState::resting);
  EXPECT_EQ(next.error().account->rest, 16h + 43min - 1s);
  EXPECT_EQ(next.error().account->allowance->drawn_today, 2);
  EXPECT_EQ(next.error().account->allowance->daily_limit, 1);
  options_.on_exhausted = OnExhausted::fail;
  provider_ = make_provider(options_, *client_, clock_);
  EXPECT_EQ(provider_->on_exhausted(), OnExhausted::fail);
  clock_.advance(5s);
  const auto failed = draw(first_);
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().act, Act::fail);
  EXPECT_EQ(failed.error().account->state, AccountState::resting);
}

TEST_F(DreamiflyAccounts, learn_that_they_have_too_few_points) {
  start({.prices = {{"Z-Image-Turbo", 3}}});
  const auto refused = draw(second_, order("Z-Image-Turbo", 20));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().error.kind(), ErrorKind::quota_exhausted);
  EXPECT_EQ(refused.error().act, Act::other);
  EXPECT_TRUE(refused.error().unpaid);
  ASSERT_TRUE(refused.error().account);
  EXPECT_EQ(refused.error().account->state, AccountState::ready);
  EXPECT_EQ(refused.error().account->allowance->points, 2);
  EXPECT_EQ(refused.error().account->allowance->drawn_today, std::nullopt);
}

TEST_F(DreamiflyAccounts, say_nothing_of_a_login_that_was_replaced_meanwhile) {
  WatchedConnections watched(*client_);
  start();
  provider_ = make_provider(options_, watched, clock_);
  fake_->set_account({.email = kFirst, .standing = FakeAccount::Standing::unverified});
  AccountAttempt attempt(first_);
  const auto wanted = order();
  std::optional<Answer> answer;
  asio::co_spawn(io_.get_executor(), provider_->draw(wanted, attempt),
                 [&](std::exception_ptr, Answer drawn) { answer = std::move(drawn); });
  while (watched.seen.empty()) io_.run_one();  // it is on its way to sign in
  auto mended = settings_of(kSecond);
  mended.id = first_;
  ASSERT_TRUE(provider_->set_account(mended));
  io_.restart();
  io_.run();
  ASSERT_TRUE(answer);
  ASSERT_FALSE(*answer);
  EXPECT_FALSE(answer->error().account);
}

// --- checks

TEST_F(DreamiflyAccounts, tell_what_they_may_still_draw) {
  start({.limits = {.account_daily = 50}});
  ASSERT_TRUE(draw(first_));
  const auto found = check(first_);
  EXPECT_EQ(found.state, AccountState::ready) << found.reason;
  ASSERT_TRUE(found.allowance);
  EXPECT_EQ(found.allowance->points, 30);
  EXPECT_EQ(found.allowance->drawn_today, 1);
  EXPECT_EQ(found.allowance->daily_limit, 49) << "the last one is refused";
  EXPECT_EQ(found.allowance->read, clock_.wall());
  EXPECT_EQ(found.rest, 16h + 43min - 1s) << "16:00 UTC";
  EXPECT_THAT(fake_->calls(), SizeIs(1)) << "a check counts nothing";
}

TEST_F(DreamiflyAccounts, rest_when_neither_pictures_nor_points_are_left) {
  start({.limits = {.account_daily = 2}});
  fake_->set_account({.email = kFirst, .points = 0});
  ASSERT_TRUE(draw(first_));
  const auto used_up = check(first_);
  EXPECT_EQ(used_up.state, AccountState::resting);
  EXPECT_EQ(used_up.rest, 16h + 43min - 1s);
  fake_->set_account({.email = kFirst, .points = 5});
  EXPECT_EQ(check(first_).state, AccountState::ready);
}

TEST_F(DreamiflyAccounts, are_found_to_be_what_they_are) {
  start();
  fake_->set_account({.email = kFirst, .standing = FakeAccount::Standing::banned});
  EXPECT_EQ(check(first_).state, AccountState::banned);
  fake_->set_account({.email = kSecond, .password = "changed"});
  clock_.advance(5s);
  EXPECT_EQ(check(second_).state, AccountState::needs_sign_in);
  EXPECT_EQ(check({"acc_gone"}).state, AccountState::ready);
}

TEST_F(DreamiflyAccounts, are_not_to_blame_for_the_way) {
  start();
  fake_->reply_to("/api/auth/get-session", {502, "bad gateway", "text/plain"});
  const auto found = check(first_);
  EXPECT_EQ(found.state, AccountState::cooling);
  EXPECT_FALSE(found.own_trouble);
  EXPECT_THAT(found.reason, HasSubstr("get-session"));
}

TEST_F(DreamiflyAccounts, are_ready_where_the_server_is_too_old_to_tell_more) {
  start();
  for (const auto* path : {"/api/user/quota", "/api/points/balance"})
    fake_->reply_to(path, {404, "<html>not found</html>", "text/html"});
  const auto found = check(first_);
  EXPECT_EQ(found.state, AccountState::ready);
  EXPECT_FALSE(found.allowance);
}

TEST_F(DreamiflyAccounts, are_kept_alive_one_after_the_other) {
  start();
  refresh();
  EXPECT_THAT(fake_->sign_ins(), SizeIs(1));
  clock_.advance(1min);
  refresh();
  EXPECT_THAT(fake_->sign_ins(), SizeIs(2));
  clock_.advance(1min);
  refresh();
  EXPECT_THAT(fake_->session_checks(), SizeIs(2)) << "tomorrow again";
}

TEST_F(DreamiflyAccounts, that_are_refused_ahead_of_need_are_not_asked_for_again) {
  start();
  for (const auto* email : {kFirst, kSecond})
    fake_->set_account({.email = email, .password = "changed"});
  refresh();
  clock_.advance(5s);
  refresh();
  for (int i = 0; i < 3; ++i) {
    clock_.advance(24h);
    refresh();
  }
  EXPECT_THAT(fake_->sign_ins(), SizeIs(2));
  const auto refused = draw(first_);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().account->state, AccountState::needs_sign_in);
  EXPECT_THAT(fake_->sign_ins(), SizeIs(2)) << "it was known";
  EXPECT_EQ(check(first_).state, AccountState::needs_sign_in);
  EXPECT_THAT(fake_->sign_ins(), SizeIs(3)) << "somebody wanted to know again";
}

// --- prices

TEST_F(DreamiflyAccounts, pay_what_the_server_says) {
  start({.prices = {{"Z-Image-Turbo", 7}}});
  EXPECT_EQ(provider_->price(order("Z-Image-Turbo"))->full, 3) << "the default";
  EXPECT_TRUE(provider_->price(order("Z-Image", 20)));
  refresh();
  const auto price = provider_->price(order("Z-Image-Turbo", 20));
  ASSERT_TRUE(price);
  EXPECT_EQ(price->full, 14);
  EXPECT_EQ(price->within_allowance, 7);
  EXPECT_FALSE(provider_->price(order("Z-Image", 20))) << "free on this server";
}

TEST_F(DreamiflyAccounts, pay_the_price_that_was_foretold) {
  start({.limits = {.account_daily = 3}, .prices = {{"Z-Image-Turbo", 3}}});
  refresh();
  clock_.advance(5s);
  const auto large = order("Z-Image-Turbo", 20, {1416, 1416});
  auto left = fake_->points(kFirst);
  const auto price = provider_->price(large);
  ASSERT_TRUE(price && price->doubled_by_size);
  for (int i = 0; i < 2; ++i) {
    ASSERT_TRUE(draw(first_, large));
    left -= price->within_allowance;
    EXPECT_EQ(fake_->points(kFirst), left);
  }
  ASSERT_TRUE(draw(first_, large));
  EXPECT_EQ(fake_->points(kFirst), left - price->full);
}

TEST_F(DreamiflyAccounts, pay_nothing_to_a_server_that_is_older_than_points) {
  start();
  for (const auto* model : {"Qwen-Image", "Wai-SDXL-V150"})
    fake_->reply_to(std::string("/api/points/model-base-cost?modelId=") + model,
                    {404, "<html>not found</html>", "text/html"});
  refresh();
  EXPECT_FALSE(provider_->price(order("Z-Image", 20)));
}

TEST_F(DreamiflyAccounts, keep_the_known_prices_when_they_cannot_be_read) {
  start({.prices = {{"Z-Image", 20}}});
  for (const auto* model : {"Qwen-Image", "Wai-SDXL-V150"})
    fake_->reply_to(std::string("/api/points/model-base-cost?modelId=") + model,
                    {500, R"({"error":"x"})", "application/json"});
  refresh();
  EXPECT_EQ(provider_->price(order("Z-Image", 20))->full, 12);
}

// --- connections

TEST_F(DreamiflyAccounts, go_by_connections_of_their_own) {
  WatchedConnections watched(*client_);
  start();
  provider_ = make_provider(options_, watched, clock_);
  ASSERT_TRUE(draw(first_));
  const auto nobodys = testing::Pair("/api/time", "");
  const auto by_first = [&](const char* path) { return testing::Pair(path, first_.value); };
  EXPECT_THAT(watched.seen, testing::UnorderedElementsAre(
                                nobodys, by_first("/api/auth/sign-in/email"),
                                by_first("/api/auth/get-session"), by_first("/api/generate")));
  watched.seen.clear();
  clock_.advance(10s);  // between two sign-ins
  check(second_);
  EXPECT_THAT(watched.seen, SizeIs(4));
  for (const auto& [path, partition] : watched.seen) EXPECT_EQ(partition, second_.value) << path;
}

// --- reach

TEST_F(DreamiflyAccounts, do_not_matter_to_whether_the_server_answers) {
  start();
  EXPECT_TRUE(test::run(io_, provider_->reach()));
  fake_->reply_to("/api/models", {502, "bad gateway", "text/plain"});
  const auto gone = test::run(io_, provider_->reach());
  ASSERT_FALSE(gone);
  EXPECT_THAT(gone.error().detail(), HasSubstr("502"));
  EXPECT_THAT(fake_->sign_ins(), SizeIs(0));
}

}  // namespace
}  // namespace gw::dreamifly
