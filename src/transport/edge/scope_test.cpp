#include "transport/edge/scope.hpp"

#include <gtest/gtest.h>

namespace gw::edge {
namespace {

const Address kZone{.scheme = "https", .host = "draw.example.com"};

bool reaches(std::string_view domain, const char* url) {
  return covers(kZone, domain, address_of(url).value());
}

TEST(Scope, a_cookie_without_a_domain_is_for_the_zones_host_alone) {
  EXPECT_TRUE(reaches("", "https://draw.example.com/api"));
  EXPECT_TRUE(reaches("", "https://DRAW.example.com:443/"));
  EXPECT_FALSE(reaches("", "https://cdn.draw.example.com/"));
  EXPECT_FALSE(reaches("", "https://example.com/"));
}

TEST(Scope, a_domain_lets_it_go_to_hosts_below_the_zones) {
  EXPECT_TRUE(reaches("example.com", "https://cdn.draw.example.com/"));
  EXPECT_TRUE(reaches("draw.example.com", "https://cdn.draw.example.com/"));
  EXPECT_FALSE(reaches("example.com", "https://other.example.com/"));
  EXPECT_FALSE(reaches("example.com", "https://xdraw.example.com/"));
  EXPECT_FALSE(reaches("example.com", "https://draw.example.com.example.net/"));
}

TEST(Scope, another_port_is_another_server) {
  EXPECT_FALSE(reaches("example.com", "https://draw.example.com:8443/"));
  EXPECT_FALSE(reaches("example.com", "https://cdn.draw.example.com:8443/"));
}

TEST(Scope, http_goes_without_except_on_this_machine) {
  EXPECT_FALSE(reaches("", "http://draw.example.com/"));
  EXPECT_FALSE(may_carry_cookies({.scheme = "http", .host = "draw.example.com"}));
  EXPECT_FALSE(may_carry_cookies({.scheme = "http", .host = "127.0.0.1.example.com"}));
  EXPECT_FALSE(may_carry_cookies({.scheme = "http", .host = "192.0.2.1"}));
  for (const auto* host : {"127.0.0.1:8080", "127.8.8.8", "localhost:1", "[::1]:8080"})
    EXPECT_TRUE(may_carry_cookies({.scheme = "http", .host = host})) << host;
}

TEST(Scope, a_domain_holds_its_host_and_is_more_than_a_top_level) {
  EXPECT_TRUE(may_name_domain("draw.example.com", "example.com"));
  EXPECT_TRUE(may_name_domain("draw.example.com", "draw.example.com"));
  EXPECT_FALSE(may_name_domain("draw.example.com", "com"));
  EXPECT_FALSE(may_name_domain("draw.example.com", "example.net"));
  EXPECT_FALSE(may_name_domain("draw.example.com", ".example.com"));
  EXPECT_FALSE(may_name_domain("draw.example.com", "raw.example.com"));
  EXPECT_FALSE(may_name_domain("192.0.2.1", "2.1"));
}

TEST(Scope, ports_are_told_from_addresses) {
  EXPECT_EQ(split_port("[::1]").host, "[::1]");
  EXPECT_EQ(split_port("[::1]:80").port, "80");
  EXPECT_EQ(split_port("example.com").port, "");
}

}  // namespace
}  // namespace gw::edge
