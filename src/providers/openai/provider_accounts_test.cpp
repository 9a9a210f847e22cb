// Several keys behind one upstream.
#include "base/base64.hpp"
#include "providers/openai/keys.hpp"
#include "providers/openai/upstream.hpp"
#include "tests/support/fake_png.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/run.hpp"
#include "tests/support/scripted_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace gw::openai {
namespace {

using namespace std::chrono_literals;
using test::RawRequest;
using test::ScriptedAnswer;
using test::ScriptedServer;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;

struct KeyAttempt final : Attempt {
  explicit KeyAttempt(AccountId account) : who(std::move(account)) {}
  const AccountId& account() const override { return who; }
  gw::Task<void> sending() override { co_return Done(); }
  AccountId who;
};

AccountSettings key(const std::string& value) {
  AccountSettings account;
  account.credentials.emplace("api_key", Secret(value));
  return account;
}

std::string json(int status, const std::string& body, const std::string& headers = "") {
  return test::http_answer(status, body, "Content-Type: application/json\r\n" + headers);
}

std::string complaint(int status, const std::string& code, const std::string& headers = "") {
  return json(status, R"({"error":{"message":"about sk-test-one","code":")" + code + R"("}})",
              headers);
}

std::string picture() {
  return json(200, R"({"data":[{"b64_json":")" +
                       base64_encode(test::fake_png({64, 48}, "the picture")) + R"("}]})");
}

// Remembers whose connections each call goes by.
class WatchedConnections final : public StreamingHttpClient {
 public:
  explicit WatchedConnections(StreamingHttpClient& client) : client_(client) {}
  Async<Transfer> perform(OutgoingRequest request) override {
    seen.push_back(request.partition);
    return client_.perform(std::move(request));
  }
  Async<Opening> open(OutgoingRequest request) override {
    seen.push_back(request.partition);
    return client_.open(std::move(request));
  }
  std::vector<std::string> seen;

 private:
  StreamingHttpClient& client_;
};

class OpenAiKeys : public testing::Test {
 protected:
  OpenAiKeys() : server_([this](const RawRequest&, std::size_t) { return ScriptedAnswer{says_}; }) {
    options_.base_url = server_.url("/v1");
    options_.total_time = 10s;
    options_.accounts = {key("sk-test-one"), key("sk-test-two")};
    make();
  }
  void make() {
    upstream_ = make_upstream(options_, *client_, workers_, clock_);
    const auto accounts = upstream_.images->configured_accounts();
    if (accounts.size() < 2) return;
    one_ = accounts[0].id;
    two_ = accounts[1].id;
  }
  Answer draw(const AccountId& account) {
    ImageOrder order;
    order.upstream_model = "gpt-image-1";
    order.prompt = "a red apple";
    order.size = {1024, 1024};
    KeyAttempt attempt(account);
    return test::run(io_, upstream_.images->draw(order, attempt));
  }
  UpstreamFailure refusal(const std::string& says, const AccountId& account) {
    says_ = says;
    auto answer = draw(account);
    EXPECT_FALSE(answer);
    return answer ? UpstreamFailure() : std::move(answer).error();
  }
  AccountFinding check(const std::string& says) {
    says_ = says;
    return test::run(io_, upstream_.images->check_account(one_));
  }
  std::string sent() const { return server_.requests().back().header("authorization"); }

  asio::io_context io_;
  std::string says_ = picture();
  ScriptedServer server_;
  std::unique_ptr<StreamingHttpClient> client_ = make_curl_client(io_);
  WorkerPool workers_{io_.get_executor(), 1};
  test::ManualClock clock_{WallTime(1000h)};
  Options options_;
  Upstream upstream_;
  AccountId one_;
  AccountId two_;
};

TEST_F(OpenAiKeys, AreAccountsOfTheConfiguration) {
  options_.api_key = Secret("sk-test-zero");
  const auto all = accounts_of(options_);
  ASSERT_THAT(all, SizeIs(3));
  EXPECT_EQ(all[0].label, "key 1");
  EXPECT_EQ(all[1].id, one_);
  EXPECT_EQ(all[1].provider, "openai");
  EXPECT_THAT(all[1].id.value, Not(HasSubstr("one")));
}

TEST_F(OpenAiKeys, AreSentWithWhatTheyPayFor) {
  ASSERT_TRUE(draw(two_));
  EXPECT_EQ(sent(), "Bearer sk-test-two");
  ASSERT_TRUE(draw(one_));
  EXPECT_EQ(sent(), "Bearer sk-test-one");
}

TEST_F(OpenAiKeys, ThatAreNotKnownSendNothing) {
  for (const auto& account : {AccountId{"acc_gone"}, AccountId{}}) {
    const auto answer = draw(account);
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().error.kind(), ErrorKind::no_account_available);
  }
  EXPECT_THAT(server_.requests(), SizeIs(0));
}

TEST_F(OpenAiKeys, AreNotNeededEverywhere) {
  options_.accounts.clear();
  make();
  EXPECT_TRUE(upstream_.images->configured_accounts().empty());
  ASSERT_TRUE(draw({}));
  EXPECT_EQ(server_.requests().back().headers.count("authorization"), 0u);
  const auto refused = refusal(complaint(401, "invalid_api_key"), {});
  EXPECT_FALSE(refused.account);
  EXPECT_EQ(refused.act, Act::fail);
}

