#include "core/accounts/account.hpp"

#include <gtest/gtest.h>

namespace gw {
namespace {

TEST(Account, IdsOfTheConfigurationStayTheSame) {
  const auto id = derived_account_id("https://draw.example.com", "me@example.com");
  EXPECT_EQ(id, derived_account_id("https://draw.example.com", "me@example.com"));
  EXPECT_EQ(id.value.size(), 16u);
  EXPECT_TRUE(id.value.starts_with("acc_"));
  EXPECT_EQ(id.value.find_first_not_of("abcdefghijklmnopqrstuvwxyz234567_"), std::string::npos);
}

TEST(Account, IdsOfTheConfigurationDifferByUpstreamAndLogin) {
  const auto id = derived_account_id("https://draw.example.com", "me@example.com");
  EXPECT_NE(id, derived_account_id("https://draw.example.com", "you@example.com"));
  EXPECT_NE(id, derived_account_id("https://other.example.com", "me@example.com"));
  EXPECT_NE(derived_account_id("ab", "c"), derived_account_id("a", "bc"));
}

}  // namespace
}  // namespace gw
