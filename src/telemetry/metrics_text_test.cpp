#include "telemetry/metrics_text.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace gw {
namespace {

TEST(MetricsText, IsPrometheusText) {
  MetricsText text;
  text.gauge("gw_account_points", "Points left.");
  text.sample({{"provider", "dreamifly"}, {"account", "acc_a"}}, 12);
  text.sample({{"provider", "dreamifly"}, {"account", "acc_b"}}, 0.5);
  text.counter("gw_taken_total", "Taken.");
  text.sample({}, 3'000'000);
  EXPECT_EQ(text.text(),
            "# HELP gw_account_points Points left.\n"
            "# TYPE gw_account_points gauge\n"
            "gw_account_points{provider=\"dreamifly\",account=\"acc_a\"} 12\n"
            "gw_account_points{provider=\"dreamifly\",account=\"acc_b\"} 0.5\n"
            "# HELP gw_taken_total Taken.\n"
            "# TYPE gw_taken_total counter\n"
            "gw_taken_total 3000000\n");
}

TEST(MetricsText, NamesFamiliesWithoutSamples) {
  MetricsText text;
  text.gauge("gw_account_points", "Points left.");
  EXPECT_TRUE(text.text().contains("# TYPE gw_account_points gauge\n"));
}

TEST(MetricsText, EscapesWhatWouldEndALabel) {
  MetricsText text;
  text.gauge("gw_model", "A model.");
  text.sample({{"model", "a\"b\\c\nd"}}, 1);
  EXPECT_TRUE(text.text().contains("gw_model{model=\"a\\\"b\\\\c\\nd\"} 1\n"));
}

TEST(MetricsText, SaysWhatIsNoNumberAsPrometheusReadsIt) {
  MetricsText text;
  text.gauge("gw_odd", "Odd.");
  text.sample({}, std::numeric_limits<double>::infinity());
  text.sample({}, -std::numeric_limits<double>::infinity());
  text.sample({}, std::numeric_limits<double>::quiet_NaN());
  EXPECT_TRUE(text.text().ends_with("gw_odd +Inf\ngw_odd -Inf\ngw_odd NaN\n"));
}

}  // namespace
}  // namespace gw
