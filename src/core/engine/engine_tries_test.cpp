// Whether another try follows, on what, and when a host is left alone (docs/decisions/0026).
#include "core/engine/engine.hpp"
#include "tests/support/engine_rig.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gw {
namespace {

using namespace std::chrono_literals;
using test::Ask;
using test::EngineRig;
using test::lost;
using test::refused;
using testing::ElementsAre;

UpstreamFailure failing(Act act, Scope scope = Scope::host) {
  auto failure = refused();
  failure.act = act;
  failure.scope = scope;
  return failure;
}

UpstreamFailure unreachable() {
  auto failure = refused(ErrorKind::upstream_unavailable);
  failure.transport_fault = true;
  return failure;
}

UpstreamFailure challenged(std::optional<std::chrono::milliseconds> time = {}) {
  auto failure = refused(ErrorKind::upstream_challenged);
  failure.act = Act::wait;
  failure.scope = Scope::host;
  failure.challenged = true;
  failure.shut = HostShut{.reason = failure.error, .for_at_least = time, .by_edge = true};
  return failure;
}

// One after the other, each of another piece of work.
void fail_in_a_row(EngineRig& rig, int times, const UpstreamFailure& failure) {
  for (int i = 0; i < times; ++i) {
    const auto ticket = rig.ask({.work = 100 + i});
    rig.fail_with(ticket, failure);
  }
}

TEST(EngineTries, AreRepeatedOnceAfterThePauseWhereTheProtocolAllowsIt) {
  EngineRig rig;
  const auto ticket = rig.ask();
  auto failure = failing(Act::once);
  failure.pause = 5s;
  rig.send(ticket);
  rig.fail_with(ticket, failure);
  EXPECT_EQ(rig.state(ticket), TaskState::queued);
  rig.pass(4s);
  EXPECT_EQ(rig.started.size(), 1u);
  rig.pass(1s);
  EXPECT_EQ(rig.started.size(), 2u);
  rig.send(ticket);
  rig.fail_with(ticket, failure);
  EXPECT_EQ(rig.state(ticket), TaskState::failed);
  EXPECT_EQ(rig.engine.counts().repeats, 1u);
}

TEST(EngineTries, AreNotRepeatedWhenTheAnswerWasLost) {
  EngineRig rig;
  const auto ticket = rig.ask();
  auto failure = lost();
  failure.act = Act::once;
  rig.send(ticket);
  rig.fail_with(ticket, failure);
  EXPECT_EQ(rig.state(ticket), TaskState::unknown);
}

TEST(EngineTries, AreNotRepeatedBeyondTheBudget) {
  EngineRig rig(10);
  std::vector<Ticket> tickets;
  for (int i = 0; i < 5; ++i) tickets.push_back(rig.ask({.work = i}));
  int queued = 0;
  for (const auto& ticket : tickets) {
    rig.send(ticket);
    rig.fail_with(ticket, failing(Act::once));
    if (rig.state(ticket) != TaskState::failed) ++queued;
  }
  EXPECT_EQ(queued, 3);
  EXPECT_EQ(rig.engine.repeats_left(), 0u);
}

TEST(EngineTries, AreNotRepeatedWhereTheDeadlineComesFirst) {
  EngineRig rig(1, {.request_time = 10s});
  const auto ticket = rig.ask();
  rig.pass(6s);
  auto failure = failing(Act::once);
  failure.pause = 5s;
  rig.send(ticket);
  rig.fail_with(ticket, failure);
  EXPECT_EQ(rig.state(ticket), TaskState::failed);
}

TEST(EngineTries, AreInTheJournalEach) {
  EngineRig rig;
  const auto ticket = rig.ask();
  rig.send(ticket);
  auto failure = failing(Act::once);
  failure.status = 500;
  rig.fail_with(ticket, failure);
  rig.draw(ticket);
  const auto tries = rig.journal.tries(ticket.task());
  ASSERT_EQ(tries.size(), 2u);
  EXPECT_EQ(tries[0].number, 1);
  EXPECT_EQ(tries[0].outcome, "upstream_error");
  EXPECT_EQ(tries[0].status, 500);
  EXPECT_TRUE(tries[0].sent);
  EXPECT_EQ(tries[1].number, 2);
  EXPECT_EQ(tries[1].outcome, "drawn");
}

// --- the host's door

TEST(EngineDoor, ShutsAfterFaultsInARowAndRefusesWhatComes) {
  EngineRig rig;
  fail_in_a_row(rig, 5, unreachable());
  const auto refused = rig.try_ask({.work = 1});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind(), ErrorKind::upstream_unavailable);
  EXPECT_EQ(refused.error().retry_after(), 15s);
  EXPECT_EQ(rig.engine.host(rig.host)->door, DoorState::shut);
}

