#include "telemetry/metrics.hpp"

#include <gmock/gmock.h>

#include <array>
#include <stdexcept>

namespace gw {
namespace {

using testing::HasSubstr;
using testing::Not;

enum class Outcome : std::uint8_t { made, refused };
std::string_view to_string(Outcome outcome) {
  return outcome == Outcome::made ? "made" : "refused";
}

TEST(Metrics, ACounterCountsUp) {
  const auto registry = make_metrics_registry();

  auto& pictures = registry->counter("gw_pictures_total", "Pictures made.");
  pictures.increment();
  pictures.increment(2);

  EXPECT_THAT(registry->exposition(), HasSubstr("# HELP gw_pictures_total Pictures made.\n"
                                                "# TYPE gw_pictures_total counter\n"
                                                "gw_pictures_total 3\n"));
}

TEST(Metrics, AGaugeGoesUpAndDown) {
  const auto registry = make_metrics_registry();

  auto& waiting = registry->gauge("gw_waiting", "Tasks in the queue.");
  waiting.set(5);
  waiting.add(-2);

  EXPECT_THAT(registry->exposition(), HasSubstr("gw_waiting 3\n"));
}

TEST(Metrics, AHistogramCountsEachBucketAndTheSum) {
  const auto registry = make_metrics_registry();

  auto& seconds = registry->histogram("gw_wait_seconds", "Waiting.", std::array{0.5, 2.0});
  seconds.observe(0.25);
  seconds.observe(1);
  seconds.observe(10);

  const auto text = registry->exposition();
  EXPECT_THAT(text, HasSubstr("gw_wait_seconds_count 3\n"));
  EXPECT_THAT(text, HasSubstr("gw_wait_seconds_sum 11.25\n"));
  EXPECT_THAT(text, HasSubstr("gw_wait_seconds_bucket{le=\"0.5\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("gw_wait_seconds_bucket{le=\"2\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("gw_wait_seconds_bucket{le=\"+Inf\"} 3\n"));
}

TEST(Metrics, AnEnumGivesOneCounterForEachOfItsValues) {
  const auto registry = make_metrics_registry();

  const auto outcomes =
      registry->counter_by("gw_outcomes_total", "Outcomes.", "outcome", Outcome::refused);
  outcomes[Outcome::refused].increment();

  const auto text = registry->exposition();
  EXPECT_THAT(text, HasSubstr("gw_outcomes_total{outcome=\"made\"} 0\n"));
  EXPECT_THAT(text, HasSubstr("gw_outcomes_total{outcome=\"refused\"} 1\n"));
}

TEST(Metrics, WhatIsReadIsAskedForEachExposition) {
  const auto registry = make_metrics_registry();
  double open = 1;
  registry->read_gauge("gw_open", "Open.", {{"kind", "http"}}, [&open] { return open; });
  registry->read_gauge("gw_open", "Open.", {{"kind", "file"}}, [] { return 7.0; });
  registry->read_counter("gw_taken_total", "Taken.", {}, [] { return 9.0; });

  open = 2;

  const auto text = registry->exposition();
  EXPECT_THAT(text, HasSubstr("# TYPE gw_open gauge\n"
                              "gw_open{kind=\"http\"} 2\n"
                              "gw_open{kind=\"file\"} 7\n"));
  EXPECT_THAT(text, HasSubstr("# TYPE gw_taken_total counter\ngw_taken_total 9\n"));
}

TEST(Metrics, ACollectorWritesWhatIsThereAtTheTime) {
  const auto registry = make_metrics_registry();
  std::vector<std::string> accounts{"acc_a"};
  registry->collect([&accounts](MetricsText& text) {
    text.gauge("gw_account", "Known.");
    for (const auto& account : accounts) text.sample({{"account", account}}, 1);
  });
  EXPECT_THAT(registry->exposition(), HasSubstr("gw_account{account=\"acc_a\"} 1\n"));

  accounts = {"acc_b"};

  const auto text = registry->exposition();
  EXPECT_THAT(text, HasSubstr("gw_account{account=\"acc_b\"} 1\n"));
  EXPECT_THAT(text, Not(HasSubstr("acc_a")));
}

TEST(Metrics, HandlesStayGoodWhileOthersAreMade) {
  const auto registry = make_metrics_registry();
  auto& first = registry->counter("gw_first_total", "First.");

  for (int i = 0; i < 1000; ++i) {
    registry->counter("gw_other_total", "Other.", {{"n", std::to_string(i)}});
  }
  first.increment();

  EXPECT_THAT(registry->exposition(), HasSubstr("gw_first_total 1\n"));
}

TEST(Metrics, TheSameNameAndLabelsAreTheSameMetric) {
  const auto registry = make_metrics_registry();

  registry->counter("gw_pictures_total", "Pictures.").increment();
  registry->counter("gw_pictures_total", "Pictures.").increment();

  EXPECT_THAT(registry->exposition(), HasSubstr("gw_pictures_total 2\n"));
}

TEST(Metrics, AMalformedNameIsABug) {
  const auto registry = make_metrics_registry();

  EXPECT_THROW(registry->counter("not a name", ""), std::invalid_argument);
  EXPECT_THAT(registry->exposition(), Not(HasSubstr("not a name")));
}

}  // namespace
}  // namespace gw
