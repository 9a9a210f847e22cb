#include "http/body_memory.hpp"

#include <gtest/gtest.h>

#include <utility>

namespace gw::http {
namespace {

using Share = BodyMemory::Share;

TEST(BodyMemory, IsSharedUntilItIsFull) {
  BodyMemory memory(100);
  Share one(memory);
  Share other(memory);
  EXPECT_TRUE(one.grow_to(60));
  EXPECT_FALSE(other.grow_to(41));
  EXPECT_TRUE(other.grow_to(40));
  EXPECT_EQ(memory.used(), 100u);
}

TEST(BodyMemory, AShareThatDidNotGrowIsAsItWas) {
  BodyMemory memory(100);
  Share share(memory);
  ASSERT_TRUE(share.grow_to(60));
  EXPECT_FALSE(share.grow_to(101));
  EXPECT_TRUE(share.grow_to(50));
  EXPECT_EQ(memory.used(), 60u);
}

TEST(BodyMemory, ComesBackOnceHoweverAShareMoves) {
  BodyMemory memory(100);
  {
    Share first(memory);
    ASSERT_TRUE(first.grow_to(70));
    Share second = std::move(first);
    Share third;
    third = std::move(second);
    EXPECT_EQ(memory.used(), 70u);
  }
  EXPECT_EQ(memory.used(), 0u);
}

TEST(BodyMemory, AShareOfNoneHasNoRoom) {
  Share none;
  EXPECT_TRUE(none.grow_to(0));
  EXPECT_FALSE(none.grow_to(1));
}

}  // namespace
}  // namespace gw::http
