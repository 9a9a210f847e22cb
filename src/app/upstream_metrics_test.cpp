#include "app/upstream_metrics.hpp"

#include "core/ports/clearance_door.hpp"
#include "tests/support/engine_rig.hpp"
#include "tests/support/fake_provider.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace gw::app {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

class FakeDoor final : public ClearanceDoor {
 public:
  ClearanceView clearance() const override { return view; }
  EdgeTally tally() const override { return counted; }
  Task<ClearanceView> paste(PastedClearance) override { co_return view; }
  Task<ClearanceView> try_again() override { co_return view; }
  Result<ClearanceView> try_without() override { return view; }
  Task<ClearanceView> forget() override { co_return view; }

  ClearanceView view;
  EdgeTally counted;
};

class GuardedProvider final : public Provider {
 public:
  std::string_view name() const override { return "guarded"; }
  const HostId& host() const override { return host_; }
  std::size_t host_limit() const override { return 1; }
  const std::vector<ModelInfo>& models() const override { return models_; }
  Async<Answer> draw(const ImageOrder&, Attempt&) override {
    co_return std::unexpected(UpstreamFailure{});
  }
  ProviderTally tally() const override { return counted; }
  ClearanceDoor* clearance_door() override { return &door; }

  FakeDoor door;
  ProviderTally counted;

 private:
  HostId host_{"upstream.example.com"};
  std::vector<ModelInfo> models_;
};

class UpstreamMetrics : public testing::Test {
 protected:
  UpstreamMetrics() { publish_upstreams(*registry, {&provider}, rig.engine, rig.clock); }
  std::string text() const { return registry->exposition(); }

  std::unique_ptr<MetricsRegistry> registry = make_metrics_registry();
  test::EngineRig rig;
  GuardedProvider provider;
};

TEST_F(UpstreamMetrics, SayWhetherTheHostIsAsked) {
  EXPECT_THAT(text(), HasSubstr("gw_host_door_state{provider=\"guarded\",state=\"open\"} 1\n"));
  EXPECT_THAT(text(), Not(HasSubstr("gw_host_shut_seconds{")));
  auto failure = test::refused(ErrorKind::upstream_unavailable);
  failure.transport_fault = true;
  for (int i = 0; i < Breaker::kFaultsInRow; ++i) rig.fail_with(rig.ask({.work = i}), failure);
  EXPECT_THAT(text(), HasSubstr("gw_host_door_state{provider=\"guarded\",state=\"shut\"} 1\n"));
  EXPECT_THAT(text(), HasSubstr("gw_host_shut_seconds{provider=\"guarded\"} 15\n"));
  EXPECT_THAT(text(), HasSubstr("gw_breaker_open{provider=\"guarded\"} 1\n"));
  EXPECT_THAT(text(), HasSubstr("gw_breaker_opened_total{provider=\"guarded\"} 1\n"));
}

TEST_F(UpstreamMetrics, SayWhoHasTheSlots) {
  const auto ticket = rig.ask({.work = 1});
  const auto next = rig.ask({.work = 2});
  EXPECT_THAT(text(), HasSubstr("gw_slots{provider=\"guarded\"} 1\n"));
  EXPECT_THAT(text(), HasSubstr("gw_slots_held{provider=\"guarded\"} 1\n"));
  EXPECT_THAT(text(), HasSubstr("gw_tasks_ready{provider=\"guarded\"} 1\n"));
  rig.send(ticket);
  rig.fail_with(ticket, test::lost());
  EXPECT_THAT(text(), HasSubstr("gw_slots_unsure{provider=\"guarded\"} 1\n"));
}

TEST_F(UpstreamMetrics, CountTokensAndSignIns) {
  EXPECT_THAT(text(), Not(HasSubstr("gw_token_refreshes_total{")));
  provider.counted.tokens =
      ProviderTally::Tokens{.refreshed = 3, .failed = 1, .clock_offset = -1500ms};
  provider.counted.sign_ins[SignInOutcome::too_many] = 2;
  EXPECT_THAT(
      text(),
      HasSubstr("gw_token_refreshes_total{provider=\"guarded\",outcome=\"refreshed\"} 3\n"));
  EXPECT_THAT(text(),
              HasSubstr("gw_token_refreshes_total{provider=\"guarded\",outcome=\"failed\"} 1\n"));
  EXPECT_THAT(text(), HasSubstr("gw_upstream_clock_offset_seconds{provider=\"guarded\"} -1.5\n"));
  EXPECT_THAT(text(),
              HasSubstr("gw_sign_ins_total{provider=\"guarded\",outcome=\"too_many\"} 2\n"));
}

TEST_F(UpstreamMetrics, TellOfTheEdge) {
  provider.door.view.state = ZoneState::needed;
  provider.door.view.obtained = rig.clock.wall() - 90s;
  provider.door.view.expires = rig.clock.wall() + 10min;
  provider.door.view.user_agent = "Browser/1.0";
  provider.door.counted.events = {{.kind = "blocked", .code = 1020, .count = 4}};
  provider.door.counted.transitions = {
      {.from = ZoneState::valid, .to = ZoneState::needed, .reason = "challenged", .count = 1}};
  EXPECT_THAT(text(), HasSubstr("gw_upstream_edge_events_total{provider=\"guarded\",class="
                                "\"blocked\",code=\"1020\"} 4\n"));
  EXPECT_THAT(text(), HasSubstr("gw_clearance_transitions_total{provider=\"guarded\",from="
                                "\"valid\",to=\"needed\",reason=\"challenged\"} 1\n"));
  EXPECT_THAT(text(), HasSubstr("gw_clearance_state{provider=\"guarded\",state=\"needed\"} 1\n"));
  EXPECT_THAT(text(), HasSubstr("gw_clearance_state{provider=\"guarded\",state=\"valid\"} 0\n"));
  EXPECT_THAT(text(), HasSubstr("gw_clearance_age_seconds{provider=\"guarded\"} 90\n"));
  EXPECT_THAT(text(), HasSubstr("gw_clearance_expires_in_seconds{provider=\"guarded\"} 600\n"));
  EXPECT_THAT(text(), HasSubstr("gw_requests_waiting_for_clearance{provider=\"guarded\"} 0\n"));
  EXPECT_THAT(text(), Not(HasSubstr("Browser")));
}

TEST_F(UpstreamMetrics, CountWhatWaitsForAClearance) {
  provider.door.view.state = ZoneState::needed;
  const auto drawn = rig.ask({.work = 1});
  const auto held = rig.ask({.work = 2});
  rig.engine.shut(rig.host, HostShut{Error(ErrorKind::upstream_challenged, "scripted"), {}});
  EXPECT_THAT(text(), HasSubstr("gw_requests_waiting_for_clearance{provider=\"guarded\"} 1\n"));
}

}  // namespace
}  // namespace gw::app
