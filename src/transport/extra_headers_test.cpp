#include "transport/extra_headers.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace gw {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string refusal_of(std::string name, std::string value = "hush") {
  const auto checked = check_extra_headers({{std::move(name), std::move(value)}});
  return checked ? "taken" : checked.error();
}

TEST(ExtraHeaders, are_what_an_operator_was_given) {
  const auto checked =
      check_extra_headers({{"CF-Access-Client-Id", "abc.access"}, {"x-service-token", "a b"}});
  ASSERT_TRUE(checked);
  ASSERT_EQ(checked->size(), 2u);
  EXPECT_EQ((*checked)[0].first, "CF-Access-Client-Id");
  EXPECT_EQ((*checked)[0].second.reveal(), "abc.access");
  EXPECT_EQ((*checked)[1].second.reveal(), "a b");
}

TEST(ExtraHeaders, do_not_replace_what_we_send_ourselves) {
  for (const auto* name : {"Authorization", "cookie", "Host", "Content-Length", "Origin",
                           "Transfer-Encoding", "Connection", "Content-Type", "Expect"}) {
    EXPECT_THAT(refusal_of(name), HasSubstr("sends by itself")) << name;
  }
}

TEST(ExtraHeaders, pretend_no_other_address_and_no_browser) {
  for (const auto* name :
       {"X-Forwarded-For", "x-forwarded-host", "X-Real-IP", "CF-Connecting-IP", "True-Client-IP",
        "Forwarded", "Via", "User-Agent", "Sec-CH-UA", "Sec-Fetch-Mode", "Referer"}) {
    EXPECT_THAT(refusal_of(name), HasSubstr("another address")) << name;
  }
}

TEST(ExtraHeaders, are_names_and_values_that_can_be_sent) {
  for (const auto* name : {"", "two words", "a:b", "a\r\nb", "ümlaut"}) {
    EXPECT_THAT(refusal_of(name), HasSubstr("no header's name")) << name;
  }
  for (const auto* value : {"", " padded", "a\r\nX-Evil: 1", "\x01", "ümlaut"}) {
    EXPECT_THAT(refusal_of("x-token", value), HasSubstr("no visible ASCII")) << value;
  }
}

TEST(ExtraHeaders, stand_there_once) {
  const auto checked = check_extra_headers({{"X-Token", "a"}, {"x-token", "b"}});
  ASSERT_FALSE(checked);
  EXPECT_THAT(checked.error(), HasSubstr("twice"));
}

TEST(ExtraHeaders, are_not_repeated_in_a_fault) {
  for (const auto* name : {"hush hush", "Cookie", "User-Agent"}) {
    EXPECT_THAT(refusal_of(name), Not(HasSubstr("hush"))) << name;
  }
  EXPECT_THAT(refusal_of("x-token", "hush\n"), Not(HasSubstr("hush")));
}

}  // namespace
}  // namespace gw
