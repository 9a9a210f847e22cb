#include "api/admin/accounts_wire.hpp"

#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <string>

namespace gw::api {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

TEST(AccountBodies, ANewOne) {
  const auto read = parse_new_account(
      R"({"provider":"gallery","label":"安","credentials":{"email":"a@example.com","password":null},)"
      R"("weight":3,"parallel":2,"models":["oil"],"enabled":false})");
  ASSERT_TRUE(read) << read.error().message();
  EXPECT_EQ(read->provider, "gallery");
  EXPECT_EQ(read->label, "安");
  EXPECT_TRUE(read->credentials.at("email").equals("a@example.com"));
  EXPECT_FALSE(read->credentials.contains("password"));
  EXPECT_EQ(read->weight, 3);
  EXPECT_EQ(read->parallel, 2);
  EXPECT_EQ(read->models, std::vector<std::string>{"oil"});
  EXPECT_FALSE(read->enabled);
  EXPECT_EQ(read->origin, AccountOrigin::admin);
}

TEST(AccountBodies, WhatIsNotSaidHasADefault) {
  const auto read = parse_new_account(R"({"provider":"gallery"})");
  EXPECT_EQ(read->weight, 1);
  EXPECT_EQ(read->parallel, 0);
  EXPECT_TRUE(read->enabled);
  const auto change = parse_account_change("{}");
  EXPECT_FALSE(change->label || change->weight || change->parallel || change->models ||
               change->enabled);
}

TEST(AccountBodies, AChangeMayForgetACredential) {
  const auto change =
      parse_account_change(R"({"credentials":{"email":"b","session_cookie":null}})");
  ASSERT_TRUE(change);
  EXPECT_TRUE(change->credentials.at("email")->equals("b"));
  EXPECT_FALSE(change->credentials.at("session_cookie"));
}

TEST(AccountBodies, NameWhatIsWrongAndRepeatNoSecret) {
  const auto wrong = [](std::string fields) {
    const auto read = parse_new_account(R"({"provider":"gallery",)" + fields + "}");
    if (read) return std::string("nothing");
    EXPECT_EQ(read.error().kind(), ErrorKind::invalid_request);
    EXPECT_THAT(read.error().message(), Not(HasSubstr("hunter2")));
    return read.error().param();
  };
  EXPECT_EQ(wrong(R"("weight":0)"), "weight");
  EXPECT_EQ(wrong(R"("weight":101)"), "weight");
  EXPECT_EQ(wrong(R"("parallel":-1)"), "parallel");
  EXPECT_EQ(wrong(R"("models":"oil")"), "models");
  EXPECT_EQ(wrong(R"("models":[""])"), "models");
  EXPECT_EQ(wrong(R"("label":"two\nlines")"), "label");
  EXPECT_EQ(wrong(R"("credentials":["hunter2"])"), "credentials");
  EXPECT_EQ(wrong(R"("credentials":{"hunter2 ":"x"})"), "credentials");
  EXPECT_EQ(wrong(R"("credentials":{"password":"hunter2\r\nX: y"})"), "credentials.password");
  EXPECT_EQ(wrong(R"("credentials":{"password":""})"), "credentials.password");
  EXPECT_EQ(wrong(R"("credentials":{"password":7})"), "credentials.password");
  EXPECT_EQ(wrong(R"("state":"ready")"), "state");
  EXPECT_EQ(wrong(R"("id":"acc_x")"), "id");
  EXPECT_EQ(parse_new_account("{}").error().param(), "provider");
  EXPECT_EQ(parse_account_change(R"({"provider":"other"})").error().param(), "provider");
}

TEST(AccountJson, SaysWhichCredentialsThereAreAndNoMore) {
  AccountEntry entry;
  auto& account = entry.settings;
  account.id = AccountId{"acc_1"};
  account.provider = "gallery";
  account.label = "Ann";
  account.credentials.emplace("email", Secret("ann@example.com"));
  account.credentials.emplace("password", Secret("hunter2"));
  account.models = {"oil"};
  entry.view.state = AccountState::resting;
  entry.view.reason = "used up";
  entry.view.until = WallTime(1'700'000'000s);
  entry.view.leases = 1;
  entry.view.allowance =
      Allowance{.points = 7, .drawn_today = std::nullopt, .daily_limit = 20, .read = WallTime(5s)};
  const auto text = boost::json::serialize(account_json(entry));
  EXPECT_EQ(text, R"({"id":"acc_1","object":"admin.account","provider":"gallery","label":"Ann",)"
                  R"("origin":"config","enabled":true,"weight":1,"parallel":0,"models":["oil"],)"
                  R"("credentials":["email","password"],"state":"resting","reason":"used up",)"
                  R"("until":1700000000,"leases":1,"allowance":{"points":7,"drawn_today":null,)"
                  R"("daily_limit":20,"read_at":5},"last_used_at":null})");
  EXPECT_THAT(text, Not(HasSubstr("ann@example.com")));
  EXPECT_THAT(text, Not(HasSubstr("hunter2")));
}

}  // namespace
}  // namespace gw::api
