// Row "admit" of the design's table, and the order in which tasks are leased.
#include "core/engine/engine.hpp"
#include "tests/support/engine_rig.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace gw {
namespace {

using namespace std::chrono_literals;
using test::EngineRig;
using testing::ElementsAre;
using testing::IsEmpty;

TEST(EngineAdmission, ATaskIsLeasedAtOnceWhileASlotIsFree) {
  EngineRig rig;
  const auto ticket = rig.ask();
  EXPECT_EQ(rig.state(ticket), TaskState::leased);
  EXPECT_THAT(rig.started, ElementsAre(ticket.task()));
  EXPECT_EQ(ticket.kind(), TicketKind::made);
}

TEST(EngineAdmission, TheJournalHasEveryStepOfATask) {
  EngineRig rig;
  const auto ticket = rig.ask();
  EXPECT_THAT(rig.journal.of(ticket.task()), ElementsAre("intent"));
  rig.send(ticket);
  EXPECT_THAT(rig.journal.of(ticket.task()), ElementsAre("intent", "sent 1"));
  rig.answer(ticket);
  rig.save(ticket.task());
  EXPECT_THAT(rig.journal.of(ticket.task()), ElementsAre("intent", "sent 1", "settled done"));
}

TEST(EngineAdmission, TheCountersFollowATask) {
  EngineRig rig;
  const auto first = rig.ask();
  const auto second = rig.ask();
  EXPECT_EQ(rig.engine.counts().admitted, 2u);
  EXPECT_EQ(rig.engine.counts().running, 1u);
  EXPECT_EQ(rig.engine.counts().queued, 1u);
  rig.send(first);
  rig.answer(first);
  EXPECT_EQ(rig.engine.counts().saving, 1u);
  rig.save(first.task());
  EXPECT_EQ(rig.engine.counts().saving, 0u);
  EXPECT_EQ(rig.engine.counts().sent, 1u);
  EXPECT_EQ(rig.engine.counts().settled.at(TaskState::done), 1u);
}

TEST(EngineAdmission, OverItsLengthTheQueueRefusesAtOnce) {
  EngineRig rig(1, {.max_queued = 2});
  const auto running = rig.ask();
  const auto first = rig.ask();
  const auto second = rig.ask();
  const auto refused = rig.try_ask({});
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().kind(), ErrorKind::queue_full);
  EXPECT_EQ(rig.engine.counts().refused, 1u);
}

TEST(EngineAdmission, AFreeSlotIsNoPlaceInTheQueue) {
  EngineRig rig(2, {.max_queued = 0});
  const auto tickets = rig.try_ask({}, 2);
  EXPECT_TRUE(tickets.has_value());
  EXPECT_FALSE(rig.try_ask({}).has_value());
}

TEST(EngineAdmission, AHostThatPausesHasNoFreeSlot) {
  EngineRig rig(1, {.max_queued = 1});
  const auto waiting = rig.ask();
  rig.send(waiting);
  rig.fail_with(waiting, test::busy());
  EXPECT_EQ(rig.engine.counts().queued, 1u);
  EXPECT_FALSE(rig.try_ask({}).has_value());
}

TEST(EngineAdmission, RetryAfterIsGivenAndNeverAboveAMinute) {
  EngineRig rig(1, {.max_queued = 1});
  const auto running = rig.ask({.typical = 500s});
  const auto queued = rig.ask({.typical = 500s});
  const auto refused = rig.try_ask({.typical = 500s});
  ASSERT_FALSE(refused.has_value());
  ASSERT_TRUE(refused.error().retry_after());
  EXPECT_EQ(*refused.error().retry_after(), 60s);
}

TEST(EngineAdmission, RetryAfterIsShorterForQuickModels) {
  EngineRig rig(1, {.max_queued = 1});
  const auto running = rig.ask({.typical = 5s});
  const auto queued = rig.ask({.typical = 5s});
  const auto refused = rig.try_ask({.typical = 5s});
  ASSERT_FALSE(refused.has_value());
  EXPECT_GT(refused.error().retry_after().value(), 0s);
  EXPECT_LE(refused.error().retry_after().value(), 10s);
}

TEST(EngineAdmission, OverItsBytesTheQueueRefuses) {
  EngineRig rig(1, {.max_queued_bytes = 100});
  const auto running = rig.ask({.prompt = std::string(60, 'x')});
  const auto queued = rig.ask({.prompt = std::string(60, 'x')});
  const auto refused = rig.try_ask({.prompt = std::string(60, 'x')});
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().kind(), ErrorKind::queue_full);
}

TEST(EngineAdmission, TheBytesOfALeasedTaskAreNotTheQueuesAnyMore) {
  EngineRig rig(1, {.max_queued_bytes = 100});
  const auto running = rig.ask({.prompt = std::string(60, 'x')});
  const auto queued = rig.ask({.prompt = std::string(60, 'x')});
  rig.draw(running);
  EXPECT_EQ(rig.state(queued), TaskState::leased);
  EXPECT_TRUE(rig.try_ask({.prompt = std::string(60, 'x')}).has_value());
}

TEST(EngineAdmission, BothPromptsAreTheBytesThatWait) {
  TaskSpec spec;
  spec.order.prompt = "123";
  spec.order.negative_prompt = "12";
  EXPECT_EQ(waiting_bytes(spec), 5u);
}

