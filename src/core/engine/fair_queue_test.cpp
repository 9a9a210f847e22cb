#include "core/engine/fair_queue.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace gw {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class FairQueueTest : public testing::Test {
 protected:
  void push(const std::string& caller, std::uint64_t number) {
    queue.push(CallerId{caller}, number, TaskId{number});
  }
  std::vector<std::uint64_t> drain() {
    std::vector<std::uint64_t> order;
    while (const auto task = queue.pop()) order.push_back(task->value);
    return order;
  }

  FairQueue queue;
};

TEST_F(FairQueueTest, OneCallerIsServedInOrder) {
  for (const auto number : {1u, 2u, 3u}) push("alice", number);
  EXPECT_THAT(drain(), ElementsAre(1, 2, 3));
}

TEST_F(FairQueueTest, CallersTakeTurns) {
  for (const auto number : {1u, 2u, 3u}) push("alice", number);
  push("bob", 4);
  push("carol", 5);
  push("carol", 6);
  EXPECT_THAT(drain(), ElementsAre(1, 4, 5, 2, 6, 3));
}

TEST_F(FairQueueTest, WhoComesBackTakesItsOldPlace) {
  push("alice", 2);
  push("alice", 3);
  push("alice", 1);
  EXPECT_THAT(drain(), ElementsAre(1, 2, 3));
}

TEST_F(FairQueueTest, AnErasedTaskIsNotServed) {
  push("alice", 1);
  push("alice", 2);
  queue.erase(CallerId{"alice"}, 1);
  EXPECT_EQ(queue.size(), 1u);
  EXPECT_THAT(drain(), ElementsAre(2));
}

TEST_F(FairQueueTest, ErasingTheLastTaskOfACallerEndsItsTurn) {
  push("alice", 1);
  push("bob", 2);
  queue.erase(CallerId{"alice"}, 1);
  EXPECT_THAT(drain(), ElementsAre(2));
}

TEST_F(FairQueueTest, ErasingWhatIsNotThereDoesNothing) {
  push("alice", 1);
  queue.erase(CallerId{"alice"}, 7);
  queue.erase(CallerId{"bob"}, 1);
  EXPECT_EQ(queue.size(), 1u);
}

TEST_F(FairQueueTest, ATaskIsInLineOnce) {
  push("alice", 1);
  push("alice", 1);
  EXPECT_EQ(queue.size(), 1u);
  EXPECT_THAT(drain(), ElementsAre(1));
}

TEST_F(FairQueueTest, ACallerWhoseLastTaskWasServedGoesToTheEnd) {
  push("alice", 1);
  push("bob", 2);
  push("bob", 3);
  EXPECT_EQ(queue.pop(), TaskId{1});
  push("alice", 4);
  EXPECT_THAT(drain(), ElementsAre(2, 4, 3));
}

TEST_F(FairQueueTest, IsEmptyAtFirstAndInTheEnd) {
  EXPECT_TRUE(queue.empty());
  EXPECT_THAT(drain(), IsEmpty());
  push("alice", 1);
  EXPECT_FALSE(queue.empty());
  queue.pop();
  EXPECT_TRUE(queue.empty());
}

TEST_F(FairQueueTest, TheOrderIsKnownBeforeItIsServed) {
  EXPECT_THAT(queue.in_order(), IsEmpty());
  for (const auto number : {1u, 2u, 3u, 7u}) push("alice", number);
  for (const auto number : {4u, 5u}) push("bob", number);
  push("carol", 6);
  queue.pop();
  std::vector<std::uint64_t> order;
  for (const auto task : queue.in_order()) order.push_back(task.value);
  EXPECT_THAT(order, ElementsAre(4, 6, 2, 5, 3, 7));
  EXPECT_EQ(drain(), order);
}

}  // namespace
}  // namespace gw
