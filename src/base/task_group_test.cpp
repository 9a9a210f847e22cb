#include "base/task_group.hpp"

#include "base/event.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <gtest/gtest.h>

#include <stdexcept>

namespace gw {
namespace {

class TaskGroupTest : public testing::Test {
 protected:
  Async<void> wait_for(Event& event) {
    co_await event.wait();
    ++ended;
  }
  Async<void> throw_bug() {
    throw std::logic_error("a bug");
    co_return;
  }
  Async<void> note_empty(bool& empty) {
    co_await group.wait_until_empty();
    empty = true;
  }
  Async<void> note_deadline(SteadyTime deadline, bool& over) {
    co_await group.wait_until_empty(deadline);
    over = true;
  }
  template <class Work>
  void run(Work work) {
    asio::co_spawn(io, std::move(work), asio::detached);
  }

  asio::io_context io{1};
  int bugs = 0;
  TaskGroup group{io.get_executor(), [this](std::exception_ptr) { ++bugs; }};
  Event first{io.get_executor()};
  Event second{io.get_executor()};
  int ended = 0;
};

TEST_F(TaskGroupTest, WaitsUntilTheLastMemberHasEnded) {
  bool empty = false;
  group.spawn(wait_for(first));
  group.spawn(wait_for(second));
  run(note_empty(empty));

  first.set();
  io.poll();
  EXPECT_FALSE(empty);
  EXPECT_EQ(group.size(), 1u);

  second.set();
  io.poll();
  EXPECT_TRUE(empty);
  EXPECT_EQ(ended, 2);
  EXPECT_EQ(bugs, 0);
}

TEST_F(TaskGroupTest, AnEmptyGroupDoesNotWait) {
  bool empty = false;
  run(note_empty(empty));

  io.poll();

  EXPECT_TRUE(empty);
}

TEST_F(TaskGroupTest, CancelEndsEveryMemberAndIsNoBug) {
  group.spawn(wait_for(first));
  group.spawn(wait_for(second));
  io.poll();

  group.cancel();
  io.poll();

  EXPECT_EQ(group.size(), 0u);
  EXPECT_EQ(ended, 0);
  EXPECT_EQ(bugs, 0);
}

TEST_F(TaskGroupTest, OneMemberCanBeCancelledAlone) {
  const auto member = group.spawn(wait_for(first));
  group.spawn(wait_for(second));
  io.poll();

  member.cancel();
  io.poll();
  EXPECT_EQ(group.size(), 1u);

  second.set();
  io.poll();
  EXPECT_EQ(ended, 1);
  member.cancel();  // long gone: nothing happens
}

TEST_F(TaskGroupTest, ReportsWhatEscapes) {
  group.spawn(throw_bug());

  io.poll();

  EXPECT_EQ(bugs, 1);
  EXPECT_EQ(group.size(), 0u);
}

TEST_F(TaskGroupTest, WaitingEndsAtTheDeadlineWithMembersLeft) {
  bool over = false;
  group.spawn(wait_for(first));
  run(note_deadline(SteadyTime::min(), over));

  io.poll();

  EXPECT_TRUE(over);
  EXPECT_EQ(group.size(), 1u);
  group.cancel();
  io.poll();
}

}  // namespace
}  // namespace gw
