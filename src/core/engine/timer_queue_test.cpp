#include "core/engine/timer_queue.hpp"

#include <gtest/gtest.h>

namespace gw {
namespace {

using namespace std::chrono_literals;

constexpr SteadyTime kNow{24h};

TimerEvent event(std::uint64_t task) {
  return {TimerKind::not_before, TaskId{task}, {}};
}

TEST(TimerQueue, GivesEventsInOrderOfTime) {
  TimerQueue timers;
  timers.schedule(kNow + 2s, event(2));
  timers.schedule(kNow + 1s, event(1));
  EXPECT_EQ(timers.take_due(kNow + 5s)->task, TaskId{1});
  EXPECT_EQ(timers.take_due(kNow + 5s)->task, TaskId{2});
  EXPECT_FALSE(timers.take_due(kNow + 5s));
}

TEST(TimerQueue, EventsOfOneMomentComeInTheOrderTheyWereScheduled) {
  TimerQueue timers;
  for (const auto task : {3u, 1u, 2u}) timers.schedule(kNow, event(task));
  for (const auto task : {3u, 1u, 2u}) EXPECT_EQ(timers.take_due(kNow)->task, TaskId{task});
}

TEST(TimerQueue, AnEventIsDueAtItsTimeAndNotBefore) {
  TimerQueue timers;
  timers.schedule(kNow + 1s, event(1));
  EXPECT_FALSE(timers.take_due(kNow + 999ms));
  EXPECT_TRUE(timers.take_due(kNow + 1s));
}

TEST(TimerQueue, KnowsWhenTheNextOneIsDue) {
  TimerQueue timers;
  EXPECT_EQ(timers.next(), std::nullopt);
  timers.schedule(kNow + 2s, event(2));
  timers.schedule(kNow + 1s, event(1));
  EXPECT_EQ(timers.next(), kNow + 1s);
}

TEST(TimerQueue, ACancelledEventDoesNotHappen) {
  TimerQueue timers;
  const auto first = timers.schedule(kNow, event(1));
  timers.schedule(kNow, event(2));
  timers.cancel(first);
  EXPECT_EQ(timers.take_due(kNow)->task, TaskId{2});
  EXPECT_EQ(timers.next(), std::nullopt);
}

TEST(TimerQueue, AnEventKeepsWhatItIsAbout) {
  TimerQueue timers;
  timers.schedule(kNow, {TimerKind::deadline, TaskId{7}, WaiterId{9}});
  const auto taken = timers.take_due(kNow);
  ASSERT_TRUE(taken);
  EXPECT_EQ(taken->kind, TimerKind::deadline);
  EXPECT_EQ(taken->waiter, WaiterId{9});
}

}  // namespace
}  // namespace gw
