// Rows "lease", "send", "answer" and "unsure slot" of the design's table.
#include "core/engine/engine.hpp"
#include "tests/support/engine_rig.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>
#include <string>

namespace gw {
namespace {

using namespace std::chrono_literals;
using test::busy;
using test::EngineRig;
using test::lost;
using test::refused;
using testing::ElementsAre;

TEST(EngineSlots, NoMoreTasksRunThanTheHostHasSlots) {
  EngineRig rig(2);
  const auto first = rig.ask();
  const auto second = rig.ask();
  const auto third = rig.ask();
  EXPECT_EQ(rig.started.size(), 2u);
  EXPECT_EQ(rig.slots().held(), 2u);
  EXPECT_EQ(rig.state(third), TaskState::queued);
}

TEST(EngineSlots, TheSlotGoesBackWhenTheUpstreamHasAnsweredNotWhenThePictureIsStored) {
  EngineRig rig;
  const auto first = rig.ask();
  const auto next = rig.ask();
  rig.send(first);
  rig.answer(first);
  EXPECT_EQ(rig.state(first), TaskState::saving);
  EXPECT_EQ(rig.state(next), TaskState::leased);
}

TEST(EngineSlots, TheSlotIsHeldUntilTheUpstreamHasAnsweredWhoeverStillWaits) {
  EngineRig rig;
  const auto task = rig.ask().task();  // and the client has left
  const auto next = rig.ask({.work = 2});
  rig.engine.sending(task);
  rig.pass(60s);
  EXPECT_EQ(rig.state(next), TaskState::queued);
  rig.answer(task);
  EXPECT_EQ(rig.state(next), TaskState::leased);
}

TEST(EngineSlots, ARefusalEndsTheTaskAndFreesTheSlot) {
  EngineRig rig;
  const auto ticket = rig.ask();
  const auto next = rig.ask();
  rig.send(ticket);
  rig.fail_with(ticket, refused(ErrorKind::content_rejected));
  EXPECT_EQ(rig.state(ticket), TaskState::failed);
  ASSERT_TRUE(ticket.ready());
  EXPECT_EQ(ticket.outcome().error().kind(), ErrorKind::content_rejected);
  EXPECT_THAT(rig.journal.of(ticket.task()), ElementsAre("intent", "sent 1", "settled failed"));
  EXPECT_EQ(rig.state(next), TaskState::leased);
}

TEST(EngineSlots, ATaskMayFailBeforeItWasSent) {
  EngineRig rig;
  const auto ticket = rig.ask();
  rig.fail_with(ticket, refused());
  EXPECT_EQ(rig.state(ticket), TaskState::failed);
  EXPECT_EQ(rig.slots().free(rig.clock.now()), 1u);
}

TEST(EngineSlots, SendingTwiceInOneTryIsOneJournalLine) {
  EngineRig rig;
  const auto ticket = rig.ask();
  rig.send(ticket);
  rig.send(ticket);
  EXPECT_THAT(rig.journal.of(ticket.task()), ElementsAre("intent", "sent 1"));
  EXPECT_EQ(rig.engine.counts().sent, 1u);
}

// --- wait

TEST(EngineSlots, AfterWaitTheSameTaskIsTriedAgain) {
  EngineRig rig;
  const auto ticket = rig.ask();
  rig.send(ticket);
  rig.fail_with(ticket, busy());
  EXPECT_EQ(rig.state(ticket), TaskState::queued);
  EXPECT_FALSE(ticket.ready());
  rig.pass(3s);
  EXPECT_THAT(rig.started, ElementsAre(ticket.task(), ticket.task()));
  rig.send(ticket);
  EXPECT_THAT(rig.journal.of(ticket.task()), ElementsAre("intent", "sent 1", "intent", "sent 2"));
  EXPECT_EQ(rig.engine.counts().waits, 1u);
}

TEST(EngineSlots, WaitPausesTheWholeHost) {
  EngineRig rig(2);
  const auto ticket = rig.ask();
  rig.send(ticket);
  rig.fail_with(ticket, busy());
  const auto other = rig.ask({.caller = "bob"});
  EXPECT_EQ(rig.state(other), TaskState::queued);
  rig.pass(2999ms);
  EXPECT_EQ(rig.state(other), TaskState::queued);
  rig.pass(1ms);
  EXPECT_EQ(rig.state(other), TaskState::leased);
}

TEST(EngineSlots, WaitThatIsAboutTheRequestAloneStopsNobodyElse) {
  EngineRig rig;
  const auto ticket = rig.ask();
  auto failure = busy();
  failure.scope = Scope::request;
  rig.fail_with(ticket, failure);
  const auto other = rig.ask({.caller = "bob"});
  EXPECT_EQ(rig.state(other), TaskState::leased);
  EXPECT_EQ(rig.state(ticket), TaskState::queued);
}

TEST(EngineSlots, ThePausesGrowAndStopGrowing) {
  EngineRig rig;
  const auto ticket = rig.ask();
  for (const auto pause : {3s, 6s, 12s, 20s, 20s}) {
    const auto tries = rig.started.size();
    rig.send(ticket);
    rig.fail_with(ticket, busy());
    rig.pass(pause - 1ms);
    EXPECT_EQ(rig.started.size(), tries) << pause.count();
    rig.pass(1ms);
    EXPECT_EQ(rig.started.size(), tries + 1) << pause.count();
  }
}

TEST(EngineSlots, ALongerPauseOfTheUpstreamIsKept) {
  EngineRig rig;
  const auto ticket = rig.ask();
  auto failure = busy();
  failure.pause = 45s;
  rig.fail_with(ticket, failure);
  rig.pass(44s);
  EXPECT_EQ(rig.state(ticket), TaskState::queued);
  rig.pass(1s);
  EXPECT_EQ(rig.state(ticket), TaskState::leased);
}

TEST(EngineSlots, WhoHadToWaitKeepsItsPlace) {
  EngineRig rig;
  const auto first = rig.ask();
  const auto second = rig.ask();
  rig.send(first);
  rig.fail_with(first, busy());
  rig.pass(3s);
  EXPECT_EQ(rig.state(first), TaskState::leased);
  EXPECT_EQ(rig.state(second), TaskState::queued);
}

// Without an account there is none to sign in again, and no other one.
TEST(EngineSlots, AnActThatCannotBeFollowedEndsTheTask) {
  for (const auto act : {Act::fail, Act::relogin, Act::other}) {
    EngineRig rig;
    const auto ticket = rig.ask();
    rig.send(ticket);
    auto failure = refused();
    failure.act = act;
    rig.fail_with(ticket, failure);
    EXPECT_EQ(rig.state(ticket), TaskState::failed);
  }
}

// --- unsure slot

TEST(EngineSlots, ALostAnswerLeavesTheTaskUnknownAndItIsNotSentAgain) {
  EngineRig rig;
  const auto ticket = rig.ask();
  rig.send(ticket);
  rig.fail_with(ticket, lost());
  EXPECT_EQ(rig.state(ticket), TaskState::unknown);
  EXPECT_TRUE(ticket.ready());
  EXPECT_FALSE(ticket.outcome());
  rig.pass(600s);
  EXPECT_EQ(rig.started.size(), 1u);
  EXPECT_THAT(rig.journal.of(ticket.task()), ElementsAre("intent", "sent 1", "settled unknown"));
}

TEST(EngineSlots, WhatWasLostBeforeItWasSentIsKnownToHaveFailed) {
  EngineRig rig;
  const auto ticket = rig.ask();
  rig.fail_with(ticket, lost());
  EXPECT_EQ(rig.state(ticket), TaskState::failed);
}

TEST(EngineSlots, AnUnsureSlotIsTriedWithARealRequestAfterThirtySeconds) {
  EngineRig rig;
  const auto gone = rig.ask();
  const auto next = rig.ask({.work = 2});
  rig.send(gone);
  rig.fail_with(gone, lost());
  rig.pass(29'999ms);
  EXPECT_EQ(rig.state(next), TaskState::queued);
  rig.pass(1ms);
  EXPECT_EQ(rig.state(next), TaskState::leased);
  EXPECT_TRUE(rig.engine.record(next.task()).lease->probe);
}

TEST(EngineSlots, ASlowModelsUnsureSlotIsTriedLater) {
  EngineRig rig;
  const auto gone = rig.ask({.typical = 90s});
  const auto next = rig.ask({.work = 2});
  rig.send(gone);
  rig.fail_with(gone, lost());
  rig.pass(89s);
  EXPECT_EQ(rig.state(next), TaskState::queued);
  rig.pass(1s);
  EXPECT_EQ(rig.state(next), TaskState::leased);
}

TEST(EngineSlots, AProbeThatIsAnsweredFreesTheSlot) {
  EngineRig rig;
  const auto gone = rig.ask();
  const auto probe = rig.ask({.work = 2});
  rig.send(gone);
  rig.fail_with(gone, lost());
  rig.pass(30s);
  rig.draw(probe);
  EXPECT_EQ(rig.slots().unsure(), 0u);
  const auto next = rig.ask({.work = 3});
  EXPECT_EQ(rig.state(next), TaskState::leased);
}

TEST(EngineSlots, ARefusedProbeCostsNothingAndTheSlotIsTriedAgain) {
  EngineRig rig;
  const auto gone = rig.ask();
  const auto probe = rig.ask({.work = 2});
  rig.send(gone);
  rig.fail_with(gone, lost());
  rig.pass(30s);
  rig.send(probe);
  rig.fail_with(probe, busy());
  EXPECT_EQ(rig.state(probe), TaskState::queued);
  EXPECT_EQ(rig.slots().unsure(), 1u);
  rig.pass(29s);
  EXPECT_EQ(rig.state(probe), TaskState::queued);
  rig.pass(1s);
  EXPECT_EQ(rig.state(probe), TaskState::leased);
}

TEST(EngineSlots, OneProbeAtATime) {
  EngineRig rig(2);
  const auto gone = rig.ask();
  const auto gone_too = rig.ask({.work = 2});
  const auto first = rig.ask({.work = 3});
  const auto second = rig.ask({.work = 4});
  for (const auto* ticket : {&gone, &gone_too}) rig.send(*ticket);
  for (const auto* ticket : {&gone, &gone_too}) rig.fail_with(*ticket, lost());
  rig.pass(30s);
  rig.send(first);
  rig.pass(100s);
  EXPECT_EQ(rig.state(first), TaskState::sent);
  EXPECT_EQ(rig.state(second), TaskState::queued);
  rig.answer(first);
  EXPECT_EQ(rig.state(second), TaskState::leased);
}

TEST(EngineSlots, AfterThreeHundredAndThirtySecondsAnUnsureSlotIsFree) {
  EngineRig rig;
  {
    const auto gone = rig.ask();
    rig.send(gone);
    rig.fail_with(gone, lost());
  }
  rig.pass(330s);
  const auto next = rig.ask({.work = 2});
  EXPECT_EQ(rig.state(next), TaskState::leased);
  EXPECT_FALSE(rig.engine.record(next.task()).lease->probe);
}

TEST(EngineSlots, AProbeThatFailsBeforeItIsSentProvesNothing) {
  EngineRig rig;
  const auto gone = rig.ask();
  const auto probe = rig.ask({.work = 2});
  rig.send(gone);
  rig.fail_with(gone, lost());
  rig.pass(30s);
  rig.fail_with(probe, refused());
  EXPECT_EQ(rig.slots().unsure(), 1u);
}

// --- picture bytes

// One goes on, because what fills the budget may wait for pictures that are not drawn yet.
TEST(EngineSlots, WhileThePictureBytesAreSpentOneTaskAtATimeGoesOn) {
  EngineRig rig(2, {.max_picture_bytes = 10});
  auto first = rig.ask();
  rig.send(first);
  rig.answer(first.task(), "ten bytes!");
  const auto second = rig.ask({.work = 2});
  const auto third = rig.ask({.work = 3});
  EXPECT_EQ(rig.state(second), TaskState::queued) << "the first is being saved";
  const SharedBytes held = first.outcome().value()->picture->bytes;
  rig.save(first.task());
  EXPECT_EQ(rig.state(second), TaskState::leased);
  EXPECT_EQ(rig.state(third), TaskState::queued);
}

TEST(EngineSlots, BytesThatAreLetGoMakeRoom) {
  EngineRig rig(2, {.max_picture_bytes = 10});
  auto first = rig.ask();
  rig.send(first);
  rig.answer(first.task(), "ten bytes!");
  SharedBytes held = first.outcome().value()->picture->bytes;
  rig.save(first.task());
  const auto second = rig.ask({.work = 2});
  const auto third = rig.ask({.work = 3});
  EXPECT_EQ(rig.state(third), TaskState::queued);
  held.reset();
  EXPECT_EQ(rig.engine.pictures_in_memory().used(), 0u) << "it has its file";
  rig.engine.advance();
  EXPECT_EQ(rig.state(third), TaskState::leased);
}

TEST(EngineSlots, BytesThatAreTakenAndStoredLeaveTheMemory) {
  EngineRig rig;
  auto ticket = rig.ask();
  rig.send(ticket);
  rig.answer(ticket.task(), "ten bytes!");
  ticket.taken();
  EXPECT_EQ(rig.engine.pictures_in_memory().used(), 10u) << "not stored yet";
  rig.save(ticket.task());
  EXPECT_EQ(rig.engine.pictures_in_memory().used(), 0u);
}

TEST(EngineSlots, AResponseThatIsStillBeingWrittenKeepsItsBytesInTheBudget) {
  EngineRig rig(1, {.max_picture_bytes = 10});
  SharedBytes written;
  {
    auto ticket = rig.ask();
    rig.send(ticket);
    rig.answer(ticket.task(), "ten bytes!");
    written = ticket.outcome().value()->picture->bytes;
    rig.save(ticket.task());
    ticket.delivered();
  }
  EXPECT_EQ(rig.engine.known_tasks(), 0u);
  EXPECT_TRUE(rig.engine.pictures_in_memory().spent());
  written.reset();
  EXPECT_FALSE(rig.engine.pictures_in_memory().spent());
}

// --- illegal arrows

TEST(EngineSlots, APictureForATaskThatWasNeverSentIsABug) {
  EngineRig rig;
  const auto ticket = rig.ask();
  EXPECT_THROW(rig.answer(ticket), std::logic_error);
}

TEST(EngineSlots, ASecondAnswerIsABug) {
  EngineRig rig;
  const auto ticket = rig.ask();
  rig.send(ticket);
  rig.answer(ticket);
  EXPECT_THROW(rig.answer(ticket), std::exception);
  EXPECT_THROW(rig.fail_with(ticket, refused()), std::exception);
  EXPECT_EQ(rig.state(ticket), TaskState::saving);
  EXPECT_EQ(rig.slots().held(), 0u);
  EXPECT_EQ(rig.slots().free(rig.clock.now()), 1u);
}

TEST(EngineSlots, SendingAfterTheAnswerIsABug) {
  EngineRig rig;
  const auto ticket = rig.ask();
  rig.send(ticket);
  rig.answer(ticket);
  EXPECT_THROW(rig.send(ticket), std::logic_error);
}

TEST(EngineSlots, StoringWhatWasNotDrawnIsABug) {
  EngineRig rig;
  const auto ticket = rig.ask();
  EXPECT_THROW(rig.save(ticket.task()), std::logic_error);
}

}  // namespace
}  // namespace gw
