#include "providers/dreamifly/cookie.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace gw::dreamifly {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr std::string_view kPlain = "better-auth.session_token";
constexpr std::string_view kSecure = "__Secure-better-auth.session_token";

std::string refusal_of(std::string_view pasted) {
  const auto read = read_pasted_session(pasted);
  return read ? "taken" : read.error();
}

TEST(Cookie, has_the_name_that_the_servers_scheme_asks_for) {
  EXPECT_EQ(session_cookie_name("http"), kPlain);
  EXPECT_EQ(session_cookie_name("https"), kSecure);
}

TEST(Cookie, is_taken_from_what_a_server_sets_as_it_stands) {
  for (const auto name : {kPlain, kSecure}) {
    const auto cookie =
        read_set_cookie(std::string(name) +
                        "=abc.d%2Be%3D; Max-Age=604800; Path=/; HttpOnly; Secure; SameSite=Lax");
    ASSERT_TRUE(cookie) << name;
    EXPECT_EQ(cookie->name, name);
    EXPECT_EQ(cookie->value, "abc.d%2Be%3D");
    EXPECT_EQ(cookie->header(), std::string(name) + "=abc.d%2Be%3D");
  }
}

TEST(Cookie, is_not_taken_from_other_cookies) {
  for (const auto* line : {"", ";", "=", "locale=en; Path=/", "better-auth.dont_remember=1",
                           "better-auth.session_token",
                           "better-auth.session_token=", "x=better-auth.session_token=a.b",
                           "better-auth.session_token=a b", "better-auth.session_token=\"a.b\""}) {
    EXPECT_FALSE(read_set_cookie(line)) << line;
  }
}

TEST(Cookie, is_gone_when_its_age_is_over) {
  EXPECT_FALSE(read_set_cookie("better-auth.session_token=a.b; Max-Age=0; Path=/"));
  EXPECT_FALSE(read_set_cookie("better-auth.session_token=a.b; max-age = -1"));
  EXPECT_FALSE(read_set_cookie("better-auth.session_token=; Max-Age=0"));
  EXPECT_TRUE(read_set_cookie("better-auth.session_token=a.b; Max-Age=10"));
  EXPECT_TRUE(read_set_cookie("better-auth.session_token=a.b; Max-Age="));
}

TEST(Cookie, may_be_pasted_without_its_name) {
  for (const auto* value : {"abc.d%2Be%3D", "abc.d+e/f=", "  abc.def==\t"}) {
    const auto cookie = read_pasted_session(value);
    ASSERT_TRUE(cookie) << value;
    EXPECT_EQ(cookie->name, "");
    EXPECT_THAT(value, HasSubstr(cookie->value));
  }
  EXPECT_EQ(read_pasted_session("abc.d+e/f=")->value, "abc.d+e/f=");
}

TEST(Cookie, may_be_pasted_with_its_name_which_is_then_kept) {
  for (const auto* text :
       {"__Secure-better-auth.session_token=a.b%3D",
        "Cookie: __Secure-better-auth.session_token=a.b%3D",
        "cookie: locale=zh; __Secure-better-auth.session_token=a.b%3D; theme=dark",
        "__Secure-better-auth.session_token=a.b%3D; Max-Age=604800; Path=/; HttpOnly"}) {
    const auto cookie = read_pasted_session(text);
    ASSERT_TRUE(cookie) << text;
    EXPECT_EQ(*cookie, (SessionCookie{std::string(kSecure), "a.b%3D"})) << text;
  }
}

TEST(Cookie, is_refused_when_something_else_was_pasted) {
  EXPECT_THAT(refusal_of("locale=zh; theme=dark"), HasSubstr("no cookie named"));
  EXPECT_THAT(refusal_of("session=a.b"), HasSubstr("no cookie named"));
  EXPECT_THAT(refusal_of("two words"), HasSubstr("no cookie's value"));
  EXPECT_THAT(refusal_of(""), HasSubstr("no cookie's value"));
  EXPECT_THAT(refusal_of("better-auth.session_token="), HasSubstr("no cookie's value"));
  EXPECT_THAT(refusal_of("a.b\r\nX-Evil: 1"), HasSubstr("no cookie's value"));
  EXPECT_THAT(refusal_of(std::string(10'000, 'a') + ".b"), HasSubstr("no cookie's value"));
  EXPECT_THAT(refusal_of("3Uf0aPq1justthetoken"), HasSubstr("only the token"));
}

TEST(Cookie, is_never_repeated_in_a_fault) {
  for (const auto* text : {"session=hush.hush", "hush hush", "hush", "a=hush; b=hush"}) {
    EXPECT_THAT(refusal_of(text), Not(HasSubstr("hush")));
  }
}

}  // namespace
}  // namespace gw::dreamifly
