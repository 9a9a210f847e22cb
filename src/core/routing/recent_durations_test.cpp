#include "core/routing/recent_durations.hpp"

#include <gtest/gtest.h>

namespace gw {
namespace {

using namespace std::chrono_literals;

class RecentDurationsTest : public testing::Test {
 protected:
  void drew(std::chrono::milliseconds took) { durations.drew(host, "Fake", took, now); }
  auto median() const { return durations.median(host, "Fake", now); }

  const HostId host{"a.example.com"};
  SteadyTime now{1h};
  RecentDurations durations;
};

TEST_F(RecentDurationsTest, NothingIsKnownBeforeTheFirst) {
  EXPECT_FALSE(median());
  drew(4s);
  EXPECT_EQ(median(), 4s);
  EXPECT_FALSE(durations.median(host, "Other", now)) << "each model by itself";
  EXPECT_FALSE(durations.median(HostId{"b.example.com"}, "Fake", now)) << "and each upstream";
}

TEST_F(RecentDurationsTest, OneThatTookVeryLongDoesNotDecide) {
  for (const auto took : {3s, 600s, 2s, 4s, 3s}) drew(took);
  EXPECT_EQ(median(), 3s);
}

TEST_F(RecentDurationsTest, TheNewestTwentyCount) {
  for (int i = 0; i < 100; ++i) drew(100s);
  for (std::size_t i = 0; i < RecentDurations::kRemembered; ++i) drew(5s);
  EXPECT_EQ(median(), 5s);
}

TEST_F(RecentDurationsTest, WhatIsOldIsForgotten) {
  drew(100s);
  now += RecentDurations::kFresh;
  drew(5s);
  EXPECT_EQ(median(), 100s) << "of two the longer";
  now += 1s;
  EXPECT_EQ(median(), 5s);
  now += RecentDurations::kFresh;
  EXPECT_FALSE(median());
}

}  // namespace
}  // namespace gw
