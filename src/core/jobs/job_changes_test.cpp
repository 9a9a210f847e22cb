#include "core/jobs/job_changes.hpp"

#include "tests/support/manual_clock.hpp"
#include "tests/support/run.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace gw {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

class JobChangesTest : public testing::Test {
 protected:
  bool rings(JobChanges::Listener& listener, std::chrono::milliseconds at_most = 0ms) {
    return test::run(io, [](auto& heard, auto time) -> Async<bool> {
      co_return co_await heard.rings_within(time);
    }(listener, at_most));
  }
  std::vector<std::string> after(std::uint64_t number) const {
    std::vector<std::string> jobs;
    while (const auto change = changes.after(number)) {
      jobs.push_back(change->job.value);
      number = change->number;
    }
    return jobs;
  }

  asio::io_context io{1};
  test::ManualClock clock{WallTime(1'700'000'000s)};
  JobChanges changes{io.get_executor(), clock};
  const std::uint64_t start = changes.newest();
  const RequestId a{"a"};
  const RequestId b{"b"};
};

TEST_F(JobChangesTest, OfAJobThatChangedTwiceTheNewestIsToldOnceAndInOrder) {
  changes.add({a});
  changes.add({b});
  changes.add({a});
  EXPECT_THAT(after(start), ElementsAre("b", "a"));
  EXPECT_THAT(after(changes.newest()), IsEmpty());
}

TEST_F(JobChangesTest, ARemovedJobStaysRemovedWhateverIsWrittenOfItLater) {
  changes.add({a});
  changes.add_removed(a, CallerId{"its owner"});
  changes.add({b, a});
  EXPECT_THAT(after(start), ElementsAre("b", "a"));
  EXPECT_EQ(changes.after(start)->removed_from.value, "");
  EXPECT_EQ(changes.after(changes.after(start)->number)->removed_from.value, "its owner");
}

TEST_F(JobChangesTest, NumbersGrowAlsoOverARestart) {
  changes.add({a, b});
  const auto before = changes.newest();
  EXPECT_GT(before, start);
  clock.advance(1s);
  const JobChanges later(io.get_executor(), clock);
  EXPECT_GT(later.newest(), before);
  EXPECT_FALSE(later.reaches_back_to(before)) << "it cannot know what has changed since";
}

TEST_F(JobChangesTest, RemembersSoManyAndKnowsWhatItForgot) {
  changes.add({b});
  const auto early = changes.newest();
  for (std::size_t i = 0; i < JobChanges::kRemembered; ++i) changes.add({a});
  EXPECT_TRUE(changes.reaches_back_to(early));
  EXPECT_FALSE(changes.reaches_back_to(start));
  EXPECT_FALSE(changes.reaches_back_to(changes.newest() + 1));
  EXPECT_THAT(after(start), ElementsAre("a"));
}

TEST_F(JobChangesTest, RingsWhoeverListensToThatJobOrToAll) {
  const auto of_a = changes.listen(a);
  const auto of_b = changes.listen(b);
  const auto of_all = changes.listen();
  changes.add({a});
  EXPECT_TRUE(rings(*of_a));
  EXPECT_FALSE(rings(*of_b));
  EXPECT_TRUE(rings(*of_all));
  of_a->reset();
  EXPECT_FALSE(rings(*of_a));
}

TEST_F(JobChangesTest, WhoWaitsIsWokenAtOnce) {
  const auto listener = changes.listen(a);
  asio::post(io, [this] { changes.add({a}); });
  EXPECT_TRUE(rings(*listener, 60s));
}

TEST_F(JobChangesTest, ClosingRingsEverybody) {
  const auto of_a = changes.listen(a);
  const auto of_all = changes.listen();
  changes.close();
  EXPECT_TRUE(changes.closed());
  EXPECT_TRUE(rings(*of_a));
  EXPECT_TRUE(rings(*of_all));
}

TEST_F(JobChangesTest, AListenerMayOutliveIt) {
  std::unique_ptr<JobChanges::Listener> listener;
  {
    JobChanges gone(io.get_executor(), clock);
    listener = gone.listen(a);
  }
  listener.reset();
}

}  // namespace
}  // namespace gw