TEST(EngineDoor, IsNotWaitedForByThePlainCallThatShutIt) {
  EngineRig rig;
  fail_in_a_row(rig, 4, unreachable());
  const auto ticket = rig.ask();
  auto failure = unreachable();
  failure.act = Act::once;
  rig.fail_with(ticket, failure);
  EXPECT_EQ(rig.state(ticket), TaskState::failed);
}

TEST(EngineDoor, OpensAgainWhenTheOneThatTriesIsAnswered) {
  EngineRig rig(4);
  fail_in_a_row(rig, 5, unreachable());
  rig.pass(15s);
  const auto first = rig.ask({.work = 1});
  const auto second = rig.ask({.work = 2});
  EXPECT_EQ(rig.state(first), TaskState::leased);
  EXPECT_EQ(rig.state(second), TaskState::queued) << "one at a time";
  rig.draw(first);
  EXPECT_EQ(rig.state(second), TaskState::leased);
  EXPECT_EQ(rig.engine.host(rig.host)->door, DoorState::open);
}

TEST(EngineDoor, StaysShutForLongerWhenTheOneThatTriesFails) {
  EngineRig rig;
  fail_in_a_row(rig, 5, unreachable());
  rig.pass(15s);
  const auto first = rig.ask({.work = 1});
  rig.fail_with(first, unreachable());
  const auto refused = rig.try_ask({.work = 2});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().retry_after(), 30s);
}

TEST(EngineDoor, AChallengedRequestWaitsAndGoesOnceMoreWhenTheDoorIsOpened) {
  EngineRig rig;
  const auto ticket = rig.ask({.work = 1});
  rig.send(ticket);
  rig.fail_with(ticket, challenged());
  EXPECT_EQ(rig.state(ticket), TaskState::queued);
  EXPECT_EQ(rig.try_ask({.work = 2}).error().kind(), ErrorKind::upstream_challenged);
  rig.pass(60s);
  EXPECT_EQ(rig.started.size(), 1u);
  rig.engine.reopen(rig.host);
  EXPECT_EQ(rig.started.size(), 2u);
  rig.send(ticket);
  rig.fail_with(ticket, challenged());
  EXPECT_EQ(rig.state(ticket), TaskState::failed) << "not a third time";
}

TEST(EngineDoor, WhatMetALimitWaitsAsOftenAsItHasTo) {
  EngineRig rig;
  const auto ticket = rig.ask({.work = 1});
  for (int i = 0; i < 3; ++i) {
    auto limited = challenged(10s);
    limited.challenged = false;
    rig.send(ticket);
    rig.fail_with(ticket, limited);
    EXPECT_EQ(rig.state(ticket), TaskState::queued) << i;
    rig.pass(10s);
  }
  rig.draw(ticket);
  EXPECT_EQ(rig.state(ticket), TaskState::done);
}

TEST(EngineDoor, IsShutAndOpenedByWhoKnowsHowTheEdgeIs) {
  EngineRig rig(2);
  const Error reason(ErrorKind::upstream_challenged, "challenged");
  rig.engine.shut(rig.host, {.reason = reason, .for_at_least = {}});
  EXPECT_EQ(rig.try_ask({.work = 1}).error().kind(), ErrorKind::upstream_challenged);
  EXPECT_EQ(rig.engine.host(rig.host)->turned_away, 1u);
  rig.engine.shut(rig.host, {.reason = reason, .for_at_least = 0ms});
  const auto first = rig.ask({.work = 1});
  const auto second = rig.ask({.work = 2});
  EXPECT_EQ(rig.state(first), TaskState::leased) << "one real request";
  EXPECT_EQ(rig.state(second), TaskState::queued);
  rig.engine.reopen(rig.host);
  EXPECT_EQ(rig.state(second), TaskState::leased);
}

TEST(EngineDoor, AStopDoesNotWaitForSomebodyToOpenIt) {
  EngineRig rig;
  const auto ticket = rig.ask({.work = 1});
  const auto late = rig.ask({.work = 2});
  rig.send(ticket);
  rig.fail_with(ticket, challenged());
  rig.engine.leave_jobs();
  EXPECT_EQ(rig.state(ticket), TaskState::failed);
  EXPECT_EQ(late.outcome().error().kind(), ErrorKind::upstream_challenged);
}

TEST(EngineDoor, WhatIsChallengedDuringAStopEndsAtOnce) {
  EngineRig rig;
  const auto ticket = rig.ask({.work = 1});
  rig.send(ticket);
  rig.engine.leave_jobs();
  rig.fail_with(ticket, challenged());
  EXPECT_EQ(rig.state(ticket), TaskState::failed);
}

