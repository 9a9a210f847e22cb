#include "app/engine_log.hpp"

#include "tests/support/engine_rig.hpp"
#include "tests/support/recording_log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace gw::app {
namespace {

using namespace std::chrono_literals;
using test::EngineRig;
using test::RecordingLog;
using test::refused;
using testing::ElementsAre;

RequestInfo info_of(std::string call_id, Durability durability = Durability::ephemeral) {
  RequestInfo info;
  info.id = RequestId{"thejob"};
  info.call_id = std::move(call_id);
  info.durability = durability;
  info.provider = "dreamifly";
  info.prompt = "a secret prompt";
  return info;
}

class EngineLogTest : public testing::Test {
 protected:
  EngineLogTest() {
    rig.engine.add_host(host, 1, "dreamifly");
    rig.engine.observe(lines);
  }

  std::shared_ptr<TaskSpec> spec(RequestInfo info, int work = 1) {
    auto made = test::spec_of({.work = work, .prompt = "a secret prompt", .host = host.value});
    made->order.upstream_model = "Qwen-Image";
    made->order.size = {1024, 1024};
    made->request = std::make_shared<const RequestInfo>(std::move(info));
    return made;
  }
  Ticket ask(std::shared_ptr<const TaskSpec> spec) {
    Wanted wanted;
    wanted.tasks = {std::move(spec)};
    return std::move(rig.engine.admit(std::move(wanted)).value().front());
  }
  // What was logged since, without its beginning, which is the same for all.
  std::vector<std::string> heard() {
    std::vector<std::string> all;
    for (const auto& line : std::exchange(log.lines, {}))
      all.push_back(line.substr(line.find("\"level\"")));
    return all;
  }

