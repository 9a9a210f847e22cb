#include "app/start_message.hpp"

#include <gmock/gmock.h>

namespace gw::app {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

StartFacts facts() {
  StartFacts facts;
  facts.version = "1.2.3";
  facts.url = "http://127.0.0.1:8088";
  facts.keys.api_master = {Secret("sk-test-api"), KeyOrigin::file};
  facts.keys.admin = {Secret("sk-test-admin"), KeyOrigin::file};
  facts.keys.signing = Secret("sk-test-signing");
  facts.data_dir = "./data";
  return facts;
}

TEST(StartMessage, BeginsWithVersionAndAddress) {
  EXPECT_THAT(start_message(facts()),
              StartsWith("dreamifly-2api 1.2.3 listens on http://127.0.0.1:8088\n"));
}

TEST(StartMessage, SaysPlainlyThatTheDemoDraws) {
  const auto text = start_message(facts());

  EXPECT_THAT(text, HasSubstr("DEMO:"));
  EXPECT_THAT(text, HasSubstr("DREAMIFLY_BASE_URL"));
}

TEST(StartMessage, NamesEachUpstream) {
  auto facts = app::facts();
  facts.upstreams = {{"https://draw.example.com", 2}, {"https://api.example.com/v1", 4}};

  const auto text = start_message(facts);

  EXPECT_THAT(text, HasSubstr("drawn by https://draw.example.com, 2 at a time"));
  EXPECT_THAT(text, HasSubstr("drawn by https://api.example.com/v1, 4 at a time"));
  EXPECT_THAT(text, Not(HasSubstr("DEMO")));
}

TEST(StartMessage, ShowsKeysOnlyInTheStartThatMadeThem) {
  auto facts = app::facts();
  EXPECT_THAT(start_message(facts), Not(HasSubstr("sk-test")));

  facts.keys.api_master.origin = KeyOrigin::made;
  facts.keys.admin.origin = KeyOrigin::made;
  const auto text = start_message(facts);

  EXPECT_THAT(text, HasSubstr("API_MASTER_KEY (opens /v1), shown this once and kept in "
                              "./data/keys/api_master_key:\n  sk-test-api\n"));
  EXPECT_THAT(text, HasSubstr("  sk-test-admin\n"));
  EXPECT_THAT(text, Not(HasSubstr("signing")));
}

TEST(StartMessage, GivesALineThatWorksAsItStands) {
  auto facts = app::facts();
  EXPECT_THAT(start_message(facts), HasSubstr("Bearer $(cat ./data/keys/api_master_key)\""));

  facts.keys.api_master.origin = KeyOrigin::setting;
  EXPECT_THAT(start_message(facts), HasSubstr("Bearer $API_MASTER_KEY\""));
}

TEST(StartMessage, EndsOnATerminalWithALinkThatSignsIn) {
  auto facts = app::facts();
  facts.audience = Audience::terminal;
  facts.keys.api_master.value = Secret("a+b/c");

  EXPECT_THAT(start_message(facts), EndsWith("\n  http://127.0.0.1:8088/#key=a%2Bb%2Fc\n"));
}

TEST(StartMessage, RepeatsWarnings) {
  auto facts = app::facts();
  facts.warnings = {"no font", "few files"};

  EXPECT_THAT(start_message(facts), HasSubstr("WARNING: no font\nWARNING: few files\n"));
}

TEST(LocalUrl, IsAnAddressThatCanBeConnectedTo) {
  EXPECT_EQ(local_url("0.0.0.0", 80), "http://127.0.0.1:80");
  EXPECT_EQ(local_url("::", 80), "http://[::1]:80");
  EXPECT_EQ(local_url("192.0.2.1", 8088), "http://192.0.2.1:8088");
}

}  // namespace
}  // namespace gw::app
