// Answers that come after the caller's deadline: told in time, and the slot is held until the
// upstream has answered.
#include "tests/fault/upstream_faults.hpp"

#include <chrono>

namespace gw::test {
namespace {

TEST_F(UpstreamFaults, ALateAnswerGivesItsSlotBackWhenItComes) {
  start({}, {{"UPSTREAM_CONCURRENCY_LIMIT", "2"}, {"API_REQUEST_TIMEOUT", "2"}});
  fake->hold();
  const auto answer = send(draw_small("a pear", R"(,"n":2)"));
  EXPECT_THAT(answer, IsError(504, "upstream_timeout", "null"));
  EXPECT_THAT(answer, HasHeader("x-should-retry", "false"));

  EXPECT_EQ(metric(port(), "gw_tasks_running"), 2) << "the upstream still draws them";
  EXPECT_THAT(send(draw_small("a fig")), IsError(504, "queue_timeout", "null"));
  EXPECT_EQ(fake->calls().size(), 2u);
  fake->release();
  EXPECT_TRUE(eventually([&] { return metric(port(), "gw_tasks_running") == 0; }));
  expect_slots({});
  EXPECT_THAT(send(draw_small("a plum")), HasStatus(200));
  EXPECT_LE(fake->most_running(), 2u);
}

TEST_F(UpstreamFaults, AClientThatLeavesAStallLeavesItsSlotHeld) {
  start({}, {{"UPSTREAM_CONCURRENCY_LIMIT", "2"}, {"SHUTDOWN_GRACE", "0"}});
  fake->hold();
  send_and_leave(draw_small("a pear"));
  expect_slots({.in_use = 1});
  fake->release();
  EXPECT_TRUE(eventually([&] { return metric(port(), "gw_tasks_running") == 0; }));
  expect_slots({});
  EXPECT_EQ(fake->calls().size(), 1u);
}

}  // namespace
}  // namespace gw::test
