// What the engine tells of, in its order.
#include "core/engine/engine_observer.hpp"

#include "core/engine/engine.hpp"
#include "tests/support/engine_rig.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace gw {
namespace {

using namespace std::chrono_literals;
using test::EngineRig;
using test::refused;
using testing::ElementsAre;

long long seconds_of(SteadyTime::duration time) {
  return std::chrono::floor<std::chrono::seconds>(time).count();
}

std::string state_of(const std::optional<AccountView>& view) {
  return view ? std::string(to_string(view->state)) : "none";
}

class Listener final : public EngineObserver {
 public:
  void joined(const TaskRecord& task, TicketKind, const RequestInfo*) override {
    say(task, "joined");
  }
  void queued(const TaskRecord& task, HeldBy why) override {
    say(task, fmt::format("queued {}", to_string(why)));
  }
  void leased(const TaskRecord& task, const EngineHost& host,
              SteadyTime::duration waited) override {
    say(task, fmt::format("leased after {} s, {} held", seconds_of(waited), host.slots.held()));
  }
  void tried(const TaskRecord& task, const TryRecord& tried, SteadyTime::duration took,
             const UpstreamFailure* failure) override {
    EXPECT_EQ(failure == nullptr, tried.outcome == "drawn");
    say(task, fmt::format("try {} {} {} s", tried.number, tried.outcome, seconds_of(took)));
  }
  void repeated(const TaskRecord& task, Act act, SteadyTime::duration pause) override {
    say(task, fmt::format("repeated {} in {} s", to_string(act), seconds_of(pause)));
  }
  void rerouted(const TaskRecord& task, const TaskSpec& left, std::string_view why) override {
    say(task, fmt::format("{} to {}: {}", left.host.value, task.spec->host.value, why));
  }
  void settled(const TaskRecord& task) override { say(task, std::string(to_string(task.state))); }
  void host_shut(const HostId&, const EngineHost&,
                 std::optional<SteadyTime::duration> time) override {
    heard.push_back(time ? fmt::format("shut for {} s", seconds_of(*time)) : "shut");
  }
  void host_opened(const HostId&, const EngineHost&) override { heard.emplace_back("opened"); }
  void account_changed(const EngineHost&, const AccountId& id,
                       const std::optional<AccountView>& before,
                       const std::optional<AccountView>& now) override {
    heard.push_back(fmt::format("{} {} {}", id.value, state_of(before), state_of(now)));
  }

  std::vector<std::string> heard;

 private:
  void say(const TaskRecord& task, std::string_view what) {
    heard.push_back(fmt::format("{}: {}", task.id.value, what));
  }
};

class EngineObservers : public testing::Test {
 protected:
  explicit EngineObservers(std::size_t limit = 1) : rig(limit) { rig.engine.observe(listener); }
  std::vector<std::string> heard() { return std::exchange(listener.heard, {}); }

