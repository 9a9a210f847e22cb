#include "app/file_limit.hpp"

#include <gmock/gmock.h>

#include <sys/resource.h>

namespace gw::app {
namespace {

using testing::HasSubstr;

TEST(FileLimit, EnoughFilesLeaveTheBoundAlone) {
  const auto bounds = bound_files(10'000, 20'000);

  EXPECT_EQ(bounds.connections, 10'000u);
  EXPECT_EQ(bounds.uploads, 9'744u) << "what connections leave";
  EXPECT_FALSE(bounds.warning);
}

TEST(FileLimit, TooFewFilesLowerTheBoundAndSaySo) {
  const auto bounds = bound_files(10'000, 1'024);

  EXPECT_EQ(bounds.connections, 576u);
  EXPECT_EQ(bounds.uploads, 192u);
  EXPECT_THAT(bounds.warning.value_or(""), HasSubstr("only 1024 files"));
  EXPECT_THAT(bounds.warning.value_or(""), HasSubstr("at most 576 connections"));
}

TEST(FileLimit, AllTogetherNeverNeedMoreFilesThanThereAre) {
  for (const std::size_t limit : {4u, 100u, 1'024u, 4'096u, 13'000u, 20'000u}) {
    const auto bounds = bound_files(10'000, limit);
    EXPECT_GE(bounds.connections, 1u) << limit;
    EXPECT_GE(bounds.uploads, 1u) << limit;
    EXPECT_LT(bounds.connections + bounds.uploads, limit) << limit;
  }
}

TEST(FileLimit, VeryFewFilesAreShared) {
  EXPECT_EQ(bound_files(10'000, 100).connections, 38u);
  EXPECT_EQ(bound_files(10'000, 1).connections, 1u);
}

TEST(FileLimit, TheSoftLimitBecomesTheHardOne) {
  const auto limit = raise_file_limit();

  rlimit now{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &now), 0);
  EXPECT_EQ(now.rlim_cur, now.rlim_max);
  EXPECT_GE(limit, 1u);
}

}  // namespace
}  // namespace gw::app
