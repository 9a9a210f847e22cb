// Rows "deadline", "client left, queued" and "client left, sent" of the design's table, and what
// waiters see.
#include "core/engine/engine.hpp"
#include "tests/support/engine_rig.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <utility>

namespace gw {
namespace {

using namespace std::chrono_literals;
using test::busy;
using test::EngineRig;
using test::refused;
using testing::ElementsAre;

// --- what waiters see

TEST(EngineClients, WhoWaitsForThePictureDoesNotWaitForTheDisk) {
  EngineRig rig;
  const auto ticket = rig.ask();
  rig.send(ticket);
  EXPECT_FALSE(ticket.ready());
  rig.answer(ticket.task(), "bytes");
  ASSERT_TRUE(ticket.ready());
  EXPECT_EQ(rig.wakes, 1);
  EXPECT_EQ(*ticket.outcome().value()->picture->bytes, "bytes");
}

TEST(EngineClients, TheNextTaskStartsBeforeAnybodyWorksOnTheAnswer) {
  EngineRig rig;
  std::size_t started = 0;
  Wanted wanted;
  wanted.tasks.push_back(test::spec_of({}));
  wanted.wait_for = WaitFor::picture;
  wanted.wake = [&] { started = rig.started.size(); };
  const auto tickets = rig.engine.admit(std::move(wanted)).value();
  const auto next = rig.ask({.work = 2});
  rig.send(tickets.front());
  rig.answer(tickets.front());
  EXPECT_EQ(started, 2u);
}

TEST(EngineClients, WhoWaitsForTheFileIsToldWhenItIsThere) {
  EngineRig rig;
  const auto ticket = rig.ask({.wait_for = WaitFor::file});
  rig.send(ticket);
  rig.answer(ticket);
  EXPECT_FALSE(ticket.ready());
  EXPECT_EQ(rig.wakes, 0);
  rig.save(ticket.task());
  EXPECT_TRUE(ticket.ready());
  EXPECT_EQ(rig.wakes, 1);
  EXPECT_TRUE(ticket.outcome().value()->stored);
}

TEST(EngineClients, APictureThatCouldNotBeStoredIsStillThere) {
  EngineRig rig;
  const auto ticket = rig.ask({.wait_for = WaitFor::file});
  rig.send(ticket);
  rig.answer(ticket);
  rig.engine.saved(ticket.task(), fail(Error(ErrorKind::storage_unavailable, "full")));
  ASSERT_TRUE(ticket.ready());
  const auto* outcome = ticket.outcome().value();
  EXPECT_TRUE(outcome->picture);
  EXPECT_FALSE(outcome->stored);
  EXPECT_EQ(outcome->error->kind(), ErrorKind::storage_unavailable);
  EXPECT_EQ(rig.state(ticket), TaskState::done);
}

TEST(EngineClients, AMovedTicketLeavesOnce) {
  EngineRig rig;
  auto first = rig.ask();
  auto second = rig.ask({.work = 2});
  const auto running = first.task();
  const auto queued = second.task();
  second = std::move(first);
  EXPECT_EQ(rig.state(queued), TaskState::parked);
  EXPECT_EQ(second.task(), running);
  EXPECT_EQ(rig.engine.record(running).waiters.size(), 1u);
}

// --- deadline

TEST(EngineClients, TheDeadlineInTheQueueIsAQueueTimeout) {
  EngineRig rig(1, {.request_time = 100s});
  const auto running = rig.ask();
  rig.pass(1s);
  const auto ticket = rig.ask({.work = 2});
  rig.pass(99s);
  EXPECT_FALSE(ticket.ready());
  const auto wakes = rig.wakes;
  rig.pass(1s);
  ASSERT_TRUE(ticket.ready());
  EXPECT_EQ(rig.wakes, wakes + 1);
  EXPECT_EQ(ticket.outcome().error().kind(), ErrorKind::queue_timeout);
}

TEST(EngineClients, ATaskWhoseClientGotATimeoutInTheQueueFailsAndIsNotLeased) {
  EngineRig rig(1, {.request_time = 100s});
  const auto running = rig.ask();
  auto ticket = std::optional(rig.ask({.work = 2}));
  const auto task = ticket->task();
  rig.pass(100s);
  ticket.reset();
  EXPECT_THAT(rig.journal.of(task), ElementsAre("intent", "settled failed"));
  EXPECT_EQ(rig.engine.ready(rig.host), 0u);
  EXPECT_EQ(rig.engine.counts().queued, 0u);
}

TEST(EngineClients, TheDeadlineOfASentTaskIsAnUpstreamTimeout) {
  EngineRig rig(1, {.request_time = 100s});
  const auto ticket = rig.ask();
  rig.send(ticket);
  rig.pass(100s);
  ASSERT_TRUE(ticket.ready());
  EXPECT_EQ(ticket.outcome().error().kind(), ErrorKind::upstream_timeout);
}

TEST(EngineClients, ASentTaskGoesOnAfterTheDeadlineAndIsKept) {
  EngineRig rig(1, {.request_time = 100s});
  TaskId task;
  {
    const auto ticket = rig.ask();
    task = ticket.task();
    rig.send(ticket);
    rig.pass(100s);
  }
  EXPECT_EQ(rig.state(task), TaskState::sent);
  EXPECT_EQ(rig.slots().held(), 1u);
  rig.answer(task);
  rig.save(task);
  const auto repeat = rig.ask({.repeat = Repeat::marked});
  EXPECT_EQ(repeat.task(), task);
  EXPECT_TRUE(repeat.outcome().value()->stored);
}

TEST(EngineClients, TheDeadlineCoversQueueAndDrawingTogether) {
  EngineRig rig(1, {.request_time = 100s});
  const auto running = rig.ask();
  const auto ticket = rig.ask({.work = 2});
  rig.pass(60s);
  rig.draw(running);
  rig.send(ticket);
  rig.pass(40s);
  ASSERT_TRUE(ticket.ready());
  EXPECT_EQ(ticket.outcome().error().kind(), ErrorKind::upstream_timeout);
}

TEST(EngineClients, EachWaiterHasItsOwnDeadline) {
  EngineRig rig(1, {.request_time = 100s});
  const auto ticket = rig.ask();
  rig.send(ticket);
  rig.pass(60s);
  const auto repeat = rig.ask({.repeat = Repeat::marked});
  ASSERT_EQ(repeat.task(), ticket.task());
  rig.pass(40s);
  EXPECT_TRUE(ticket.ready());
  EXPECT_FALSE(repeat.ready());
  rig.answer(repeat);
  EXPECT_TRUE(repeat.outcome().has_value());
}

// The deadline of a request with several pictures comes while the early ones are held.
TEST(EngineClients, APictureThatCameFirstIsNotTakenBackByTheDeadline) {
  for (const auto wait_for : {WaitFor::picture, WaitFor::file}) {
    EngineRig rig(1, {.request_time = 100s});
    const auto ticket = rig.ask({.wait_for = wait_for});
    rig.draw(ticket);
    rig.pass(100s);
    EXPECT_TRUE(ticket.ready());
    EXPECT_TRUE(ticket.outcome().has_value());
  }
}

// Drawn, and its file is late at the deadline.
TEST(EngineClients, WhoWantsTheFileInTimeHasThePictureAtTheDeadline) {
  for (const auto wait_for : {WaitFor::file, WaitFor::file_in_time}) {
    EngineRig rig(1, {.request_time = 100s});
    const auto ticket = rig.ask({.wait_for = wait_for});
    rig.send(ticket);
    rig.answer(ticket);
    EXPECT_FALSE(ticket.ready());
    rig.pass(100s);
    EXPECT_TRUE(ticket.ready());
    EXPECT_EQ(ticket.outcome().has_value(), wait_for == WaitFor::file_in_time);
  }
}

TEST(EngineClients, AFailureThatCameFirstIsNotHiddenByTheDeadline) {
  EngineRig rig(1, {.request_time = 100s});
  const auto ticket = rig.ask();
  rig.send(ticket);
  rig.fail_with(ticket, refused(ErrorKind::content_rejected));
  rig.pass(100s);
  EXPECT_EQ(ticket.outcome().error().kind(), ErrorKind::content_rejected);
}

// --- client left, queued

TEST(EngineClients, ATaskWhoseClientLeftTheQueueIsParkedAndPassedOver) {
  EngineRig rig;
  const auto running = rig.ask();
  const auto left = rig.ask({.work = 2}).task();
  const auto next = rig.ask({.work = 3});
  EXPECT_EQ(rig.state(left), TaskState::parked);
  rig.draw(running);
  EXPECT_EQ(rig.state(next), TaskState::leased);
  EXPECT_EQ(rig.state(left), TaskState::parked);
}

TEST(EngineClients, AParkedTaskIsCancelledAfterAMinute) {
  EngineRig rig;
  const auto running = rig.ask();
  const auto left = rig.ask({.work = 2}).task();
  rig.pass(59'999ms);
  EXPECT_EQ(rig.state(left), TaskState::parked);
  rig.pass(1ms);
  EXPECT_THAT(rig.journal.of(left), ElementsAre("intent", "settled cancelled"));
  EXPECT_EQ(rig.engine.known_tasks(), 1u);
}

TEST(EngineClients, WhoComesBackInTimeHasKeptTheirPlace) {
  EngineRig rig;
  const auto running = rig.ask();
  const auto first = rig.ask({.work = 2}).task();
  const auto second = rig.ask({.work = 3});
  rig.pass(30s);
  const auto back = rig.ask({.work = 2, .repeat = Repeat::marked});
  ASSERT_EQ(back.task(), first);
  EXPECT_EQ(back.kind(), TicketKind::adopted);
  rig.draw(running);
  EXPECT_EQ(rig.state(back), TaskState::leased);
  EXPECT_EQ(rig.state(second), TaskState::queued);
}

TEST(EngineClients, WhoCameBackIsNotCancelledByTheOldMinute) {
  EngineRig rig;
  const auto running = rig.ask();
  {
    const auto left = rig.ask({.work = 2});
  }
  rig.pass(30s);
  const auto back = rig.ask({.work = 2, .repeat = Repeat::marked});
  rig.pass(60s);
  EXPECT_EQ(rig.state(back), TaskState::queued);
}

TEST(EngineClients, ATaskIsNotParkedWhileSomebodyElseWaitsForIt) {
  EngineRig rig;
  const auto running = rig.ask();
  auto first = std::optional(rig.ask({.work = 2}));
  const auto second = rig.ask({.work = 2, .repeat = Repeat::marked});
  ASSERT_EQ(first->task(), second.task());
  first.reset();
  EXPECT_EQ(rig.state(second), TaskState::queued);
}

TEST(EngineClients, WhoLeavesWhileTheUpstreamSaidWaitIsParkedToo) {
  EngineRig rig;
  auto ticket = std::optional(rig.ask());
  const auto task = ticket->task();
  rig.fail_with(*ticket, busy());
  ticket.reset();
  EXPECT_EQ(rig.state(task), TaskState::parked);
  rig.pass(10s);
  EXPECT_EQ(rig.started.size(), 1u);
  rig.pass(50s);
  EXPECT_EQ(rig.engine.known_tasks(), 0u);
}

TEST(EngineClients, WhoComesBackDuringAPauseStillWaitsForItsEnd) {
  EngineRig rig;
  auto ticket = std::optional(rig.ask());
  auto failure = busy();
  failure.pause = 40s;
  rig.fail_with(*ticket, failure);
  ticket.reset();
  rig.pass(10s);
  const auto back = rig.ask({.repeat = Repeat::marked});
  rig.pass(29s);
  EXPECT_EQ(rig.state(back), TaskState::queued);
  rig.pass(1s);
  EXPECT_EQ(rig.state(back), TaskState::leased);
}

TEST(EngineClients, AnOrphanThatIsToldToWaitIsParked) {
  EngineRig rig;
  const auto task = rig.ask().task();
  rig.engine.sending(task);
  rig.pass(10s);
  rig.engine.answered(task, std::unexpected(busy()));
  EXPECT_EQ(rig.state(task), TaskState::parked);
  rig.pass(50s);
  EXPECT_THAT(rig.journal.of(task), ElementsAre("intent", "sent 1", "intent", "settled cancelled"));
}

// --- client left, sent

TEST(EngineClients, ASentTaskGoesOnWhenItsClientLeaves) {
  EngineRig rig;
  auto ticket = std::optional(rig.ask());
  const auto task = ticket->task();
  rig.send(*ticket);
  ticket.reset();
  EXPECT_EQ(rig.state(task), TaskState::sent);
  rig.answer(task);
  rig.save(task);
  EXPECT_EQ(rig.state(task), TaskState::done);
}

TEST(EngineClients, AnOrphansPictureIsKeptAsAFileAndNotInMemory) {
  EngineRig rig;
  const auto task = rig.ask().task();
  rig.draw(task);
  EXPECT_EQ(rig.engine.pictures_in_memory().used(), 0u);
  EXPECT_TRUE(rig.engine.record(task).outcome.stored);
}

TEST(EngineClients, AnOrphansPictureThatCouldNotBeStoredIsKeptInMemory) {
  EngineRig rig;
  const auto task = rig.ask().task();
  rig.engine.sending(task);
  rig.answer(task, "bytes");
  rig.engine.saved(task, fail(Error(ErrorKind::storage_unavailable, "full")));
  const auto back = rig.ask({.repeat = Repeat::marked});
  ASSERT_EQ(back.task(), task);
  EXPECT_EQ(*back.outcome().value()->picture->bytes, "bytes");
}

TEST(EngineClients, AnOrphanThatNobodyCameForIsForgotten) {
  EngineRig rig;
  const auto task = rig.ask().task();
  rig.draw(task);
  rig.pass(149s);
  EXPECT_EQ(rig.engine.known_tasks(), 1u);
  rig.pass(1s);
  EXPECT_EQ(rig.engine.known_tasks(), 0u);
}

TEST(EngineClients, ADeliveredTaskIsForgottenWhenItsClientGoes) {
  EngineRig rig;
  auto ticket = std::optional(rig.ask());
  rig.draw(*ticket);
  ticket->delivered();
  EXPECT_EQ(rig.engine.known_tasks(), 1u);
  ticket.reset();
  EXPECT_EQ(rig.engine.known_tasks(), 0u);
}

TEST(EngineClients, AFailedTaskIsForgottenWhenItsClientGoes) {
  EngineRig rig;
  auto ticket = std::optional(rig.ask());
  rig.fail_with(*ticket, refused());
  ticket.reset();
  EXPECT_EQ(rig.engine.known_tasks(), 0u);
}

TEST(EngineClients, WhenNothingIsLeftThereIsNoAlarm) {
  EngineRig rig;
  auto ticket = std::optional(rig.ask());
  EXPECT_TRUE(rig.alarm);
  rig.draw(*ticket);
  ticket->delivered();
  ticket.reset();
  EXPECT_FALSE(rig.alarm);
}

}  // namespace
}  // namespace gw