  Listener listener;
  EngineRig rig;
};

UpstreamFailure once_more() {
  auto failure = refused();
  failure.act = Act::once;
  failure.scope = Scope::host;
  failure.pause = 5s;
  return failure;
}

TEST_F(EngineObservers, HearTheWholeWayOfATask) {
  const auto first = rig.ask({.work = 1});
  const auto second = rig.ask({.work = 2});
  EXPECT_THAT(heard(), ElementsAre("1: leased after 0 s, 1 held", "2: queued line"));
  rig.send(first);
  rig.pass(7s);
  rig.answer(first);
  EXPECT_THAT(heard(), ElementsAre("1: try 1 drawn 7 s", "2: leased after 7 s, 1 held"));
  rig.save(first.task());
  rig.send(second);
  rig.fail_with(second, once_more());
  rig.pass(5s);
  EXPECT_THAT(heard(), ElementsAre("1: done", "2: try 1 upstream_error 0 s",
                                   "2: repeated once in 5 s", "2: leased after 5 s, 1 held"));
  rig.send(second);
  rig.fail_with(second, refused());
  EXPECT_THAT(heard(), ElementsAre("2: try 2 upstream_error 0 s", "2: failed"));
}

TEST_F(EngineObservers, HearWhoJoins) {
  const auto first = rig.ask({.key = "k"});
  const auto again = rig.ask({.key = "k"});
  EXPECT_THAT(heard(), ElementsAre("1: leased after 0 s, 1 held", "1: joined"));
}

TEST_F(EngineObservers, HearOfAnotherRouteAndWhy) {
  const HostId other{"other.example.com"};
  rig.engine.add_host(other, 1);
  auto spec = test::spec_of({});
  spec->alternatives = std::make_shared<const std::vector<std::shared_ptr<const TaskSpec>>>(
      std::vector<std::shared_ptr<const TaskSpec>>{test::spec_of({.host = other.value})});
  Wanted wanted;
  wanted.tasks = {spec};
  const auto tickets = rig.engine.admit(std::move(wanted)).value();
  rig.fail_with(tickets.front(), refused(ErrorKind::upstream_unavailable));
  EXPECT_THAT(heard(),
              ElementsAre("1: leased after 0 s, 1 held", "1: try 1 upstream_unavailable 0 s",
                          "1: upstream.example.com to other.example.com: "
                          "upstream_unavailable",
                          "1: leased after 0 s, 1 held"));
}

class TwoSlots : public EngineObservers {
 protected:
  TwoSlots() : EngineObservers(2) {}
};

TEST_F(TwoSlots, HearOnceThatAHostIsShutAndThatItIsOpenAgain) {
  auto failure = refused(ErrorKind::upstream_challenged);
  failure.shut = HostShut{failure.error, {}};
  const auto first = rig.ask({.work = 1});
  const auto second = rig.ask({.work = 2});
  heard();
  rig.fail_with(first, failure);
  rig.fail_with(second, failure);
  EXPECT_THAT(heard(), ElementsAre("1: try 1 upstream_challenged 0 s", "shut", "1: failed",
                                   "2: try 1 upstream_challenged 0 s", "2: failed"));
  rig.engine.reopen(rig.host);
  rig.engine.reopen(rig.host);
  EXPECT_THAT(heard(), ElementsAre("opened"));
}

TEST_F(EngineObservers, HearWhyATaskWaitsForAShutHost) {
  rig.engine.shut(rig.host, HostShut{Error(ErrorKind::upstream_blocked, "scripted"), {}});
  auto spec = test::spec_of({});
  RequestInfo info;
  info.durability = Durability::durable;
  spec->request = std::make_shared<const RequestInfo>(std::move(info));
  Wanted wanted;
  wanted.tasks = {spec};
  const auto tickets = rig.engine.admit(std::move(wanted)).value();
  EXPECT_THAT(heard(), ElementsAre("shut", "1: queued door"));
}

TEST_F(EngineObservers, HearOfAccounts) {
  AccountSettings account;
  account.id = AccountId{"acc_a"};
  rig.engine.set(rig.host, account);
  rig.engine.found(
      rig.host, account.id,
      {.state = AccountState::cooling, .reason = "scripted", .rest = {}, .allowance = {}});
  EXPECT_THAT(heard(), ElementsAre("acc_a none ready", "acc_a ready cooling"));
  const auto view = rig.engine.view(rig.host, account.id).value();
  EXPECT_EQ(view.counts.coolings, 1u);
}

TEST(Points, AreTheSumOfWhatTheTriesCost) {
  EngineRig rig;
  rig.costs = Price{.full = 6, .within_allowance = 6, .doubled_by_size = true};
  AccountSettings account;
  account.id = AccountId{"acc_a"};
  rig.engine.set(rig.host, account);
  const auto ticket = rig.ask();
  rig.send(ticket);
  rig.fail_with(ticket, once_more());
  rig.pass(5s);
  rig.send(ticket);
  rig.answer(ticket);
  ASSERT_TRUE(ticket.points());
  EXPECT_EQ(ticket.points()->points, 12);
  EXPECT_TRUE(ticket.points()->doubled_by_size);
  rig.save(ticket.task());
  EXPECT_EQ(rig.journal.tries(ticket.task()).at(1).points, 6);
  EXPECT_EQ(rig.engine.view(rig.host, account.id)->counts.leases, 2u);
  EXPECT_EQ(rig.engine.view(rig.host, account.id)->counts.drawn, 1u);
}

TEST(Points, AreNotOfTriesThatWereNeverSent) {
  EngineRig rig;
  rig.costs = Price{.full = 6, .within_allowance = 6};
  AccountSettings account;
  account.id = AccountId{"acc_a"};
  rig.engine.set(rig.host, account);
  const auto ticket = rig.ask();
  rig.fail_with(ticket, refused());
  EXPECT_EQ(ticket.points()->points, 0);
}

TEST(Points, AreNotToldWhereNobodyBillsThem) {
  EngineRig rig;
  const auto ticket = rig.ask();
  rig.draw(ticket);
  EXPECT_FALSE(ticket.points());
}

TEST(Points, AreNotOfWhoeverJoinedAnothersDrawing) {
  EngineRig rig;
  rig.costs = Price{.full = 3, .within_allowance = 3};
  AccountSettings account;
  account.id = AccountId{"acc_a"};
  rig.engine.set(rig.host, account);
  const auto share = [&](const std::string& caller) {
    auto spec = test::spec_of({.caller = caller});
    spec->key = CallerId{"key"};
    spec->cache_key = Sha256{1};
    Wanted wanted;
    wanted.tasks = {spec};
    wanted.share_drawings = true;
    return std::move(rig.engine.admit(std::move(wanted)).value().front());
  };
  const auto first = share("alice");
  const auto second = share("bob");
  ASSERT_EQ(second.kind(), TicketKind::shared);
  rig.draw(first);
  EXPECT_EQ(first.points()->points, 3);
  EXPECT_FALSE(second.points());
}

}  // namespace
}  // namespace gw
