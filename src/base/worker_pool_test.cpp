#include "base/worker_pool.hpp"

#include "base/event.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <numeric>
#include <vector>

namespace gw {
namespace {

class WorkerLaneTest : public testing::Test {
 protected:
  // Two jobs in a row that differ in length, so that two threads would mix them up.
  Async<void> note(WorkerLane& lane, int number) {
    auto job = [this, number]() -> Result<void> {
      std::vector<int> work(number % 2 == 0 ? 100'000 : 1, number);
      sum += std::accumulate(work.begin(), work.end(), 0LL);
      order.push_back(number);
      return {};
    };
    (void)co_await lane.run(job);
  }
  Async<void> wait_for(WorkerLane& lane, std::shared_future<void> gate) {
    auto job = [gate]() -> Result<void> {
      gate.wait();
      return {};
    };
    (void)co_await lane.run(job);
  }
  template <class Work>
  void spawn(Work work) {
    asio::co_spawn(io, std::move(work), asio::detached);
  }

  asio::io_context io{1};
  WorkerPool workers{io.get_executor(), 4};
  std::vector<int> order;  // no lock: what the lane promises
  long long sum = 0;
};

TEST_F(WorkerLaneTest, RunsJobsOneAfterTheOtherInTheOrderOfTheCalls) {
  WorkerLane lane(workers);
  std::vector<int> expected(200);
  std::iota(expected.begin(), expected.end(), 0);
  for (const int number : expected) spawn(note(lane, number));
  io.run();
  EXPECT_EQ(order, expected);
}

TEST_F(WorkerLaneTest, WhatWaitsForItsTurnHoldsNoThread) {
  WorkerPool small(io.get_executor(), 2);
  WorkerLane lane(small);
  std::promise<void> open;
  const auto gate = open.get_future().share();
  for (int i = 0; i < 10; ++i) spawn(wait_for(lane, gate));
  bool done = false;
  auto beside = [&]() -> Async<void> {
    auto job = []() -> Result<void> { return {}; };
    (void)co_await small.run(job);
    done = true;
    open.set_value();
  };
  spawn(beside());
  io.run();
  EXPECT_TRUE(done);
}

}  // namespace
}  // namespace gw
