#include "base/text.hpp"

#include <gtest/gtest.h>

namespace gw {
namespace {

using namespace std::string_view_literals;

TEST(Utf8, AcceptsEveryLengthUpToTheLastCodePoint) {
  EXPECT_TRUE(is_utf8(""));
  EXPECT_TRUE(is_utf8("plain"));
  EXPECT_TRUE(is_utf8("é"));
  EXPECT_TRUE(is_utf8("卡通"));
  EXPECT_TRUE(is_utf8("🦊"));
  EXPECT_TRUE(is_utf8("\xF4\x8F\xBF\xBF"));  // U+10FFFF
  EXPECT_TRUE(is_utf8("\xED\x9F\xBF"));      // U+D7FF, the last before the surrogates
  EXPECT_TRUE(is_utf8("a\0b"sv));
}

TEST(Utf8, RefusesOverlongFormsSurrogatesAndBrokenSequences) {
  for (const auto text : {"\xC0\x80"sv, "\xC1\xBF"sv, "\xE0\x9F\xBF"sv, "\xF0\x8F\xBF\xBF"sv,
                          "\xED\xA0\x80"sv, "\xF4\x90\x80\x80"sv, "\xF5\x80\x80\x80"sv, "\xFF"sv,
                          "\x80"sv, "\xE5\x8D"sv, "\xE5\x8D\x41"sv, "a\xC3"sv}) {
    EXPECT_FALSE(is_utf8(text)) << testing::PrintToString(text);
  }
}

TEST(Utf8, CountsCharactersAndNotBytes) {
  EXPECT_EQ(utf8_length(""), 0u);
  EXPECT_EQ(utf8_length("abc"), 3u);
  EXPECT_EQ(utf8_length("卡通🦊é"), 4u);
}

TEST(PercentDecode, DecodesEscapesOfEitherCase) {
  EXPECT_EQ(percent_decode("org%2Fname"), "org/name");
  EXPECT_EQ(percent_decode("org%2fname"), "org/name");
  EXPECT_EQ(percent_decode("%E5%8D%A1"), "卡");
  EXPECT_EQ(percent_decode("a+b"), "a+b");
  EXPECT_EQ(percent_decode("%2525"), "%25");
  EXPECT_EQ(percent_decode(""), "");
}

TEST(PercentDecode, RefusesBrokenEscapesNulAndBadUtf8) {
  for (const auto text : {"%", "a%2", "%zz", "%2g", "%%20", "%00", "%ff", "%C0%AF", "\xFF"}) {
    EXPECT_FALSE(percent_decode(text)) << text;
  }
}

TEST(PercentEncode, KeepsOnlyUnreservedCharacters) {
  EXPECT_EQ(percent_encode("aZ09-._~"), "aZ09-._~");
  EXPECT_EQ(percent_encode("a b/卡%"), "a%20b%2F%E5%8D%A1%25");
}

TEST(PercentEncode, IsUndoneByDecoding) {
  const std::string text = "x=1&y=卡 通/🦊?#%";
  EXPECT_EQ(percent_decode(percent_encode(text)), text);
}

TEST(Trim, RemovesSpacesAndTabsOnly) {
  EXPECT_EQ(trim(" \t a b \t"), "a b");
  EXPECT_EQ(trim("\na"), "\na");
  EXPECT_EQ(trim(" \t "), "");
  EXPECT_EQ(trim(""), "");
}

TEST(Case, IsAsciiOnly) {
  EXPECT_EQ(to_lower("AZaz09É"), "azaz09É");
  EXPECT_TRUE(equals_ignoring_case("Content-Length", "content-LENGTH"));
  EXPECT_FALSE(equals_ignoring_case("a", "ab"));
  EXPECT_FALSE(equals_ignoring_case("É", "é"));
}

}  // namespace
}  // namespace gw