TEST(EngineDoor, HoldsWhatWaitsForTwoMinutes) {
  EngineRig rig;
  const auto ticket = rig.ask({.work = 1});
  const auto behind = rig.ask({.work = 2});
  rig.send(ticket);
  rig.fail_with(ticket, challenged());
  rig.pass(119s);
  EXPECT_EQ(rig.state(behind), TaskState::queued);
  rig.pass(1s);
  EXPECT_EQ(rig.state(ticket), TaskState::failed);
  EXPECT_EQ(behind.outcome().error().kind(), ErrorKind::upstream_challenged);
}

TEST(EngineDoor, JobsWaitForItToOpen) {
  EngineRig rig;
  const auto ticket = rig.ask({.work = 1});
  rig.send(ticket);
  rig.fail_with(ticket, challenged());
  RequestInfo request;
  request.durability = Durability::durable;
  auto spec = test::spec_of({.work = 2});
  spec->request = std::make_shared<const RequestInfo>(std::move(request));
  Wanted wanted;
  wanted.tasks = {spec};
  wanted.patience = Patience::endless;
  auto job = rig.engine.admit(std::move(wanted));
  ASSERT_TRUE(job);
  rig.pass(1h);
  EXPECT_EQ(rig.state(job->front()), TaskState::queued);
  rig.engine.reopen(rig.host);
  EXPECT_EQ(rig.state(job->front()), TaskState::leased);
}

// --- another route

std::shared_ptr<TaskSpec> with_alternative(const Ask& first, const Ask& second) {
  auto spec = test::spec_of(first);
  spec->alternatives = std::make_shared<const std::vector<std::shared_ptr<const TaskSpec>>>(
      1, test::spec_of(second));
  return spec;
}

class EngineRoutes : public testing::Test {
 protected:
  EngineRoutes() { rig.engine.add_host(other, 1); }
  Ticket ask() {
    Wanted wanted;
    wanted.tasks = {with_alternative({.work = 1}, {.work = 1, .host = other.value})};
    return std::move(rig.engine.admit(std::move(wanted)).value().front());
  }
  EngineRig rig;
  const HostId other{"other.example.com"};
};

TEST_F(EngineRoutes, AreTakenWhereNothingWasSent) {
  const auto ticket = ask();
  rig.fail_with(ticket, unreachable());
  EXPECT_EQ(rig.state(ticket), TaskState::leased);
  EXPECT_EQ(rig.engine.record(ticket.task()).spec->host, other);
  EXPECT_EQ(rig.slots().held(), 0u);
  rig.draw(ticket);
  EXPECT_TRUE(ticket.outcome());
  EXPECT_EQ(rig.engine.counts().rerouted, 1u);
}

TEST_F(EngineRoutes, AreTakenWhereTheFailureIsKnownNotToHaveBeenPaid) {
  const auto ticket = ask();
  auto failure = refused();
  failure.unpaid = true;
  rig.send(ticket);
  rig.fail_with(ticket, failure);
  EXPECT_EQ(rig.engine.record(ticket.task()).spec->host, other);
}

TEST_F(EngineRoutes, AreNotTakenWhereItMayHaveBeenPaid) {
  const auto ticket = ask();
  rig.send(ticket);
  rig.fail_with(ticket, refused());
  EXPECT_EQ(rig.state(ticket), TaskState::failed);
}

TEST_F(EngineRoutes, AreNotTriedWithWhatWasRejectedForItsContent) {
  const auto ticket = ask();
  auto failure = refused(ErrorKind::content_rejected);
  failure.unpaid = true;
  rig.send(ticket);
  rig.fail_with(ticket, failure);
  EXPECT_EQ(rig.state(ticket), TaskState::failed);
}

TEST_F(EngineRoutes, AreTakenAtOnceWhileTheDoorIsShut) {
  const auto shut = rig.ask({.work = 9});
  rig.send(shut);
  rig.fail_with(shut, challenged());
  const auto ticket = ask();
  EXPECT_EQ(rig.state(ticket), TaskState::leased);
  EXPECT_EQ(rig.engine.record(ticket.task()).spec->host, other);
}

TEST_F(EngineRoutes, AreTakenByThoseInLineWhenTheDoorShuts) {
  const auto first = rig.ask({.work = 9});
  const auto ticket = ask();
  EXPECT_EQ(rig.state(ticket), TaskState::queued);
  rig.send(first);
  rig.fail_with(first, challenged());
  EXPECT_EQ(rig.engine.record(ticket.task()).spec->host, other);
  EXPECT_EQ(rig.state(ticket), TaskState::leased);
}

}  // namespace
}  // namespace gw
