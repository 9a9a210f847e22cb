// The upstream's own counters: never run into where that can be avoided, and waited for or told
// where it cannot. A job counts until it is done, whoever has left.
#include "tests/fault/upstream_faults.hpp"

#include <fmt/format.h>

#include <future>
#include <string>
#include <vector>

namespace gw::test {
namespace {

class UpstreamLimits : public UpstreamFaults {
 protected:
  static constexpr const char* kEmail = "painter@example.com";

  // `limits` are the server's; the gateway only knows what it assumes by default.
  void start_with(FakeLimits limits, std::map<std::string, std::string> environment = {}) {
    start({.limits = limits, .accounts = {{.email = kEmail, .password = std::string(kPassword)}}},
          std::move(environment));
  }
  static std::map<std::string, std::string> with_account() {
    return {{"DREAMIFLY_EMAIL", kEmail}, {"DREAMIFLY_PASSWORD", std::string(kPassword)}};
  }
  std::vector<std::future<RawAnswer>> ask_for(int pictures) const {
    std::vector<std::future<RawAnswer>> answers;
    for (int i = 0; i < pictures; ++i)
      answers.push_back(ask_aside(port(), draw_small(fmt::format("pear {}", i))));
    return answers;
  }
  double waits() const { return metric(port(), "gw_upstream_waits_total"); }
  // Refusals that are waited for are free, and there is one of them for each wait.
  void expect_drawn_once_each(std::size_t pictures) const {
    EXPECT_EQ(static_cast<double>(fake->calls().size()), static_cast<double>(pictures) + waits());
    expect_slots({});
  }
};

TEST_F(UpstreamLimits, OfTheSiteAreNeverRunIntoWithoutAccount) {
  start_with(FakeLimits::of_the_site());
  for (auto& answer : ask_for(6)) EXPECT_THAT(answer.get(), HasStatus(200));
  EXPECT_EQ(fake->most_running(), 1u);
  EXPECT_EQ(waits(), 0);
  expect_drawn_once_each(6);
}

TEST_F(UpstreamLimits, OfTheSiteAreNeverRunIntoWithAnAccount) {
  start_with(FakeLimits::of_the_site(), with_account());
  fake->hold();
  auto answers = ask_for(6);
  EXPECT_TRUE(fake->wait_for_running(2, kPatience)) << "both places are used";
  fake->release();
  for (auto& answer : answers) EXPECT_THAT(answer.get(), HasStatus(200));
  EXPECT_EQ(fake->most_running(), 2u);
  EXPECT_EQ(waits(), 0);
  expect_drawn_once_each(6);
}

TEST_F(UpstreamLimits, OfOneAccountAreWaitedFor) {
  start_with({.account_jobs = 1}, with_account());
  fake->hold();
  auto answers = ask_for(2);
  ASSERT_TRUE(eventually([&] { return waits() > 0; }));
  EXPECT_EQ(fake->running(), 1u);
  fake->release();
  for (auto& answer : answers) EXPECT_THAT(answer.get(), HasStatus(200));
  EXPECT_EQ(fake->most_running(), 1u);
  expect_drawn_once_each(2);
}

TEST_F(UpstreamLimits, FilledByTheJobOfAGatewayThatDiedAreWaitedFor) {
  start_with(FakeLimits::of_the_site());
  fake->hold();
  {
    RawSocket client(port());
    client.send(wire(draw_small("lost")));
    ASSERT_TRUE(fake->wait_for_running(1, kPatience));
    gateway->kill();
  }
  EXPECT_EQ(fake->running(), 1u) << "the upstream goes on and keeps the place";
  gateway = GatewayProcess::serving({.environment = {{"DREAMIFLY_BASE_URL", fake->base_url()},
                                                     {"DREAMIFLY_SITE_KEY", "test-key"}}});
  auto answers = ask_for(1);
  ASSERT_TRUE(eventually([&] { return waits() > 0; }));
  EXPECT_EQ(fake->most_running(), 1u);
  fake->release();
  EXPECT_THAT(answers.at(0).get(), HasStatus(200));
  expect_drawn_once_each(1 + 1);
}

TEST_F(UpstreamLimits, OfADayWithoutAccountAreToldAndThenLeftAlone) {
  start_with({.anonymous_daily = 2});
  for (int i = 0; i < 2; ++i) EXPECT_THAT(send(draw_small("a pear")), HasStatus(200));
  for (int i = 0; i < 3; ++i) {
    const auto answer = send(draw_small(kPrompt));
    EXPECT_THAT(answer, IsError(429, "insufficient_quota", "null"));
    EXPECT_THAT(answer, HasHeader("x-should-retry", "false"));
    EXPECT_THAT(error_field(answer, "message"), testing::HasSubstr("T20:00Z"));
    expect_nothing_internal(answer);
  }
  EXPECT_EQ(fake->calls().size(), 3u) << "no other account and no later call can help before then";
  expect_slots({});
}

TEST_F(UpstreamLimits, OfADayWithAnAccountAreTold) {
  start_with({.account_daily = 3}, with_account());
  for (int i = 0; i < 2; ++i) EXPECT_THAT(send(draw_small("a pear")), HasStatus(200));
  const auto answer = send(draw_small(kPrompt));

  EXPECT_THAT(answer, IsError(429, "insufficient_quota", "null")) << "really one less";
  EXPECT_THAT(answer, HasHeader("x-should-retry", "false"));
  EXPECT_THAT(error_field(answer, "message"), testing::HasSubstr("T16:00Z"));
  expect_nothing_internal(answer);
  EXPECT_EQ(fake->calls().size(), 3u);
  expect_slots({});
}

TEST_F(UpstreamLimits, TheWaitWithoutAccountHoldsThePlaceAndNothingElse) {
  start({.anonymous_delay = std::chrono::milliseconds(300), .limits = FakeLimits::of_the_site()});
  EXPECT_THAT(send(draw_small("a pear", R"(,"n":3)")), HasStatus(200));
  EXPECT_EQ(fake->most_running(), 1u);
  expect_drawn_once_each(3);
}

}  // namespace
}  // namespace gw::test
