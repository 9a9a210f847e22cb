#include "app/try_metrics.hpp"

#include "tests/support/engine_rig.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace gw::app {
namespace {

using namespace std::chrono_literals;
using test::EngineRig;
using test::refused;
using testing::HasSubstr;
using testing::Not;

class TryMetricsTest : public testing::Test {
 protected:
  TryMetricsTest() {
    rig.engine.add_host(host, 1, "dreamifly");
    rig.engine.observe(counts);
  }
  Ticket ask(int work, const std::string& model = "Qwen-Image") {
    auto spec = test::spec_of({.work = work, .host = host.value});
    spec->order.upstream_model = model;
    RequestInfo info;
    info.provider = "dreamifly";
    spec->request = std::make_shared<const RequestInfo>(std::move(info));
    Wanted wanted;
    wanted.tasks = {spec};
    return std::move(rig.engine.admit(std::move(wanted)).value().front());
  }
  std::string text() const { return registry->exposition(); }

  const HostId host{"images.example.com"};
  std::unique_ptr<MetricsRegistry> registry = make_metrics_registry();
  EngineRig rig;
  TryMetrics counts{*registry};
};

TEST_F(TryMetricsTest, CountLeasesWaitsAndTriesByOutcomeAndAct) {
  const auto first = ask(1);
  const auto second = ask(2);
  rig.send(first);
  rig.pass(3s);
  auto busy = refused(ErrorKind::upstream_unavailable);
  busy.act = Act::wait;
  busy.concurrency_refusal = true;
  rig.fail_with(first, busy);
  rig.pass(5s);
  rig.draw(rig.started.back());

  EXPECT_THAT(text(),
              HasSubstr(R"(gw_tries_total{provider="dreamifly",outcome="drawn",act="none"} 1)"));
  EXPECT_THAT(
      text(),
      HasSubstr(
          R"(gw_tries_total{provider="dreamifly",outcome="upstream_unavailable",act="wait"} 1)"));
  EXPECT_THAT(text(), HasSubstr(R"(gw_tries_repeated_total{provider="dreamifly",act="wait"} 1)"));
  EXPECT_THAT(text(), HasSubstr(fmt::format("gw_leases_total{{provider=\"dreamifly\"}} {}",
                                            rig.started.size())));
  EXPECT_THAT(text(),
              HasSubstr(fmt::format("gw_task_wait_seconds_count{{provider=\"dreamifly\"}} {}",
                                    rig.started.size())));
  EXPECT_THAT(text(),
              HasSubstr(R"(gw_upstream_seconds_count{model="Qwen-Image",provider="dreamifly"} 1)"));
}

TEST_F(TryMetricsTest, SumThePoints) {
  rig.costs = Price{.full = 6, .within_allowance = 6};
  AccountSettings account;
  account.id = AccountId{"acc_a"};
  rig.engine.set(host, account);
  for (int i = 0; i < 2; ++i) rig.draw(ask(i));
  EXPECT_THAT(text(), HasSubstr("gw_upstream_points_total{provider=\"dreamifly\"} 12\n"));
}

TEST_F(TryMetricsTest, KnowOnlySoManyModelsByName) {
  for (int i = 0; i < 70; ++i) rig.draw(ask(i, fmt::format("model-{}", i)));
  EXPECT_THAT(text(),
              HasSubstr(R"(gw_upstream_seconds_count{model="model-63",provider="dreamifly"} 1)"));
  EXPECT_THAT(text(), Not(HasSubstr("model-64")));
  EXPECT_THAT(text(),
              HasSubstr(R"(gw_upstream_seconds_count{model="other",provider="dreamifly"} 6)"));
}

}  // namespace
}  // namespace gw::app
