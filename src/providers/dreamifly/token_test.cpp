#include "providers/dreamifly/token.hpp"

#include <gtest/gtest.h>

namespace gw::dreamifly {
namespace {

using namespace std::chrono_literals;

constexpr SteadyTime kRead{1h};

ServerClock clock_of(std::string_view body) {
  const auto clock = read_server_clock(body, kRead);
  EXPECT_TRUE(clock) << body;
  return clock.value_or(ServerClock{});
}

TEST(Token, is_the_worked_example_of_the_protocol) {
  EXPECT_EQ(minute_token("test-key", "202511220830"), "418b304f4fcde87f61b4e59202113eb9");
}

TEST(Token, reads_the_clock_of_a_server_on_utc) {
  const auto clock = clock_of(
      R"({"timestamp":1795389421214,"year":2026,"month":11,"day":22,"hour":23,"minute":17,"timeString":"202611222317"})");
  EXPECT_EQ(clock.zone, 0min);
  EXPECT_EQ(minute_string(clock, kRead), "202611222317");
}

TEST(Token, reads_the_clock_of_a_server_in_shanghai) {
  const auto clock = clock_of(R"({"timestamp":1795389958534,"timeString":"202611230725"})");
  EXPECT_EQ(clock.zone, 8h);
  EXPECT_EQ(minute_string(clock, kRead), "202611230725");
}

TEST(Token, knows_zones_west_of_utc_and_half_hours) {
  EXPECT_EQ(clock_of(R"({"timestamp":1795389421214,"timeString":"202611221347"})").zone,
            -9h - 30min);
  EXPECT_EQ(clock_of(R"({"timestamp":1795389421214,"timeString":"202611230502"})").zone,
            5h + 45min);
}

TEST(Token, changes_with_the_minute_and_never_before) {
  // 23:17:01.214 when it was read.
  const auto clock = clock_of(R"({"timestamp":1795389421214,"timeString":"202611222317"})");
  EXPECT_EQ(minute_string(clock, kRead + 58'785ms), "202611222317");
  EXPECT_EQ(minute_string(clock, kRead + 58'786ms), "202611222318");
  EXPECT_EQ(minute_string(clock, kRead + 42min + 58'786ms), "202611230000");
}

TEST(Token, crosses_the_end_of_a_year) {
  const auto clock = clock_of(R"({"timestamp":1798761599000,"timeString":"202612312359"})");
  EXPECT_EQ(minute_string(clock, kRead + 1s), "202701010000");
}

TEST(Token, refuses_what_is_no_clock) {
  for (const auto* body :
       {"", "null", "[]", "{}", R"({"timestamp":1795389421214})",
        R"({"timeString":"202611222317"})",
        R"({"timestamp":"1795389421214","timeString":"202611222317"})",
        R"({"timestamp":-1,"timeString":"197001010000"})",
        R"({"timestamp":9223372036854775807,"timeString":"202611222317"})",
        R"({"timestamp":1e300,"timeString":"202611222317"})",
        R"({"timestamp":1795389421214,"timeString":"2026112223170"})",
        R"({"timestamp":1795389421214,"timeString":"20261122 317"})",
        R"({"timestamp":1795389421214,"timeString":"202613222317"})",
        R"({"timestamp":1795389421214,"timeString":"202611312317"})",
        R"({"timestamp":1795389421214,"timeString":"202611222417"})",
        R"({"timestamp":1795389421214,"timeString":"202611242317"})", "<html></html>"}) {
    const auto clock = read_server_clock(body, kRead);
    ASSERT_FALSE(clock) << body;
    EXPECT_EQ(clock.error().kind(), ErrorKind::upstream_error);
  }
}

}  // namespace
}  // namespace gw::dreamifly
