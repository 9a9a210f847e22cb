#include "providers/common/failure.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>

namespace gw {
namespace {

std::string detail_kept(std::string detail) {
  ImageOrder order;
  order.prompt = "a red apple on a table";
  order.negative_prompt = "no worms";
  return without_prompts(Error(ErrorKind::upstream_error, "").with_detail(std::move(detail)), order)
      .detail();
}

TEST(WithoutPrompts, KeepsWhatStandsBeforeTheUpstreamsWords) {
  EXPECT_EQ(detail_kept("upstream 400: no apples today"), "upstream 400: no apples today");
  EXPECT_EQ(detail_kept("upstream 400: bad: a red apple on a ta"),
            "upstream 400: (its words repeat the prompt)");
  EXPECT_EQ(detail_kept("upstream 400: no worms"), "upstream 400: (its words repeat the prompt)");
}

TEST(WithoutPrompts, KeepsNothingWhereTheWordsStandInFront) {
  EXPECT_EQ(detail_kept("a red apple on a table"), "upstream: (its words repeat the prompt)");
  EXPECT_EQ(detail_kept("no a red apple on a table: refused"),
            "upstream: (its words repeat the prompt)");
}

TEST(WithoutPrompts, TakesNoPromptForNoMatch) {
  EXPECT_EQ(without_prompts(Error(ErrorKind::upstream_error, "").with_detail("x: y"), {}).detail(),
            "x: y");
}

TEST(AccountFinding, OfAFailureThatIsNotTheAccountsIsTheWaysTrouble) {
  auto failure = host_failure(Error(ErrorKind::upstream_error, "").with_detail("it is down"));
  EXPECT_EQ(failure.scope, Scope::host);
  const auto finding = account_finding(failure);
  EXPECT_EQ(finding.state, AccountState::cooling);
  EXPECT_FALSE(finding.own_trouble);
  EXPECT_EQ(finding.reason, "it is down");
  failure.account.emplace().state = AccountState::banned;
  EXPECT_EQ(account_finding(failure).state, AccountState::banned);
}

}  // namespace
}  // namespace gw
