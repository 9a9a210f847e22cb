#include "http/header_value.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gw::http {
namespace {

using testing::ElementsAre;
using testing::Pair;

TEST(HeaderValue, IsAValueAndItsParameters) {
  const auto value = parse_header_value(R"(Multipart/Form-Data; Boundary=abc ; charset="utf-8";)");
  ASSERT_TRUE(value);
  EXPECT_EQ(value->value, "multipart/form-data");
  EXPECT_THAT(value->params, ElementsAre(Pair("boundary", "abc"), Pair("charset", "utf-8")));
  EXPECT_EQ(value->param("charset"), "utf-8");
  EXPECT_EQ(value->param("nothing"), std::nullopt);
}

TEST(HeaderValue, QuotedTextMayHoldSeparators) {
  const auto value = parse_header_value(R"(form-data; name="a;\"b\\"; filename="C:\dir\x.png")");
  ASSERT_TRUE(value);
  EXPECT_EQ(value->param("name"), R"(a;"b\)");
  EXPECT_EQ(value->param("filename"), R"(C:\dir\x.png)");
}

TEST(HeaderValue, NoneWhereAParameterIsMalformed) {
  for (const auto* text : {R"(a; b="c)", "a; b", "a; =c", R"(a; b="c"d)"}) {
    EXPECT_FALSE(parse_header_value(text)) << text;
  }
  EXPECT_TRUE(parse_header_value(""));
}

}  // namespace
}  // namespace gw::http
