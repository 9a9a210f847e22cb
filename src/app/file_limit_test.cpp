#include "app/file_limit.hpp"

#include <gmock/gmock.h>

#include <sys/resource.h>

namespace gw::app {
namespace {

using testing::HasSubstr;

TEST(FileLimit, EnoughFilesLeaveTheBoundAlone) {
  const auto bound = bound_connections(10'000, 20'000);

  EXPECT_EQ(bound.connections, 10'000u);
  EXPECT_FALSE(bound.warning);
}

TEST(FileLimit, TooFewFilesLowerTheBoundAndSaySo) {
  const auto bound = bound_connections(10'000, 1'024);

  EXPECT_EQ(bound.connections, 768u);
  EXPECT_THAT(bound.warning.value_or(""), HasSubstr("only 1024 files"));
  EXPECT_THAT(bound.warning.value_or(""), HasSubstr("at most 768 connections"));
}

TEST(FileLimit, VeryFewFilesAreShared) {
  EXPECT_EQ(bound_connections(10'000, 100).connections, 50u);
  EXPECT_EQ(bound_connections(10'000, 1).connections, 1u);
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
