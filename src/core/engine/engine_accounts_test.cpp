// Which account draws, and what becomes of those that nobody can serve (docs/decisions/0025).
#include "core/engine/engine.hpp"
#include "tests/support/engine_rig.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gw {
namespace {

using namespace std::chrono_literals;
using test::EngineRig;
using test::refused;
using testing::ElementsAre;

const AccountId kFirst{"acc_first"};
const AccountId kSecond{"acc_second"};

AccountSettings account(const AccountId& id, std::vector<std::string> models = {}) {
  AccountSettings settings;
  settings.id = id;
  settings.label = id.value;
  settings.models = std::move(models);
  return settings;
}

UpstreamFailure turned_away(AccountFinding finding, Act act = Act::other) {
  auto failure = refused(ErrorKind::no_account_available);
  failure.act = act;
  failure.scope = Scope::account;
  failure.unpaid = true;
  failure.account = std::move(finding);
  return failure;
}

AccountFinding finding(AccountState state, std::optional<std::chrono::seconds> rest = {}) {
  AccountFinding found;
  found.state = state;
  found.reason = "scripted";
  found.rest = rest;
  return found;
}

class EngineAccounts : public testing::Test {
 protected:
  explicit EngineAccounts(std::size_t slots = 2) : rig(slots) {}
  AccountId used_by(const Ticket& ticket) {
    return rig.engine.record(ticket.task()).trying->account;
  }
  AccountView view(const AccountId& id) { return rig.engine.view(rig.host, id).value(); }
  Ticket ask_for(const std::string& model, int work) {
    auto spec = test::spec_of({.work = work});
    spec->order.upstream_model = model;
    Wanted wanted;
    wanted.tasks = {spec};
    return std::move(rig.engine.admit(std::move(wanted)).value().front());
  }
  EngineRig rig;
};

TEST_F(EngineAccounts, AHostThatTakesMoreStartsWhatWaits) {
  const auto first = rig.ask({.work = 1});
  const auto second = rig.ask({.work = 2});
  const auto third = rig.ask({.work = 3});
  EXPECT_EQ(rig.state(third), TaskState::queued);
  rig.engine.resize(rig.host, 3);
  EXPECT_EQ(rig.state(third), TaskState::leased);
}

// An account that had three of the day's free pictures sends one more; how many it has had then.
class EngineAccountsAtALimit : public EngineAccounts {
 protected:
  std::optional<int> drawn_after_being_limited(bool by_edge) {
    rig.engine.set(rig.host, account(kFirst));
    auto read = finding(AccountState::ready);
    read.allowance = {.points = {}, .drawn_today = 3, .daily_limit = 20, .read = rig.clock.wall()};
    rig.engine.found(rig.host, kFirst, read);
    const auto ticket = rig.ask();
    rig.send(ticket);
    auto limited = refused(ErrorKind::rate_limited);
    limited.shut = HostShut{.reason = limited.error, .for_at_least = 10s, .by_edge = by_edge};
    rig.fail_with(ticket, std::move(limited));
    return view(kFirst).allowance->drawn_today;
  }
};

TEST_F(EngineAccountsAtALimit, WhatAnEdgeAnsweredIsNoneOfTheDaysFreePictures) {
  EXPECT_EQ(drawn_after_being_limited(true), 3);
}

// It counts before it refuses.
TEST_F(EngineAccountsAtALimit, WhatTheUpstreamItselfRefusedIsOneOfThem) {
  EXPECT_EQ(drawn_after_being_limited(false), 4);
}

TEST_F(EngineAccounts, TakeTurns) {
  rig.engine.set(rig.host, account(kFirst));
  rig.engine.set(rig.host, account(kSecond));
  const auto one = rig.ask({.work = 1});
  const auto two = rig.ask({.work = 2});
  EXPECT_NE(used_by(one), used_by(two));
  EXPECT_EQ(view(kFirst).leases, 1);
  rig.draw(one);
  rig.draw(two);
  EXPECT_EQ(view(kFirst).leases + view(kSecond).leases, 0);
}

TEST_F(EngineAccounts, ABannedOneIsLeftAloneAndAnotherHasTheRequest) {
  rig.engine.set(rig.host, account(kFirst));
  rig.engine.set(rig.host, account(kSecond));
  const auto ticket = rig.ask();
  const auto used = used_by(ticket);
  rig.send(ticket);
  rig.fail_with(ticket, turned_away(finding(AccountState::banned)));
  EXPECT_EQ(rig.state(ticket), TaskState::leased);
  EXPECT_NE(used_by(ticket), used);
  EXPECT_EQ(view(used).state, AccountState::banned);
}

TEST_F(EngineAccounts, TheLastOneThatCannotEndsTheRequest) {
  rig.engine.set(rig.host, account(kFirst));
  const auto ticket = rig.ask();
  rig.send(ticket);
  rig.fail_with(ticket, turned_away(finding(AccountState::banned)));
  EXPECT_EQ(ticket.outcome().error().kind(), ErrorKind::no_account_available);
  const auto next = rig.ask({.work = 2});
  EXPECT_EQ(next.outcome().error().kind(), ErrorKind::no_account_available) << "at once";
}

TEST_F(EngineAccounts, TheSameOneIsAskedAgainAfterASignIn) {
  rig.engine.set(rig.host, account(kFirst));
  rig.engine.set(rig.host, account(kSecond));
  const auto ticket = rig.ask();
  const auto used = used_by(ticket);
  auto failure = refused();
  failure.act = Act::relogin;
  failure.scope = Scope::account;
  rig.send(ticket);
  rig.fail_with(ticket, failure);
  EXPECT_EQ(rig.state(ticket), TaskState::leased);
  EXPECT_EQ(used_by(ticket), used);
  rig.send(ticket);
  rig.fail_with(ticket, failure);
  EXPECT_EQ(rig.state(ticket), TaskState::failed) << "once";
}

TEST_F(EngineAccounts, WhoeverNobodyFreeCanServeDoesNotHoldUpTheOthers) {
  rig.engine.set(rig.host, account(kFirst, {"dear"}));
  rig.engine.set(rig.host, account(kSecond, {"plain"}));
  auto busy = account(kFirst, {"dear"});
  busy.parallel = 1;
  rig.engine.set(rig.host, busy);
  const auto one = ask_for("dear", 1);
  const auto two = ask_for("dear", 2);
  const auto three = ask_for("plain", 3);
  EXPECT_EQ(rig.state(two), TaskState::queued);
  EXPECT_EQ(rig.state(three), TaskState::leased);
  rig.draw(one);
  EXPECT_EQ(rig.state(two), TaskState::leased) << "its account came back";
}

TEST_F(EngineAccounts, NobodyWaitsForWhatNoAccountDraws) {
  rig.engine.set(rig.host, account(kFirst, {"plain"}));
  const auto ticket = ask_for("dear", 1);
  EXPECT_EQ(ticket.outcome().error().kind(), ErrorKind::no_account_available);
}

TEST_F(EngineAccounts, WhoeverRestsBeyondTheDeadlineIsNotWaitedFor) {
  rig.engine.set(rig.host, account(kFirst));
  rig.engine.found(rig.host, kFirst, finding(AccountState::resting, 3600s));
  const auto ticket = rig.ask();
  EXPECT_EQ(rig.state(ticket), TaskState::failed);
}

TEST_F(EngineAccounts, OneThatHasCooledIsLookedAtBeforeItDrawsAgain) {
  rig.engine.set(rig.host, account(kFirst));
  rig.engine.found(rig.host, kFirst, finding(AccountState::cooling));
  rig.to_check.clear();
  const auto ticket = rig.ask();
  rig.pass(30s);
  EXPECT_EQ(rig.state(ticket), TaskState::queued);
  ASSERT_THAT(rig.to_check, ElementsAre(kFirst));
  rig.engine.found(rig.host, kFirst, finding(AccountState::ready));
  EXPECT_EQ(rig.state(ticket), TaskState::leased);
}

TEST_F(EngineAccounts, NoneIsLookedAtWhileItsHostIsShut) {
  rig.engine.set(rig.host, account(kFirst));
  rig.engine.found(rig.host, kFirst, finding(AccountState::cooling));
  rig.to_check.clear();
  const auto ticket = rig.ask();
  const Error reason(ErrorKind::upstream_challenged, "challenged");
  rig.engine.shut(rig.host, {.reason = reason, .for_at_least = {}});
  rig.pass(30s);
  EXPECT_TRUE(rig.to_check.empty());
  rig.engine.reopen(rig.host);
  EXPECT_THAT(rig.to_check, ElementsAre(kFirst));
}

TEST_F(EngineAccounts, APriceIsTakenFromTheKnownBalance) {
  rig.engine.set(rig.host, account(kFirst));
  auto rich = finding(AccountState::ready);
  rich.allowance = Allowance{.points = 10, .drawn_today = 0, .daily_limit = 0, .read = {}};
  rig.engine.found(rig.host, kFirst, rich);
  rig.costs = Price{.full = 6, .within_allowance = 3};
  const auto one = rig.ask({.work = 1});
  EXPECT_EQ(rig.engine.record(one.task()).trying->points, 6);
  rig.draw(one);
  EXPECT_EQ(view(kFirst).allowance->points, 4);
  const auto two = rig.ask({.work = 2});
  EXPECT_EQ(two.outcome().error().kind(), ErrorKind::quota_exhausted);
}

// Its journal could not be synced: the state machine has it as sent, and nothing has left.
TEST_F(EngineAccounts, WhatNeverLeftCostsAnAccountNothing) {
  rig.engine.set(rig.host, account(kFirst));
  auto rested = finding(AccountState::ready);
  rested.allowance = Allowance{.points = 10, .drawn_today = 0, .daily_limit = 50, .read = {}};
  rig.engine.found(rig.host, kFirst, rested);
  RequestInfo request;
  request.durability = Durability::durable;
  auto spec = test::spec_of({.work = 1});
  spec->request = std::make_shared<const RequestInfo>(std::move(request));
  Wanted wanted;
  wanted.tasks = {spec};
  wanted.patience = Patience::endless;
  const auto job = std::move(rig.engine.admit(std::move(wanted)).value().front());
  rig.engine.sending(job.task());
  rig.fail_with(job, not_recorded(Error(ErrorKind::storage_unavailable, "the disk is full")));
  EXPECT_EQ(rig.state(job), TaskState::queued);
  EXPECT_EQ(view(kFirst).allowance->drawn_today, 0);
  EXPECT_FALSE(rig.journal.tries(job.task()).at(0).sent);
}

TEST_F(EngineAccounts, ChangesAreTold) {
  rig.engine.set(rig.host, account(kFirst));
  std::vector<AccountId> told;
  rig.engine.on_changed([&](const HostId&, const AccountId& id) { told.push_back(id); });
  rig.engine.found(rig.host, kFirst, finding(AccountState::banned));
  EXPECT_THAT(told, ElementsAre(kFirst));
  rig.engine.found(rig.host, kFirst, finding(AccountState::banned));
  rig.engine.clear(rig.host, kFirst);
  EXPECT_THAT(told, testing::Contains(kFirst).Times(testing::Ge(2)));
}

}  // namespace
}  // namespace gw
