#include "providers/dreamifly/quota.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace gw::dreamifly {
namespace {

using testing::HasSubstr;
using testing::Not;

IncomingAnswer answer(int status, std::string body, std::string type = "application/json") {
  IncomingAnswer answer;
  answer.status = status;
  answer.headers = {{"content-type", std::move(type)}};
  if (!body.empty()) answer.body.blocks = {std::move(body)};
  return answer;
}

TEST(Quota, figures_prove_the_token_and_name_the_day) {
  const auto read = read_quota(answer(200, R"({"todayCount":2,"maxDailyRequests":50})"));
  EXPECT_EQ(read.token, TokenVerdict::accepted);
  ASSERT_TRUE(read.quota);
  EXPECT_EQ(read.quota->drawn, 2);
  EXPECT_EQ(read.quota->limit, 50);
  EXPECT_FALSE(read.quota->used_up());
}

TEST(Quota, the_last_one_of_the_day_is_not_free) {
  EXPECT_FALSE((Quota{48, 50}.used_up()));
  EXPECT_TRUE((Quota{49, 50}.used_up()));
  EXPECT_FALSE((Quota{1'000, std::nullopt}.used_up()));
}

TEST(Quota, an_admin_has_no_limit) {
  const auto read = read_quota(answer(200, R"({"todayCount":2,"maxDailyRequests":null})"));
  ASSERT_TRUE(read.quota);
  EXPECT_FALSE(read.quota->limit);
}

TEST(Quota, nobody_signed_in_means_that_the_token_was_taken) {
  const auto read = read_quota(answer(401, R"({"error":"Unauthorized"})"));
  EXPECT_EQ(read.token, TokenVerdict::accepted);
  EXPECT_FALSE(read.quota);
}

TEST(Quota, tells_a_wrong_token_from_none) {
  EXPECT_EQ(read_quota(answer(401, R"({"error":"Invalid API key"})")).token, TokenVerdict::refused);
  EXPECT_EQ(read_quota(answer(401, R"({"error":"Missing or invalid Authorization header"})")).token,
            TokenVerdict::missing);
}

TEST(Quota, a_server_without_the_call_is_old_and_tells_nothing) {
  const auto read = read_quota(answer(404, "<html></html>", "text/html"));
  EXPECT_EQ(read.token, TokenVerdict::unknown);
  EXPECT_THAT(read.detail, HasSubstr("older"));
}

TEST(Quota, anything_else_tells_nothing_and_is_not_repeated) {
  for (const auto& odd :
       {answer(200, "<html>hush</html>", "text/html"), answer(200, "[\"hush\"]"),
        answer(401, R"({"error":"hush"})"), answer(500, R"({"error":"hush"})"),
        answer(403, R"({"error":"hush"})"), answer(200, ""), answer(502, "hush", "text/plain")}) {
    const auto read = read_quota(odd);
    EXPECT_EQ(read.token, TokenVerdict::unknown) << odd.status;
    EXPECT_THAT(read.detail, Not(HasSubstr("hush")));
    EXPECT_NE(read.detail, "");
  }
}

TEST(Quota, figures_without_numbers_still_prove_the_token) {
  const auto read = read_quota(answer(200, R"({"todayCount":"2"})"));
  EXPECT_EQ(read.token, TokenVerdict::accepted);
  EXPECT_FALSE(read.quota);
}

}  // namespace
}  // namespace gw::dreamifly
