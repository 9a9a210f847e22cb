#include "transport/edge/clearance.hpp"

#include <gtest/gtest.h>

namespace gw::edge {
namespace {

using namespace std::chrono_literals;

const WallTime kNow{std::chrono::seconds(1'795'389'420)};

TEST(Clearance, s11_each_way_out_has_a_key_of_its_own_and_no_password_in_it) {
  const Proxy none;
  EXPECT_EQ(egress_key(none, AddressFamily::any), "direct");
  EXPECT_EQ(egress_key(none, AddressFamily::ipv4), "direct ipv4");
  EXPECT_EQ(egress_key(none, AddressFamily::ipv6), "direct ipv6");
  const Proxy mine{
      .url = "socks5h://Proxy.example.com:1080", .user = "Me", .password = Secret("s3cret")};
  EXPECT_EQ(egress_key(mine, AddressFamily::any), "socks5h://Me@proxy.example.com:1080");
  EXPECT_EQ(egress_key({.url = "http://proxy.example.com:8080/"}, AddressFamily::any),
            egress_key({.url = "HTTP://proxy.example.com:8080"}, AddressFamily::any));
  EXPECT_NE(egress_key({.url = "http://proxy.example.com", .user = "a"}, AddressFamily::any),
            egress_key({.url = "http://proxy.example.com", .user = "b"}, AddressFamily::any));
}

TEST(Clearance, s09_ends_at_its_bound_and_is_only_expected_to_end_before) {
  Clearance clearance;
  clearance.obtained_at = kNow;
  EXPECT_FALSE(clearance.over(kNow + 1000h));
  EXPECT_EQ(clearance.soft_expiry(), kNow + 30min);
  EXPECT_FALSE(clearance.ends_soon(kNow + 23min));
  EXPECT_TRUE(clearance.ends_soon(kNow + 24min));

  clearance.last_ok_at = kNow + 20min;
  EXPECT_EQ(clearance.soft_expiry(), kNow + 50min);
  clearance.expires_at = kNow + 1h;
  EXPECT_FALSE(clearance.over(kNow + 59min));
  EXPECT_TRUE(clearance.over(kNow + 1h));
}

TEST(Clearance, shows_of_its_cookies_what_tells_nothing) {
  const EdgeCookies cookies = {
      {.name = "cf_clearance", .value = Secret("0123456789abcdef"), .domain = {}, .expires_at = {}},
      {.name = "_cfuvid", .value = Secret("0123456789abcde"), .domain = {}, .expires_at = {}}};
  const auto shown = masked(cookies);
  ASSERT_EQ(shown.size(), 2u);
  EXPECT_EQ(shown[0].name, "cf_clearance");
  EXPECT_EQ(shown[0].length, 16u);
  EXPECT_EQ(shown[0].ending, "cdef");
  EXPECT_EQ(shown[1].length, 15u);
  EXPECT_EQ(shown[1].ending, "");
}

}  // namespace
}  // namespace gw::edge