TEST_F(OpenAiKeys, ThatAreWrongNeedPeople) {
  const auto refused = refusal(complaint(401, "invalid_api_key"), one_);
  EXPECT_EQ(refused.act, Act::other);
  EXPECT_EQ(refused.status, 401);
  ASSERT_TRUE(refused.account);
  EXPECT_EQ(refused.account->state, AccountState::needs_sign_in);
  EXPECT_FALSE(refused.account->rest);
  EXPECT_THAT(refused.error.detail(), Not(HasSubstr("sk-test-one")));
}

TEST_F(OpenAiKeys, ThatAreSpentRestForAnHour) {
  const auto refused = refusal(complaint(429, "insufficient_quota"), one_);
  EXPECT_EQ(refused.act, Act::other);
  EXPECT_EQ(refused.account->state, AccountState::resting);
  EXPECT_EQ(refused.account->rest, 1h);
  options_.on_exhausted = OnExhausted::fail;
  make();
  EXPECT_EQ(refusal(complaint(429, "insufficient_quota"), one_).act, Act::fail);
}

TEST_F(OpenAiKeys, ThatAskTooOftenCoolAsLongAsTheyAreTold) {
  auto refused = refusal(complaint(429, "rate_limit_exceeded", "Retry-After: 7\r\n"), one_);
  EXPECT_EQ(refused.act, Act::wait);
  EXPECT_EQ(refused.account->state, AccountState::cooling);
  EXPECT_EQ(refused.account->rest, 7s);
  EXPECT_EQ(refused.scope, Scope::account);
  refused = refusal(complaint(429, "rate_limit_exceeded"), one_);
  EXPECT_FALSE(refused.account->rest) << "the pool's rule";
}

TEST_F(OpenAiKeys, AreNotToBlameForOtherRefusals) {
  for (const auto& says : {complaint(400, "moderation_blocked"), complaint(503, "queue_full"),
                           complaint(500, ""), complaint(403, "")}) {
    EXPECT_FALSE(refusal(says, one_).account) << says;
  }
}

TEST_F(OpenAiKeys, ComeAndGo) {
  auto third = key("sk-test-three");
  third.id = {"acc_third"};
  ASSERT_TRUE(upstream_.images->set_account(third));
  ASSERT_TRUE(draw({"acc_third"}));
  EXPECT_EQ(sent(), "Bearer sk-test-three");
  third.credentials["api_key"] = Secret("sk-test-four");
  ASSERT_TRUE(upstream_.images->set_account(third));
  ASSERT_TRUE(draw({"acc_third"}));
  EXPECT_EQ(sent(), "Bearer sk-test-four");
  upstream_.images->remove_account({"acc_third"});
  EXPECT_FALSE(draw({"acc_third"}));
}

TEST_F(OpenAiKeys, ThatDoNotFitAreRefusedByTheField) {
  const auto field = [&](const AccountSettings& account) {
    const auto set = upstream_.images->set_account(account);
    return set ? std::string() : set.error().param();
  };
  EXPECT_EQ(field(AccountSettings()), "credentials.api_key");
  EXPECT_EQ(field(key("two words")), "credentials.api_key");
  auto account = key("sk-test-one");
  account.credentials.emplace("email", Secret("me@example.com"));
  EXPECT_EQ(field(account), "credentials.email");
}

TEST_F(OpenAiKeys, AreCheckedByTheListOfModels) {
  EXPECT_EQ(check(json(200, R"({"data":[]})")).state, AccountState::ready);
  EXPECT_EQ(sent(), "Bearer sk-test-one");
  EXPECT_EQ(server_.requests().back().target, "/v1/models");
  EXPECT_EQ(check(json(404, "{}")).state, AccountState::ready) << "it does not tell";
  EXPECT_EQ(check(complaint(401, "invalid_api_key")).state, AccountState::needs_sign_in);
  EXPECT_EQ(check(complaint(429, "insufficient_quota")).state, AccountState::resting);
  const auto broken = check(json(502, "{}"));
  EXPECT_EQ(broken.state, AccountState::cooling);
  EXPECT_FALSE(broken.own_trouble);
}

TEST_F(OpenAiKeys, TheFirstStandsForTheUpstream) {
  says_ = json(200, R"({"data":[]})");
  EXPECT_TRUE(test::run(io_, upstream_.images->reach()));
  EXPECT_EQ(sent(), "Bearer sk-test-one");
  says_ = json(502, "{}");
  EXPECT_FALSE(test::run(io_, upstream_.images->reach()));
}

TEST_F(OpenAiKeys, GoByConnectionsOfTheirOwn) {
  WatchedConnections watched(*client_);
  upstream_ = make_upstream(options_, watched, workers_, clock_);
  ASSERT_TRUE(draw(two_));
  EXPECT_TRUE(test::run(io_, upstream_.images->reach()));
  says_ = json(200, R"({"data":[{"url":"/picture.png"}]})");
  EXPECT_FALSE(draw(two_)) << "that is no picture";
  const auto& [one, two] = std::pair(one_.value, two_.value);
  EXPECT_THAT(watched.seen, testing::ElementsAre(two, one, two, two));
}

TEST_F(OpenAiKeys, WithoutOneConnectionsAreNobodys) {
  WatchedConnections watched(*client_);
  options_.accounts.clear();
  upstream_ = make_upstream(options_, watched, workers_, clock_);
  ASSERT_TRUE(draw(AccountId()));
  EXPECT_THAT(watched.seen, testing::ElementsAre(""));
}

}  // namespace
}  // namespace gw::openai
