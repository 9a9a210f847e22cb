#include "base/gate.hpp"

#include "base/task_group.hpp"

#include <boost/asio/post.hpp>
#include <gmock/gmock.h>

#include <exception>
#include <optional>
#include <vector>

namespace gw {
namespace {

using testing::ElementsAre;

class GateTest : public testing::Test {
 protected:
  TaskGroup::Member come(int visitor) {
    auto member = visitors_.spawn(visit(visitor));
    turn();
    return member;
  }
  void go() {
    passes_.erase(passes_.begin());
    turn();
  }
  void turn() {
    io_.restart();
    io_.poll();
  }

  asio::io_context io_{1};
  std::optional<Gate> gate_{std::in_place, io_.get_executor(), 2};
  TaskGroup visitors_{io_.get_executor(), [](std::exception_ptr) {}};
  std::vector<int> inside_;  // in the order in which they entered
  std::vector<Gate::Pass> passes_;

 private:
  Async<void> visit(int visitor) {
    passes_.push_back(co_await gate_->enter());
    inside_.push_back(visitor);
  }
};

TEST_F(GateTest, SoManyEnterAndTheOthersFollowInTheirOrder) {
  for (const int visitor : {1, 2, 3, 4}) come(visitor);
  EXPECT_THAT(inside_, ElementsAre(1, 2));
  go();
  EXPECT_THAT(inside_, ElementsAre(1, 2, 3));
  go();
  EXPECT_THAT(inside_, ElementsAre(1, 2, 3, 4));
}

TEST_F(GateTest, APlaceThatNobodyWaitsForIsThereForTheNext) {
  come(1);
  come(2);
  go();
  come(3);
  EXPECT_THAT(inside_, ElementsAre(1, 2, 3));
}

TEST_F(GateTest, WhoLeavesTheLineTakesNoPlace) {
  come(1);
  come(2);
  const auto impatient = come(3);
  come(4);
  impatient.cancel();
  turn();
  go();
  EXPECT_THAT(inside_, ElementsAre(1, 2, 4));
}

TEST_F(GateTest, NoPlaceIsLostWhenWhoIsCalledIsCancelled) {
  come(1);
  come(2);
  const auto unlucky = come(3);
  // Both in one turn of the loop, as it happens there.
  asio::post(io_, [&] {
    passes_.erase(passes_.begin());
    unlucky.cancel();
  });
  turn();
  passes_.clear();
  inside_.clear();
  come(4);
  come(5);
  EXPECT_THAT(inside_, ElementsAre(4, 5));
}

TEST_F(GateTest, PassesMayOutliveTheirGate) {
  come(1);
  gate_.reset();
  go();
}

}  // namespace
}  // namespace gw
