#include "core/engine/breaker.hpp"

#include "core/engine/retry_budget.hpp"

#include <gtest/gtest.h>

namespace gw {
namespace {

using namespace std::chrono_literals;

const SteadyTime kNow{1000s};

std::optional<std::chrono::seconds> after(Breaker& breaker, TryHealth health, int times) {
  std::optional<std::chrono::seconds> last;
  for (int i = 0; i < times; ++i) last = breaker.saw(health, kNow);
  return last;
}

TEST(Breaker, TripsAfterFaultsInARow) {
  Breaker breaker;
  EXPECT_EQ(after(breaker, TryHealth::fault, 4), std::nullopt);
  EXPECT_EQ(after(breaker, TryHealth::good, 1), std::nullopt);
  EXPECT_EQ(after(breaker, TryHealth::fault, 4), std::nullopt);
  EXPECT_EQ(after(breaker, TryHealth::fault, 1), 15s);
  EXPECT_EQ(breaker.opened(), 1u);
}

TEST(Breaker, TripsWhenHalfOfManyGoWrong) {
  Breaker breaker;
  EXPECT_EQ(after(breaker, TryHealth::failed, 20), std::nullopt);
  EXPECT_EQ(after(breaker, TryHealth::good, 29), std::nullopt);
  EXPECT_EQ(after(breaker, TryHealth::slow, 8), std::nullopt) << "28 of 57 is less than half";
  EXPECT_EQ(after(breaker, TryHealth::slow, 1), 15s);
}

TEST(Breaker, SaysNothingOfFew) {
  Breaker breaker;
  EXPECT_EQ(after(breaker, TryHealth::failed, 49), std::nullopt);
}

TEST(Breaker, ForgetsWhatWasAMinuteAgo) {
  Breaker breaker;
  EXPECT_EQ(after(breaker, TryHealth::failed, 49), std::nullopt);
  EXPECT_EQ(breaker.saw(TryHealth::failed, kNow + 60s), std::nullopt);
}

TEST(Breaker, LeavesItAloneForLongerEachTime) {
  Breaker breaker;
  EXPECT_EQ(after(breaker, TryHealth::fault, 5), 15s);
  EXPECT_EQ(breaker.still_down(), 30s);
  EXPECT_EQ(breaker.still_down(), 60s);
  for (int i = 0; i < 10; ++i) EXPECT_LE(breaker.still_down(), 300s);
  EXPECT_EQ(breaker.still_down(), 300s);
  breaker.closed();
  EXPECT_EQ(after(breaker, TryHealth::fault, 5), 15s);
}

TEST(RetryBudget, HasAlwaysAFew) {
  RetryBudget budget;
  for (int i = 0; i < 3; ++i) EXPECT_TRUE(budget.take(kNow));
  EXPECT_FALSE(budget.take(kNow));
  EXPECT_FALSE(budget.take(kNow + 59s));
  EXPECT_TRUE(budget.take(kNow + 60s));
}

TEST(RetryBudget, IsAFifthOfWhatCame) {
  RetryBudget budget;
  for (int i = 0; i < 100; ++i) budget.admitted(kNow);
  for (int i = 0; i < 20; ++i) EXPECT_TRUE(budget.take(kNow));
  EXPECT_FALSE(budget.take(kNow));
  EXPECT_EQ(budget.left(kNow), 0u);
}

}  // namespace
}  // namespace gw
