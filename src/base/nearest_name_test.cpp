#include "base/nearest_name.hpp"

#include <gtest/gtest.h>

#include <string>

namespace gw {
namespace {

const std::vector<std::string_view> kKnown{"HOST", "PORT", "UPSTREAM_CONCURRENCY_LIMIT"};

TEST(NearestName, FindsWhatASlipOfTheFingersMeant) {
  EXPECT_EQ(nearest_name("UPSTREAM_CONCURENCY_LIMIT", kKnown), "UPSTREAM_CONCURRENCY_LIMIT");
  EXPECT_EQ(nearest_name("PROT", kKnown), "PORT");
  EXPECT_EQ(nearest_name("HOSTS", kKnown), "HOST");
  EXPECT_EQ(nearest_name("OST", kKnown), "HOST");
}

TEST(NearestName, SaysNothingWhenNothingIsClose) {
  EXPECT_EQ(nearest_name("HOME", kKnown), "");
  EXPECT_EQ(nearest_name("PATH", {"DATA_DIR"}), "");
  EXPECT_EQ(nearest_name("", kKnown), "");
  EXPECT_EQ(nearest_name(std::string(100'000, 'x'), kKnown), "");
}

}  // namespace
}  // namespace gw
