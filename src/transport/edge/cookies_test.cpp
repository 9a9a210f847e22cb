#include "transport/edge/cookies.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace gw::edge {
namespace {

using namespace std::chrono_literals;

// 2026-11-22T23:17:00Z
const WallTime kNow{std::chrono::seconds(1'795'389'420)};
const Address kZone{.scheme = "https", .host = "draw.example.com"};

IncomingAnswer setting(std::initializer_list<std::string> lines) {
  IncomingAnswer answer;
  for (const auto& line : lines) answer.headers.emplace_back("set-cookie", line);
  return answer;
}

class CookiesTest : public testing::Test {
 protected:
  bool merge(std::initializer_list<std::string> lines, const Address& from = kZone) {
    return merge_set_cookies(cookies_, setting(lines), from, kNow);
  }
  std::string line(WallTime now = kNow, const Address& target = kZone) const {
    return cookie_line(cookies_, kZone, target, now);
  }

  EdgeCookies cookies_;
};

TEST_F(CookiesTest, come_back_to_the_edge_that_set_them) {
  EXPECT_TRUE(merge({"cf_clearance=abc-1; Path=/; Secure; HttpOnly; SameSite=None; Partitioned",
                     "__cf_bm=bot.1; Path=/", "_cfuvid=u"}));
  EXPECT_EQ(line(), "cf_clearance=abc-1; __cf_bm=bot.1; _cfuvid=u");
}

TEST_F(CookiesTest, s10_a_clearance_that_is_renewed_takes_the_old_ones_place) {
  merge({"cf_clearance=old"});
  EXPECT_TRUE(merge({"cf_clearance=new"}));
  EXPECT_EQ(line(), "cf_clearance=new");
  EXPECT_FALSE(merge({"cf_clearance=new"})) << "nothing to write down";
}

TEST_F(CookiesTest, s10_a_clearance_that_is_taken_back_is_gone) {
  for (const auto* end : {"cf_clearance=; Max-Age=0", "cf_clearance=x; Max-Age=-5",
                          "cf_clearance=x; Expires=Thu, 01-Jan-70 00:00:10 GMT",
                          "cf_clearance=; Expires=Thu, 01 Jan 1970 00:00:00 GMT"}) {
    merge({"cf_clearance=abc"});
    EXPECT_TRUE(merge({end})) << end;
    EXPECT_EQ(line(), "") << end;
    EXPECT_FALSE(merge({end})) << end;
  }
}

TEST_F(CookiesTest, of_the_site_are_not_the_edges) {
  EXPECT_FALSE(merge({"session=abc", "CF_clearance=x", "xcf_clearance=x", "=x", "", ";;",
                      "cf clearance=x", "cf_\tx=1"}));
  EXPECT_TRUE(cookies_.empty());
}

TEST_F(CookiesTest, with_other_characters_or_too_long_are_left_out) {
  EXPECT_FALSE(
      merge({"cf_clearance=a b", "cf_clearance=a\"b", "cf_clearance=a,b",
             "cf_clearance=" + std::string(4'097, 'x'), "cf_clearance=a\\b", "cf_clearance="}));
  EXPECT_TRUE(merge({"cf_clearance=" + std::string(4'096, 'x')}));
}

TEST_F(CookiesTest, for_other_domains_are_left_out) {
  EXPECT_FALSE(merge({"cf_clearance=a; Domain=example.net", "cf_clearance=a; Domain=com",
                      "cf_clearance=a; Domain=other.example.com"}));
  EXPECT_TRUE(merge({"cf_clearance=a; Domain=.Example.com"}));
  EXPECT_EQ(cookies_.front().domain, "example.com");
}

TEST_F(CookiesTest, are_not_taken_from_an_unencrypted_answer) {
  EXPECT_FALSE(merge({"cf_clearance=a"}, {.scheme = "http", .host = "draw.example.com"}));
  EXPECT_TRUE(merge({"cf_clearance=a"}, {.scheme = "http", .host = "127.0.0.1:8080"}));
}

TEST_F(CookiesTest, are_not_sent_where_they_do_not_belong) {
  merge({"cf_clearance=a"});
  EXPECT_EQ(line(kNow, {.scheme = "http", .host = "draw.example.com"}), "");
  EXPECT_EQ(line(kNow, {.scheme = "https", .host = "cdn.example.net"}), "");
}

TEST_F(CookiesTest, end_when_they_said) {
  merge({"cf_clearance=a; Max-Age=60; Expires=Thu, 01 Jan 2099 00:00:00 GMT", "_cfuvid=b"});
  EXPECT_EQ(line(kNow + 59s), "cf_clearance=a; _cfuvid=b");
  EXPECT_EQ(line(kNow + 60s), "_cfuvid=b");
}

TEST_F(CookiesTest, an_attribute_that_cannot_be_read_is_none) {
  merge({"cf_clearance=a; Max-Age=soon; Expires=never; Domain"});
  EXPECT_EQ(cookies_.front().expires_at, std::nullopt);
  merge({"_cfuvid=b; Max-Age=99999999999999999999"});
  EXPECT_EQ(cookies_.back().expires_at, kNow + 366 * 24h);
}

TEST_F(CookiesTest, are_not_more_than_sixteen) {
  for (int i = 0; i < 40; ++i) merge({"cf_" + std::to_string(i) + "=x"});
  EXPECT_EQ(cookies_.size(), 16u);
}

}  // namespace
}  // namespace gw::edge
