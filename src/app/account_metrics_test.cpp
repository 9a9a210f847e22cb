#include "app/account_metrics.hpp"

#include "tests/support/engine_rig.hpp"
#include "tests/support/fake_provider.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>

namespace gw::app {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

class AccountMetrics : public testing::Test {
 protected:
  AccountMetrics() { publish_accounts(*registry, {&provider}, rig.engine, rig.clock); }
  void set(const std::string& id) {
    AccountSettings account;
    account.id = AccountId{id};
    account.label = "me@example.com";
    rig.engine.set(rig.host, account);
  }
  std::string text() const { return registry->exposition(); }

  asio::io_context io;
  std::unique_ptr<MetricsRegistry> registry = make_metrics_registry();
  test::EngineRig rig;
  test::FakeProvider provider{io.get_executor()};
};

TEST_F(AccountMetrics, FollowAccountsThatComeAndGo) {
  EXPECT_THAT(text(), HasSubstr("# TYPE gw_account_state gauge\n"));
  set("acc_a");
  EXPECT_THAT(text(),
              HasSubstr(R"(gw_account_state{provider="fake",account="acc_a",state="ready"} 1)"));
  EXPECT_THAT(text(), HasSubstr(R"(gw_accounts{provider="fake",state="ready"} 1)"));
  rig.engine.remove(rig.host, AccountId{"acc_a"});
  EXPECT_THAT(text(), Not(HasSubstr("acc_a")));
  EXPECT_THAT(text(), HasSubstr(R"(gw_accounts{provider="fake",state="ready"} 0)"));
}

TEST_F(AccountMetrics, SayHowOneIsDoing) {
  set("acc_a");
  rig.draw(rig.ask());
  AccountFinding finding{
      .state = AccountState::cooling,
      .reason = "scripted",
      .rest = 30s,
      .allowance = Allowance{.points = 12, .drawn_today = 48, .daily_limit = 49, .read = {}}};
  rig.engine.found(rig.host, AccountId{"acc_a"}, finding);
  const auto one = [](std::string_view name, int value) {
    return HasSubstr(fmt::format("{}{{provider=\"fake\",account=\"acc_a\"}} {}\n", name, value));
  };
  EXPECT_THAT(text(), one("gw_account_leases", 0));
  EXPECT_THAT(text(), one("gw_account_leases_total", 1));
  EXPECT_THAT(text(), one("gw_account_drawn_total", 1));
  EXPECT_THAT(text(), one("gw_account_coolings_total", 1));
  EXPECT_THAT(text(), one("gw_account_points", 12));
  EXPECT_THAT(text(), one("gw_account_allowance_left", 1));
  EXPECT_THAT(text(), one("gw_account_allowance_limit", 49));
  EXPECT_THAT(text(), one("gw_account_set_aside_seconds", 30));
  EXPECT_THAT(text(),
              HasSubstr(R"(gw_account_state{provider="fake",account="acc_a",state="cooling"} 1)"));
  EXPECT_THAT(text(), Not(HasSubstr("example.com"))) << "nothing but the opaque id";
}

TEST_F(AccountMetrics, AreBoundedForAThousand) {
  for (int i = 0; i < 1000; ++i) set(fmt::format("acc_{:016}", i));
  const auto all = text();
  EXPECT_LE(std::ranges::count(all, '\n'), 17'100);
  EXPECT_LE(all.size(), 2'000'000u);
}

}  // namespace
}  // namespace gw::app
