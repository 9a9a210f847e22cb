#include "api/admin/attempts.hpp"

#include "tests/support/manual_clock.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace gw::api {
namespace {

using namespace std::chrono_literals;

class AttemptsTest : public testing::Test {
 protected:
  void fail_often(std::string_view client, int times) {
    for (int i = 0; i < times; ++i) attempts.failed(client);
  }
  bool open(std::string_view client) const { return attempts.may_try(client).has_value(); }

  test::ManualClock clock;
  Attempts attempts{clock};
};

TEST_F(AttemptsTest, FiveAtOnceThenOneAMinute) {
  for (int i = 0; i < 5; ++i) {
    EXPECT_TRUE(open("203.0.113.1")) << i;
    attempts.failed("203.0.113.1");
  }
  const auto refused = attempts.may_try("203.0.113.1");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind(), ErrorKind::rate_limited);
  EXPECT_EQ(refused.error().retry_after(), 60s);
  EXPECT_TRUE(open("203.0.113.2"));
  clock.advance(59s);
  EXPECT_FALSE(open("203.0.113.1"));
  clock.advance(1s);
  EXPECT_TRUE(open("203.0.113.1"));
  attempts.failed("203.0.113.1");
  EXPECT_FALSE(open("203.0.113.1"));
}

TEST_F(AttemptsTest, TheRightKeyForgivesTheWrongOnes) {
  fail_often("203.0.113.1", 4);
  attempts.succeeded("203.0.113.1");
  fail_often("203.0.113.1", 4);
  EXPECT_TRUE(open("203.0.113.1"));
}

TEST_F(AttemptsTest, ManyClientsShareALimitThatDoesNotShutOutAFriend) {
  attempts.succeeded("198.51.100.7");
  for (int i = 0; i < 30; ++i) attempts.failed(fmt::format("203.0.113.{}", i));
  EXPECT_FALSE(open("203.0.113.200"));
  EXPECT_TRUE(open("198.51.100.7"));
  fail_often("198.51.100.7", 5);
  EXPECT_FALSE(open("198.51.100.7")) << "it has its own limit all the same";
  clock.advance(10min);
  EXPECT_TRUE(open("203.0.113.200"));
}

TEST_F(AttemptsTest, ANetworkOfIpv6IsOneClient) {
  fail_often("2001:db8:1:2::1", 5);
  EXPECT_FALSE(open("2001:db8:1:2:ffff::9"));
  EXPECT_TRUE(open("2001:db8:1:3::1"));
  EXPECT_EQ(address_block("2001:db8:1:2:3::4"), "2001:db8:1:2::/64");
  EXPECT_EQ(address_block("::ffff:203.0.113.1"), "::ffff:203.0.113.1");
  EXPECT_EQ(address_block("unknown"), "unknown");
}

TEST_F(AttemptsTest, WhoComesFromEverywhereMeetsTheCommonLimit) {
  for (int i = 0; i < 3'000; ++i) {
    attempts.failed(fmt::format("10.0.{}.{}", i / 250, i % 250));
    clock.advance(4s);
  }
  EXPECT_TRUE(open("10.9.9.9"));
  for (int i = 0; i < 3'000; ++i) attempts.failed(fmt::format("10.1.{}.{}", i / 250, i % 250));
  EXPECT_FALSE(open("10.9.9.9"));
}

}  // namespace
}  // namespace gw::api