TEST(EngineAdmission, AllPicturesOfARequestAreAdmittedOrNone) {
  EngineRig rig(1, {.max_queued = 1});
  EXPECT_FALSE(rig.try_ask({}, 3).has_value());
  EXPECT_EQ(rig.engine.known_tasks(), 0u);
  EXPECT_THAT(rig.started, IsEmpty());
  EXPECT_TRUE(rig.try_ask({}, 2).has_value());
}

TEST(EngineAdmission, TicketsAreInTheOrderOfTheTasks) {
  EngineRig rig;
  const auto tickets = rig.try_ask({}, 3).value();
  for (int i = 0; i < 3; ++i)
    EXPECT_EQ(rig.engine.record(tickets[static_cast<std::size_t>(i)].task()).spec->index, i);
}

TEST(EngineAdmission, AParkedTaskStillTakesAPlace) {
  EngineRig rig(1, {.max_queued = 1});
  const auto running = rig.ask();
  {
    const auto left = rig.ask();
  }
  EXPECT_EQ(rig.engine.counts().parked, 1u);
  EXPECT_FALSE(rig.try_ask({.work = 2}).has_value());
}

TEST(EngineAdmission, ARepeatThatJoinsNeedsNoRoom) {
  EngineRig rig(1, {.max_queued = 1});
  const auto running = rig.ask();
  const auto queued = rig.ask({.work = 2});
  const auto repeat = rig.try_ask({.work = 2, .repeat = Repeat::marked});
  ASSERT_TRUE(repeat.has_value());
  EXPECT_EQ(repeat->front().task(), queued.task());
}

// --- asked before there is anything to admit

TEST(EngineAdmission, RoomIsExpectedAsLongAsATaskWouldBeAdmitted) {
  EngineRig rig(1, {.max_queued = 1});
  EXPECT_TRUE(rig.engine.expect_room().has_value());
  const auto running = rig.ask();
  EXPECT_TRUE(rig.engine.expect_room().has_value());
  const auto queued = rig.ask();
  const auto full = rig.engine.expect_room();
  ASSERT_FALSE(full.has_value());
  EXPECT_EQ(full.error().kind(), ErrorKind::queue_full);
  EXPECT_EQ(full.error().retry_after().value(), 60s);
  EXPECT_EQ(rig.engine.counts().refused, 1u);
  rig.draw(running);
  EXPECT_TRUE(rig.engine.expect_room().has_value());
}

TEST(EngineAdmission, RoomAtAnyHostIsRoom) {
  EngineRig rig(1, {.max_queued = 0});
  const auto running = rig.ask();
  EXPECT_FALSE(rig.engine.expect_room().has_value());
  rig.engine.add_host(HostId{"other.example.com"}, 1);
  EXPECT_TRUE(rig.engine.expect_room().has_value());
}

TEST(EngineAdmission, NoRoomIsExpectedOverTheQueuesBytes) {
  EngineRig rig(1, {.max_queued_bytes = 65});  // the caller counts too
  const auto running = rig.ask();
  const auto queued = rig.ask({.prompt = std::string(60, 'x')});
  EXPECT_FALSE(rig.engine.expect_room().has_value());
}

TEST(EngineAdmission, CallersTakeTurns) {
  EngineRig rig;
  std::vector<Ticket> tickets;
  for (const auto* caller : {"alice", "alice", "alice", "bob", "carol"})
    tickets.push_back(rig.ask({.caller = caller}));
  for (std::size_t i = 0; i < tickets.size(); ++i) rig.draw(rig.started[i]);
  std::vector<std::string> served;
  for (const auto task : rig.started) served.push_back(rig.engine.record(task).spec->caller.value);
  EXPECT_THAT(served, ElementsAre("alice", "alice", "bob", "carol", "alice"));
}

TEST(EngineAdmission, OneCallerIsServedInTheOrderItAsked) {
  EngineRig rig;
  std::vector<Ticket> tickets;
  std::vector<TaskId> asked;
  for (int i = 0; i < 4; ++i) {
    tickets.push_back(rig.ask());
    asked.push_back(tickets.back().task());
  }
  for (std::size_t i = 0; i < tickets.size(); ++i) rig.draw(rig.started[i]);
  EXPECT_EQ(rig.started, asked);
}

TEST(EngineAdmission, HostsDoNotWaitForEachOther) {
  EngineRig rig;
  rig.engine.add_host(HostId{"other.example.com"}, 1);
  const auto here = rig.ask();
  const auto waits = rig.ask();
  const auto there = rig.ask({.host = "other.example.com"});
  EXPECT_EQ(rig.state(waits), TaskState::queued);
  EXPECT_EQ(rig.state(there), TaskState::leased);
}

TEST(EngineAdmission, TellsHowLongATaskWaitedAndWasDrawn) {
  EngineRig rig;
  const auto first = rig.ask();
  const auto second = rig.ask();
  rig.pass(3s);
  rig.draw(first);
  rig.send(second);
  rig.pass(7s);
  rig.answer(second);
  EXPECT_EQ(second.queued_for(), 3s);
  EXPECT_EQ(second.upstream_for(), 7s);
}

}  // namespace
}  // namespace gw
