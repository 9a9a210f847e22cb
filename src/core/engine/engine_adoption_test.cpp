// Row "adoption" of the design's table.
#include "core/engine/engine.hpp"
#include "tests/support/engine_rig.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <vector>

namespace gw {
namespace {

using namespace std::chrono_literals;
using test::Ask;
using test::EngineRig;
using test::lost;
using test::refused;

constexpr auto kMarked = Repeat::marked;

class EngineAdoption : public testing::Test {
 protected:
  // Tasks whose client has left, in the state of the name.
  TaskId parked(const Ask& ask = {}) {
    busy_slot = rig.ask({.caller = "somebody else", .work = 99});
    return rig.ask(ask).task();
  }
  TaskId sent(const Ask& ask = {}) {
    const auto task = rig.ask(ask).task();
    rig.engine.sending(task);
    return task;
  }
  TaskId saving(const Ask& ask = {}) {
    const auto task = sent(ask);
    rig.answer(task);
    return task;
  }
  TaskId done(const Ask& ask = {}) {
    const auto task = saving(ask);
    rig.save(task);
    return task;
  }

  EngineRig rig;
  std::optional<Ticket> busy_slot;
};

// --- without a mark

TEST_F(EngineAdoption, WithoutAMarkARepeatJoinsARunningOrphan) {
  const auto task = sent();
  const auto repeat = rig.ask();
  EXPECT_EQ(repeat.task(), task);
  EXPECT_EQ(repeat.kind(), TicketKind::adopted);
  EXPECT_EQ(rig.engine.counts().adopted, 1u);
}

TEST_F(EngineAdoption, WithoutAMarkAParkedTaskIsNotJoined) {
  const auto task = parked();
  EXPECT_NE(rig.ask().task(), task);
}

TEST_F(EngineAdoption, WithoutAMarkAFinishedTaskIsNotJoined) {
  const auto task = done();
  EXPECT_NE(rig.ask().task(), task);
}

TEST_F(EngineAdoption, WithoutAMarkTwoEqualRequestsAreTwoPictures) {
  const auto first = rig.ask();
  rig.send(first);
  const auto second = rig.ask();
  EXPECT_NE(second.task(), first.task());
  EXPECT_EQ(second.kind(), TicketKind::made);
}

// --- marked

TEST_F(EngineAdoption, AMarkedRepeatJoinsAParkedTaskAndPutsItBackInLine) {
  const auto task = parked();
  const auto repeat = rig.ask({.repeat = kMarked});
  EXPECT_EQ(repeat.task(), task);
  EXPECT_EQ(rig.state(task), TaskState::queued);
}

TEST_F(EngineAdoption, AMarkedRepeatJoinsARunningTask) {
  const auto task = sent();
  EXPECT_EQ(rig.ask({.repeat = kMarked}).task(), task);
}

TEST_F(EngineAdoption, AMarkedRepeatJoinsATaskThatIsBeingStored) {
  const auto task = saving();
  const auto repeat = rig.ask({.repeat = kMarked});
  EXPECT_EQ(repeat.task(), task);
  EXPECT_TRUE(repeat.ready());
}

TEST_F(EngineAdoption, AMarkedRepeatTakesAFinishedPicture) {
  const auto task = done();
  rig.pass(149s);
  const auto repeat = rig.ask({.repeat = kMarked});
  EXPECT_EQ(repeat.task(), task);
  ASSERT_TRUE(repeat.ready());
  EXPECT_TRUE(repeat.outcome().value()->stored);
}

TEST_F(EngineAdoption, AfterAHundredAndFiftySecondsAFinishedPictureIsNotTakenAnyMore) {
  const auto task = done();
  rig.pass(150s);
  EXPECT_NE(rig.ask({.repeat = kMarked}).task(), task);
}

TEST_F(EngineAdoption, OtherWorkIsNotJoined) {
  const auto task = sent({.work = 1});
  EXPECT_NE(rig.ask({.work = 2, .repeat = kMarked}).task(), task);
}

TEST_F(EngineAdoption, AnotherCallersWorkIsNeverJoined) {
  const auto task = sent({.caller = "alice"});
  EXPECT_NE(rig.ask({.caller = "bob", .repeat = kMarked}).task(), task);
}

TEST_F(EngineAdoption, AFailedTaskIsTriedAnew) {
  const auto failed = rig.ask();
  rig.send(failed);
  rig.fail_with(failed, refused());
  const auto repeat = rig.ask({.repeat = kMarked});
  EXPECT_NE(repeat.task(), failed.task());
}

// A proxy may keep the old connection open while the client already tries again.
TEST_F(EngineAdoption, AMarkedRepeatMayComeBeforeTheOldConnectionIsGone) {
  const auto first = rig.ask();
  const auto repeat = rig.ask({.repeat = kMarked});
  EXPECT_EQ(repeat.task(), first.task());
}

TEST_F(EngineAdoption, AThirdOneGetsATaskOfItsOwn) {
  const auto first = rig.ask();
  const auto repeat = rig.ask({.repeat = kMarked});
  const auto third = rig.ask({.repeat = kMarked});
  EXPECT_NE(third.task(), first.task());
}

TEST_F(EngineAdoption, TheOldestIsJoinedFirst) {
  const auto first = sent();
  const auto second = rig.ask({.repeat = Repeat::fresh}).task();
  EXPECT_NE(first, second);
  EXPECT_EQ(rig.ask({.repeat = kMarked}).task(), first);
}

// --- claimed once

TEST_F(EngineAdoption, AFinishedPictureIsClaimedOnce) {
  const auto task = done();
  const auto claimed = rig.ask({.repeat = kMarked});
  ASSERT_EQ(claimed.task(), task);
  EXPECT_NE(rig.ask({.repeat = kMarked}).task(), task);
}

TEST_F(EngineAdoption, ADeliveredPictureIsNotClaimedAgain) {
  const auto task = done();
  {
    auto claimed = rig.ask({.repeat = kMarked});
    ASSERT_EQ(claimed.task(), task);
    claimed.delivered();
  }
  EXPECT_NE(rig.ask({.repeat = kMarked}).task(), task);
}

TEST_F(EngineAdoption, ADeliveredPictureIsNotClaimedWhileItsFileIsBeingWritten) {
  const auto task = saving();
  {
    auto first = rig.ask({.repeat = kMarked});
    ASSERT_EQ(first.task(), task);
    first.delivered();
  }
  ASSERT_EQ(rig.state(task), TaskState::saving);
  EXPECT_NE(rig.ask().task(), task);
  EXPECT_NE(rig.ask({.repeat = kMarked}).task(), task);
}

TEST_F(EngineAdoption, WhoClaimedAndLeftWithoutItMayComeBack) {
  const auto task = done();
  {
    const auto claimed = rig.ask({.repeat = kMarked});
  }
  rig.pass(149s);
  EXPECT_EQ(rig.ask({.repeat = kMarked}).task(), task);
}

TEST_F(EngineAdoption, ARunningOrphanIsClaimedByOneUnmarkedRepeat) {
  const auto task = sent();
  const auto first = rig.ask();
  const auto second = rig.ask();
  EXPECT_EQ(first.task(), task);
  EXPECT_NE(second.task(), task);
}

TEST_F(EngineAdoption, EachPictureOfARequestJoinsItsOwn) {
  EngineRig two(2);
  std::vector<TaskId> tasks;
  for (const auto& ticket : two.try_ask({}, 2).value()) tasks.push_back(ticket.task());
  const auto repeat = two.try_ask({.repeat = kMarked}, 2).value();
  EXPECT_EQ(repeat[0].task(), tasks[0]);
  EXPECT_EQ(repeat[1].task(), tasks[1]);
}

TEST_F(EngineAdoption, WhatIsMissingOfARepeatedRequestIsDrawn) {
  EngineRig two(2);
  TaskId first;
  {
    const auto tickets = two.try_ask({}, 2).value();
    first = tickets[0].task();
    two.draw(tickets[0]);
    two.fail_with(tickets[1], refused());
  }
  const auto repeat = two.try_ask({.repeat = kMarked}, 2).value();
  EXPECT_EQ(repeat[0].task(), first);
  EXPECT_EQ(repeat[1].kind(), TicketKind::made);
}

// --- Idempotency-Key

TEST_F(EngineAdoption, TheSameKeyJoinsWhateverTheMark) {
  const Ask ask{.key = "k"};
  EXPECT_EQ(rig.ask(ask).task(), rig.ask(ask).task());
}

TEST_F(EngineAdoption, TheSameKeyJoinsAParkedTask) {
  const auto task = parked({.key = "k"});
  const auto repeat = rig.ask({.key = "k"});
  EXPECT_EQ(repeat.task(), task);
  EXPECT_EQ(rig.state(task), TaskState::queued);
}

TEST_F(EngineAdoption, TheSameKeyGetsTheSamePictureAgainAfterItsDelivery) {
  TaskId task;
  {
    auto first = rig.ask({.key = "k"});
    task = first.task();
    rig.draw(first);
    first.delivered();
  }
  rig.pass(149s);
  const auto again = rig.ask({.key = "k"});
  EXPECT_EQ(again.task(), task);
  EXPECT_TRUE(again.outcome().value()->stored);
}

TEST_F(EngineAdoption, AKeysPictureIsForgottenInTheEnd) {
  {
    auto first = rig.ask({.key = "k"});
    rig.draw(first);
    first.delivered();
  }
  rig.pass(150s);
  EXPECT_EQ(rig.engine.known_tasks(), 0u);
}

TEST_F(EngineAdoption, TheSameKeyWithAnotherRequestIsRefused) {
  const auto first = rig.ask({.work = 1, .key = "k"});
  const auto other = rig.try_ask({.work = 2, .key = "k"});
  ASSERT_FALSE(other.has_value());
  EXPECT_EQ(other.error().kind(), ErrorKind::invalid_request);
  EXPECT_EQ(other.error().param(), "Idempotency-Key");
  EXPECT_EQ(rig.engine.known_tasks(), 1u);
}

TEST_F(EngineAdoption, TheSameKeyOfAnotherCallerIsAnotherKey) {
  const auto first = rig.ask({.caller = "alice", .work = 1, .key = "k"});
  const auto other = rig.try_ask({.caller = "bob", .work = 2, .key = "k"});
  ASSERT_TRUE(other.has_value());
  EXPECT_EQ(other->front().kind(), TicketKind::made);
}

TEST_F(EngineAdoption, AKeyWhoseTaskFailedMayBeUsedForANewTry) {
  const auto failed = rig.ask({.key = "k"});
  rig.send(failed);
  rig.fail_with(failed, refused());
  const auto repeat = rig.ask({.key = "k"});
  EXPECT_EQ(repeat.kind(), TicketKind::made);
}

TEST_F(EngineAdoption, AKeyWhoseAnswerWasLostMayBeUsedForANewTry) {
  const auto unknown = rig.ask({.key = "k"});
  rig.send(unknown);
  rig.fail_with(unknown, lost());
  const auto repeat = rig.ask({.key = "k"});
  EXPECT_EQ(repeat.kind(), TicketKind::made);
}

// --- Cache-Control: no-cache

TEST_F(EngineAdoption, FreshJoinsNothing) {
  const auto task = sent();
  const auto fresh = rig.ask({.repeat = Repeat::fresh});
  EXPECT_NE(fresh.task(), task);
  EXPECT_EQ(fresh.kind(), TicketKind::made);
}

TEST_F(EngineAdoption, FreshWinsOverAKey) {
  const auto task = sent({.key = "k"});
  EXPECT_NE(rig.ask({.key = "k", .repeat = Repeat::fresh}).task(), task);
}

}  // namespace
}  // namespace gw
