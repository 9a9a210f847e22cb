#include "core/engine/host_door.hpp"

#include <gtest/gtest.h>

namespace gw {
namespace {

using namespace std::chrono_literals;

const SteadyTime kNow{1000s};
constexpr auto kHold = 120s;

HostShut down(std::chrono::milliseconds time) {
  return {.reason = Error(ErrorKind::upstream_unavailable, "down"), .for_at_least = time};
}
HostShut challenged() {
  return {.reason = Error(ErrorKind::upstream_challenged, "challenged"), .by_edge = true};
}

TEST(HostDoor, IsOpenFromTheStart) {
  HostDoor door;
  EXPECT_TRUE(door.lets_through(kNow));
  EXPECT_FALSE(door.pass(kNow)) << "nothing hangs on this one";
  EXPECT_EQ(door.next_change(kNow, kHold), std::nullopt);
}

TEST(HostDoor, LetsOneTryWhenItsTimeIsOver) {
  HostDoor door;
  door.shut(down(15s), kNow);
  EXPECT_FALSE(door.lets_through(kNow + 14s));
  EXPECT_EQ(door.next_change(kNow, kHold), kNow + 15s);
  EXPECT_TRUE(door.lets_through(kNow + 15s));
  EXPECT_TRUE(door.pass(kNow + 15s));
  EXPECT_FALSE(door.lets_through(kNow + 16s)) << "one at a time";
  door.undecided();
  EXPECT_TRUE(door.pass(kNow + 16s));
  door.open();
  EXPECT_TRUE(door.lets_through(kNow + 17s));
  EXPECT_FALSE(door.pass(kNow + 17s));
}

TEST(HostDoor, StaysShutUntilSomebodyActs) {
  HostDoor door;
  door.shut(challenged(), kNow);
  EXPECT_FALSE(door.lets_through(kNow + 24h));
  door.shut(down(14s), kNow + 1s);
  EXPECT_FALSE(door.lets_through(kNow + 24h)) << "passing trouble must not end it";
  EXPECT_EQ(door.reason()->kind(), ErrorKind::upstream_challenged);
  door.try_one(kNow + 25h);
  EXPECT_TRUE(door.pass(kNow + 25h));
}

TEST(HostDoor, IsNeverShutForShorterThanItWas) {
  HostDoor door;
  door.shut(down(60s), kNow);
  door.shut(down(15s), kNow);
  EXPECT_FALSE(door.lets_through(kNow + 59s));
}

TEST(HostDoor, IsTheEdgesWhileItsReasonIs) {
  HostDoor door;
  EXPECT_FALSE(door.by_edge());
  door.shut(challenged(), kNow);
  door.shut(down(60s), kNow);
  EXPECT_TRUE(door.by_edge());
  door.open();
  EXPECT_FALSE(door.by_edge());
  door.shut(down(60s), kNow);
  EXPECT_FALSE(door.by_edge());
  door.shut(challenged(), kNow);
  EXPECT_TRUE(door.by_edge());
}

TEST(HostDoor, ShutsAgainWhenTheTrialGoesWrong) {
  HostDoor door;
  door.shut(down(15s), kNow);
  EXPECT_TRUE(door.pass(kNow + 15s));
  door.shut(down(29s), kNow + 16s);
  EXPECT_FALSE(door.lets_through(kNow + 44s));
  EXPECT_TRUE(door.pass(kNow + 45s));
}

TEST(HostDoor, SaysWhenToComeBack) {
  HostDoor door;
  door.shut(down(15s), kNow);
  EXPECT_EQ(door.refusal(kNow + 5s).retry_after(), 10s);
  door.shut(down(10min), kNow);
  EXPECT_EQ(door.refusal(kNow).retry_after(), 60s);
  HostDoor for_good;
  for_good.shut(challenged(), kNow);
  EXPECT_EQ(for_good.refusal(kNow).retry_after(), 60s);
}

TEST(HostDoor, HoldsFromTheFirstTimeItShut) {
  HostDoor door;
  door.shut(down(15s), kNow);
  EXPECT_TRUE(door.pass(kNow + 15s));
  door.shut(down(280s), kNow + 20s);
  EXPECT_FALSE(door.hold_is_over(kNow + 119s, kHold));
  EXPECT_EQ(door.next_change(kNow + 20s, kHold), kNow + 120s);
  EXPECT_TRUE(door.hold_is_over(kNow + 120s, kHold));
  door.open();
  EXPECT_FALSE(door.hold_is_over(kNow + 200s, kHold));
}

}  // namespace
}  // namespace gw
