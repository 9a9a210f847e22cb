#include "core/engine/byte_budget.hpp"

#include <gtest/gtest.h>

#include <memory>

namespace gw {
namespace {

TEST(ByteBudget, CountsBytesUntilTheLastHolderLetsGo) {
  ByteBudget budget(100);
  auto first = budget.charge(share(std::string(40, 'x')));
  auto second = first;
  EXPECT_EQ(budget.used(), 40u);
  first.reset();
  EXPECT_EQ(budget.used(), 40u);
  second.reset();
  EXPECT_EQ(budget.used(), 0u);
}

TEST(ByteBudget, HandsTheSameBytesOut) {
  ByteBudget budget(100);
  const auto bytes = share("picture");
  EXPECT_EQ(budget.charge(bytes).get(), bytes.get());
}

TEST(ByteBudget, IsSpentWhenItsLimitIsReached) {
  ByteBudget budget(10);
  const auto nine = budget.charge(share(std::string(9, 'x')));
  EXPECT_FALSE(budget.spent());
  const auto one = budget.charge(share("x"));
  EXPECT_TRUE(budget.spent());
}

TEST(ByteBudget, TellsAfterEachCredit) {
  ByteBudget budget(10);
  std::size_t used_then = 99;
  int credits = 0;
  budget.on_credit([&] {
    ++credits;
    used_then = budget.used();
  });
  auto bytes = budget.charge(share("picture"));
  EXPECT_EQ(credits, 0);
  bytes.reset();
  EXPECT_EQ(credits, 1);
  EXPECT_EQ(used_then, 0u);
}

TEST(ByteBudget, MayBeOutlivedByItsHolders) {
  SharedBytes bytes;
  {
    ByteBudget budget(10);
    bytes = budget.charge(share("picture"));
  }
  EXPECT_EQ(*bytes, "picture");
}

TEST(ByteBudget, LetsTheBytesThemselvesGo) {
  ByteBudget budget(10);
  auto bytes = share("picture");
  const std::weak_ptr<const std::string> watched = bytes;
  auto charged = budget.charge(std::move(bytes));
  EXPECT_FALSE(watched.expired());
  charged.reset();
  EXPECT_TRUE(watched.expired());
}

}  // namespace
}  // namespace gw
