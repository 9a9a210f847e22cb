#include "core/engine/host_slots.hpp"

#include <gtest/gtest.h>

namespace gw {
namespace {

using namespace std::chrono_literals;

constexpr SteadyTime kNow{24h};

class HostSlotsTest : public testing::Test {
 protected:
  Lease sent(HostSlots& slots, SteadyTime now = kNow) {
    auto lease = slots.acquire(now).value();
    slots.mark_sent(lease);
    return lease;
  }
  // A slot of which nobody knows whether it is free: to be tried after 30 s, free after 330 s.
  void lose(HostSlots& slots, SteadyTime now = kNow) {
    slots.give_back_unsure(sent(slots, now), now + 30s, now + 330s);
  }

  HostSlots one{1};
  HostSlots two{2};
};

TEST_F(HostSlotsTest, GiveOutAsManyAsThereAre) {
  EXPECT_TRUE(two.acquire(kNow));
  EXPECT_TRUE(two.acquire(kNow));
  EXPECT_FALSE(two.acquire(kNow));
  EXPECT_EQ(two.held(), 2u);
  EXPECT_EQ(two.free(kNow), 0u);
}

TEST_F(HostSlotsTest, MoreOrFewerOfThemCountFromThenOn) {
  const auto first = sent(one);
  one.resize(2);
  EXPECT_EQ(one.free(kNow), 1u);
  const auto second = sent(one);
  one.resize(1);
  EXPECT_EQ(one.free(kNow), 0u);
  one.give_back(first);
  EXPECT_FALSE(one.acquire(kNow)) << "the other is out still";
  one.give_back(second);
  EXPECT_TRUE(one.acquire(kNow));
}

TEST_F(HostSlotsTest, NoProbeGoesOutBeyondASmallerLimit) {
  lose(two);
  const auto held = sent(two);
  two.resize(1);
  EXPECT_FALSE(two.acquire(kNow + 31s));
  two.give_back(held);
  EXPECT_TRUE(two.acquire(kNow + 31s));
}

TEST_F(HostSlotsTest, ASlotThatComesBackIsFree) {
  const auto lease = sent(one);
  one.give_back(lease);
  EXPECT_EQ(one.held(), 0u);
  EXPECT_EQ(one.free(kNow), 1u);
  EXPECT_TRUE(one.acquire(kNow));
}

TEST_F(HostSlotsTest, ARefusedSlotIsFreeAgain) {
  const auto lease = sent(one);
  one.give_back_refused(lease, kNow + 30s);
  EXPECT_EQ(one.unsure(), 0u);
  EXPECT_TRUE(one.acquire(kNow));
}

TEST_F(HostSlotsTest, NothingIsGivenOutDuringAPause) {
  one.pause(kNow + 5s);
  EXPECT_FALSE(one.acquire(kNow + 4s));
  EXPECT_EQ(one.free(kNow + 4s), 0u);
  EXPECT_EQ(one.next_change(kNow), kNow + 5s);
  EXPECT_TRUE(one.acquire(kNow + 5s));
}

TEST_F(HostSlotsTest, APauseIsNeverShortened) {
  one.pause(kNow + 5s);
  one.pause(kNow + 1s);
  EXPECT_FALSE(one.acquire(kNow + 4s));
}

TEST_F(HostSlotsTest, AnUnsureSlotIsTaken) {
  lose(one);
  EXPECT_EQ(one.held(), 0u);
  EXPECT_EQ(one.unsure(), 1u);
  EXPECT_EQ(one.free(kNow), 0u);
  EXPECT_FALSE(one.acquire(kNow + 29s));
}

TEST_F(HostSlotsTest, AnUnsureSlotIsTriedWithAProbeWhenItsTimeHasCome) {
  lose(one);
  EXPECT_EQ(one.next_change(kNow), kNow + 30s);
  const auto lease = one.acquire(kNow + 30s);
  ASSERT_TRUE(lease);
  EXPECT_TRUE(lease->probe);
}

TEST_F(HostSlotsTest, OneProbeAtATime) {
  lose(two);
  lose(two);
  auto probe = two.acquire(kNow + 40s).value();
  two.mark_sent(probe);
  EXPECT_FALSE(two.acquire(kNow + 50s));
  two.give_back(probe);
  EXPECT_TRUE(two.acquire(kNow + 50s));
}

TEST_F(HostSlotsTest, AProbeWaitsUntilEveryOtherLeaseWasSent) {
  lose(two);
  auto other = two.acquire(kNow + 40s).value();
  EXPECT_FALSE(other.probe);
  EXPECT_FALSE(two.acquire(kNow + 40s));
  two.mark_sent(other);
  EXPECT_TRUE(two.acquire(kNow + 40s).value().probe);
}

TEST_F(HostSlotsTest, AProbeThatWasLetInFreesTheSlot) {
  lose(one);
  one.give_back(sent(one, kNow + 30s));
  EXPECT_EQ(one.unsure(), 0u);
  EXPECT_FALSE(one.acquire(kNow + 31s).value().probe);
}

TEST_F(HostSlotsTest, AProbeProvesThatSomeSlotIsFreeSoTheLastMomentIsKept) {
  two.add_unsure(kNow + 30s, kNow + 387s);
  two.add_unsure(kNow + 30s, kNow + 337s);
  const auto probe = sent(two, kNow + 31s);
  ASSERT_TRUE(probe.probe);
  two.give_back(probe);
  EXPECT_EQ(two.unsure(), 1u);
  EXPECT_EQ(two.free(kNow + 340s), 1u) << "what runs may be the younger of the two";
  EXPECT_EQ(two.free(kNow + 387s), 2u);
}

TEST_F(HostSlotsTest, AProbeThatMayHaveSatInAnotherSlotProvesNothing) {
  lose(two);
  const auto other = sent(two, kNow + 30s);
  const auto probe = sent(two, kNow + 30s);
  two.give_back(other);
  two.give_back(probe);
  EXPECT_EQ(two.unsure(), 1u);
  EXPECT_EQ(two.free(kNow + 31s), 1u);
}

TEST_F(HostSlotsTest, ARefusedProbeMeansStillBusyAndKeepsTheLastMoment) {
  lose(one);
  const auto probe = sent(one, kNow + 30s);
  one.give_back_refused(probe, kNow + 60s);
  EXPECT_EQ(one.unsure(), 1u);
  EXPECT_FALSE(one.acquire(kNow + 59s));
  EXPECT_FALSE(one.acquire(kNow + 330s).value().probe);
}

TEST_F(HostSlotsTest, AnUnsureSlotIsFreeInTheEndWithoutProof) {
  lose(one);
  EXPECT_EQ(one.free(kNow + 330s), 1u);
  const auto lease = one.acquire(kNow + 330s);
  ASSERT_TRUE(lease);
  EXPECT_FALSE(lease->probe);
  EXPECT_EQ(one.unsure(), 0u);
}

TEST_F(HostSlotsTest, AProbeThatWasNeverSentProvesNothing) {
  lose(one);
  one.give_back_unsent(one.acquire(kNow + 30s).value(), kNow + 31s);
  EXPECT_EQ(one.held(), 0u);
  EXPECT_EQ(one.unsure(), 1u);
  EXPECT_TRUE(one.acquire(kNow + 31s).value().probe);
}

// Either the slot was busy, then the probe was refused; or it was free, then the probe may sit in
// it.
TEST_F(HostSlotsTest, ALostProbeLeavesOneUnsureSlot) {
  lose(one);
  one.give_back_unsure(sent(one, kNow + 30s), kNow + 60s, kNow + 360s);
  EXPECT_EQ(one.unsure(), 1u);
  EXPECT_EQ(one.free(kNow + 330s), 0u);
  EXPECT_EQ(one.free(kNow + 360s), 1u);
}

TEST_F(HostSlotsTest, ALeaseThatWasNotSentComesBackFree) {
  one.give_back_unsent(one.acquire(kNow).value(), kNow);
  EXPECT_EQ(one.free(kNow), 1u);
}

TEST_F(HostSlotsTest, NothingChangesByItselfWhenNothingIsUnsure) {
  sent(one);
  EXPECT_EQ(one.next_change(kNow), std::nullopt);
}

TEST_F(HostSlotsTest, WhileAProbeIsOutOnlyTheLastMomentCounts) {
  lose(two);
  lose(two, kNow + 1s);
  sent(two, kNow + 30s);
  EXPECT_EQ(two.next_change(kNow + 30s), kNow + 331s);
}

}  // namespace
}  // namespace gw
