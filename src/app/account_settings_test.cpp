#include "app/account_settings.hpp"

#include "app/config_load.hpp"
#include "app/config_sources.hpp"

#include <gmock/gmock.h>

#include <map>
#include <string>
#include <utility>

namespace gw::app {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

std::string refused(std::string_view text) {
  const auto accounts = parse_dreamifly_accounts(text);
  return accounts ? "taken" : accounts.error();
}

TEST(AccountSettings, AreReadWithAllTheirMembers) {
  const auto accounts = parse_dreamifly_accounts(R"([
      {"label": "the first", "email": "me@example.com", "password": "hush", "weight": 3,
       "parallel": 2, "models": ["Qwen-Image", "Z-Image"]},
      {"session_cookie": "abc.def"}])");
  ASSERT_TRUE(accounts) << accounts.error();
  ASSERT_EQ(accounts->size(), 2u);
  const auto& first = accounts->at(0);
  EXPECT_EQ(first.label, "the first");
  EXPECT_EQ(first.credentials.at("email").reveal(), "me@example.com");
  EXPECT_EQ(first.credentials.at("password").reveal(), "hush");
  EXPECT_EQ(first.weight, 3);
  EXPECT_EQ(first.parallel, 2);
  EXPECT_THAT(first.models, ElementsAre("Qwen-Image", "Z-Image"));
  EXPECT_EQ(accounts->at(1).weight, 1);
  EXPECT_EQ(accounts->at(1).parallel, 0);
}

TEST(AccountSettings, OfTheOtherUpstreamAreKeys) {
  const auto accounts = parse_openai_accounts(R"([{"api_key": "sk-test-1", "label": "one"}])");
  ASSERT_TRUE(accounts) << accounts.error();
  EXPECT_EQ(accounts->at(0).credentials.at("api_key").reveal(), "sk-test-1");
  EXPECT_THAT(parse_openai_accounts(R"([{"email": "me@example.com"}])").error(),
              HasSubstr("[0].email is not known"));
}

TEST(AccountSettings, ThatAreWrongAreAllNamedByTheirPlace) {
  EXPECT_THAT(refused("{}"), HasSubstr("must be a list"));
  EXPECT_THAT(refused("nonsense"), HasSubstr("must be a list"));
  EXPECT_THAT(refused("[7]"), HasSubstr("[0] must be a map"));
  EXPECT_THAT(
      refused(R"([{"email": "me@example.com", "password": "p", "weight": 101},
                  {"email": "you@example.com"},
                  {"email": "nobody", "password": "p"},
                  {"email": "me@example.com", "password": 12345678},
                  {"email": "me@example.com", "password": "p", "colour": "red"},
                  {"email": "me@example.com", "password": "p", "parallel": -1, "models": []}])"),
      AllOf(HasSubstr("[0].weight must be a whole number from 1 to 100"),
            HasSubstr("[1].password: it is missing"), HasSubstr("[2].email: it is no e-mail"),
            HasSubstr("[3].password must be a text; write a number in quotes"),
            HasSubstr("[4].colour is not known"), HasSubstr("[5].parallel must be"),
            HasSubstr("[5].models must be a list")));
}

TEST(AccountSettings, NeverRepeatACredential) {
  for (const auto* text :
       {R"([{"email": "hush", "password": "hush"}])", R"([{"session_cookie": "hush = hush;"}])",
        R"([{"email": "me@example.com", "password": "hush", "session_cookie": "hush.hush"}])"}) {
    EXPECT_THAT(refused(text), AllOf(Not(HasSubstr("hush")), HasSubstr("[0]")));
  }
  EXPECT_EQ(show_accounts(*parse_dreamifly_accounts(R"([{"session_cookie": "abc.def"}])")),
            "1 account");
  EXPECT_EQ(show_accounts({}), "");
}

TEST(OnExhausted, IsNextOrFail) {
  EXPECT_EQ(parse_on_exhausted("next"), OnExhausted::next);
  EXPECT_EQ(parse_on_exhausted("fail"), OnExhausted::fail);
  EXPECT_THAT(parse_on_exhausted("later").error(), HasSubstr("next or fail"));
}

// --- with the other settings

ConfigInputs inputs(std::map<std::string, std::string> environment) {
  ConfigInputs inputs;
  inputs.directory = "/nowhere";
  environment.emplace("DREAMIFLY_BASE_URL", "https://draw.example.com");
  environment.emplace("DREAMIFLY_SITE_KEY", "site");
  inputs.environment = std::move(environment);
  return inputs;
}

std::string problems(std::map<std::string, std::string> environment) {
  const auto loaded = load_config(inputs(std::move(environment)));
  return loaded ? "" : render_problems(loaded.error().problems);
}

TEST(AccountSettings, StandBesideTheSingleOne) {
  const auto loaded = load_config(
      inputs({{"DREAMIFLY_EMAIL", "me@example.com"},
              {"DREAMIFLY_PASSWORD", "hush"},
              {"DREAMIFLY_ACCOUNTS", R"([{"email": "you@example.com", "password": "hush"}])"},
              {"DREAMIFLY_ON_EXHAUSTED", "fail"}}));
  ASSERT_TRUE(loaded) << render_problems(loaded.error().problems);
  EXPECT_EQ(loaded->config.dreamifly->accounts.size(), 1u);
  EXPECT_EQ(loaded->config.dreamifly->on_exhausted, OnExhausted::fail);
  EXPECT_EQ(loaded->find("DREAMIFLY_ACCOUNTS")->value, "1 account");
}

TEST(AccountSettings, CountAsALogin) {
  const auto loaded =
      load_config(inputs({{"DREAMIFLY_ACCOUNTS", R"([{"session_cookie": "abc.def"}])"}}));
  ASSERT_TRUE(loaded);
  EXPECT_EQ(loaded->config.dreamifly->concurrency, 2u);
}

TEST(AccountSettings, NameNoAccountTwice) {
  EXPECT_THAT(problems({{"DREAMIFLY_EMAIL", "me@example.com"},
                        {"DREAMIFLY_PASSWORD", "hush"},
                        {"DREAMIFLY_ACCOUNTS",
                         R"([{"email": "you@example.com", "password": "hush"},
                             {"email": "me@example.com", "password": "hush"}])"}}),
              HasSubstr("DREAMIFLY_ACCOUNTS: names the same account twice: [1]"));
}

TEST(AccountSettings, NeedTheirServer) {
  EXPECT_THAT(problems({{"OPENAI_UPSTREAM_ACCOUNTS", R"([{"api_key": "sk-test-1"}])"}}),
              HasSubstr("OPENAI_UPSTREAM_ACCOUNTS: needs OPENAI_UPSTREAM_BASE_URL"));
}

TEST(AccountSettings, AreAListOfMapsInYaml) {
  GivenSettings given;
  gather_yaml(R"(providers:
  dreamifly:
    accounts:
      - {label: first, email: me@example.com, password: "007", weight: 2}
      - session_cookie: abc.def
        models: [Qwen-Image]
)",
              "config.yaml", given);
  EXPECT_THAT(given.problems, IsEmpty());
  const auto accounts = parse_dreamifly_accounts(given.find("DREAMIFLY_ACCOUNTS")->text);
  ASSERT_TRUE(accounts) << accounts.error();
  EXPECT_EQ(accounts->at(0).credentials.at("password").reveal(), "007");
  EXPECT_EQ(accounts->at(0).weight, 2);
  EXPECT_THAT(accounts->at(1).models, ElementsAre("Qwen-Image"));
}

}  // namespace
}  // namespace gw::app