  const HostId host{"images.example.com"};
  RecordingLog log;
  EngineRig rig;
  EngineLog lines{log, rig.clock};
};

UpstreamFailure once_more() {
  auto failure = refused();
  failure.error = Error(ErrorKind::upstream_error, "for the client").with_detail("HTTP 500: oops");
  failure.act = Act::once;
  failure.scope = Scope::host;
  failure.status = 500;
  failure.pause = 5s;
  return failure;
}

TEST_F(EngineLogTest, TellsTheWholeWayOfARequest) {
  const auto first = ask(spec(info_of("req-1")));
  const auto second = ask(spec(info_of("req-2"), 2));
  EXPECT_THAT(
      heard(),
      ElementsAre(
          R"("level":"info","event":"task_leased","request_id":"req-1","task":1,"try":1,"provider":"dreamifly","model":"Qwen-Image","size":"1024x1024","queue_ms":0,"slots_held":1,"slots":1})",
          R"("level":"info","event":"task_queued","request_id":"req-2","task":2,"provider":"dreamifly","held_by":"line"})"));
  rig.send(first);
  rig.pass(2s);
  rig.fail_with(first, once_more());
  EXPECT_THAT(
      heard(),
      ElementsAre(
          R"("level":"info","event":"task_tried","request_id":"req-1","task":1,"try":1,"provider":"dreamifly","outcome":"upstream_error","status":500,"act":"once","ms":2000,"detail":"HTTP 500: oops"})",
          R"("level":"info","event":"task_repeated","request_id":"req-1","task":1,"act":"once","pause_ms":5000})",
          R"("level":"info","event":"task_leased","request_id":"req-2","task":2,"try":1,"provider":"dreamifly","model":"Qwen-Image","size":"1024x1024","queue_ms":2000,"slots_held":1,"slots":1})"));
  rig.draw(second);
  EXPECT_THAT(
      heard(),
      ElementsAre(
          R"("level":"info","event":"task_tried","request_id":"req-2","task":2,"try":1,"provider":"dreamifly","outcome":"drawn","status":200,"ms":0})"))
      << "that it is done is in the request's own line";
  rig.pass(5s);
  rig.fail_with(first, once_more());
  EXPECT_THAT(
      heard(),
      ElementsAre(
          R"("level":"info","event":"task_leased","request_id":"req-1","task":1,"try":2,"provider":"dreamifly","model":"Qwen-Image","size":"1024x1024","queue_ms":5000,"slots_held":1,"slots":1})",
          R"("level":"info","event":"task_tried","request_id":"req-1","task":1,"try":2,"provider":"dreamifly","outcome":"upstream_error","status":500,"act":"once","ms":0,"sent":"no","detail":"HTTP 500: oops"})",
          R"("level":"info","event":"task_settled","request_id":"req-1","task":1,"state":"failed","tries":2,"error":"upstream_error","ms":7000})"));
}

TEST_F(EngineLogTest, TellsTheEndOfAJobThatNobodyWaitsFor) {
  auto job = spec(info_of("req-1", Durability::durable));
  {
    const auto ticket = ask(job);
  }
  log.lines.clear();
  rig.draw(rig.started.back());
  EXPECT_THAT(heard().back(), testing::HasSubstr(R"("event":"task_settled","request_id":"req-1",)"
                                                 R"("job":"job_thejob","task":1,"state":"done")"));
}

TEST_F(EngineLogTest, LeavesTheEndThatAClientHasGotToItsRequest) {
  {
    auto ticket = ask(spec(info_of("req-1")));
    rig.send(ticket);
    rig.answer(ticket);
    ticket.delivered();
  }
  log.lines.clear();
  rig.save(rig.started.back());
  EXPECT_TRUE(log.lines.empty());
}

TEST_F(EngineLogTest, TellsTheEndOfWhatItsClientDidNotWaitFor) {
  {
    const auto ticket = ask(spec(info_of("req-1")));
    rig.send(ticket);
  }
  rig.answer(rig.started.back());
  log.lines.clear();
  rig.save(rig.started.back());
  EXPECT_THAT(heard(), ElementsAre(testing::HasSubstr(R"("event":"task_settled")")));
}

TEST_F(EngineLogTest, TellsWhoJoinsWhom) {
  auto keyed = spec(info_of("req-1"));
  keyed->idempotency_key = "k";
  auto again = spec(info_of("req-2"));
  again->idempotency_key = "k";
  const auto first = ask(keyed);
  const auto second = ask(again);
  EXPECT_THAT(
      heard().back(),
      R"("level":"info","event":"task_joined","request_id":"req-2","task":1,"joins":"its_own_earlier_one","of_request":"req-1","state":"leased"})");
}

TEST_F(EngineLogTest, SaysThatThePriceIsDoubledByTheSize) {
  rig.costs = Price{.full = 6, .within_allowance = 6, .doubled_by_size = true};
  AccountSettings account;
  account.id = AccountId{"acc_a"};
  rig.engine.set(host, account);
  const auto ticket = ask(spec(info_of("req-1")));
  EXPECT_THAT(heard().back(), testing::HasSubstr(R"("points":6,"price_doubled":true})"));
}

TEST_F(EngineLogTest, TellsOfAHostThatIsShutAndOpenAgain) {
  const Error reason(ErrorKind::upstream_blocked, "the upstream refuses this gateway");
  rig.engine.shut(host, HostShut{reason, 30s});
  rig.engine.reopen(host);
  EXPECT_THAT(
      heard(),
      ElementsAre(
          R"("level":"warn","event":"host_shut","provider":"dreamifly","host":"images.example.com","because":"upstream_blocked","detail":"the upstream refuses this gateway","for_ms":30000,"breaker_trips":0,"waiting":0})",
          R"("level":"info","event":"host_opened","provider":"dreamifly","host":"images.example.com","waiting":0})"));
}

TEST_F(EngineLogTest, TellsOfAccountsThatAreSetAside) {
  AccountSettings account;
  account.id = AccountId{"acc_a"};
  account.label = "me@example.com";
  rig.engine.set(host, account);
  AccountFinding finding{
      .state = AccountState::resting, .reason = "used up", .rest = 60s, .allowance = {}};
  rig.engine.found(host, account.id, finding);
  finding = {.state = AccountState::banned, .reason = "banned", .rest = {}, .allowance = {}};
  rig.engine.found(host, account.id, finding);
  EXPECT_THAT(
      heard(),
      ElementsAre(
          R"("level":"info","event":"account_state","provider":"dreamifly","account":"acc_a","was":"ready","state":"resting","reason":"used up","for_ms":60000})",
          R"("level":"warn","event":"account_state","provider":"dreamifly","account":"acc_a","was":"resting","state":"banned","reason":"banned"})"));
}

}  // namespace
}  // namespace gw::app
