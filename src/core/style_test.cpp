#include "core/style.hpp"

#include <gtest/gtest.h>

namespace gw {
namespace {

TEST(StyleBook, HasTheOriginalsTwelvePresets) {
  const StyleBook book;
  ASSERT_EQ(book.all().size(), 12u);
  EXPECT_EQ(book.all().front().id, "无");
  EXPECT_EQ(book.all().front().prefix, "");
  EXPECT_EQ(book.all().back().prefix, "emoji icon style, ");
}

TEST(StyleBook, FindsByEitherNameWhateverTheCase) {
  const StyleBook book;
  for (const auto* name :
       {"油画", "Oil Painting", "oil painting", "OIL-PAINTING", "oil_painting"}) {
    ASSERT_TRUE(book.find(name).has_value()) << name;
    EXPECT_EQ(book.find(name).value()->prefix, "oil painting style, ");
  }
  EXPECT_EQ(book.find("riso噪点插画").value()->prefix, "risograph style, ");
}

TEST(StyleBook, NoStyleIsNoStyle) {
  const StyleBook book;
  for (const auto* name : {"", " ", "vivid", "natural", "Vivid"}) {
    EXPECT_EQ(book.find(name).value(), nullptr) << name;
  }
}

TEST(StyleBook, AnUnknownStyleIsRefusedWithTheNames) {
  const auto refused = StyleBook().find("cubism");
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().param(), "style");
  EXPECT_NE(refused.error().message().find("油画 (Oil Painting)"), std::string::npos);
  EXPECT_NE(refused.error().message().find("vivid or natural"), std::string::npos);
  EXPECT_EQ(refused.error().message().find("cubism"), std::string::npos);
}

TEST(StyleBook, OperatorsAddTheirOwnAndReplaceAPresetsPrefix) {
  const StyleBook book({{"水墨", "ink wash painting, "}, {"Lego", "plastic bricks, "}});
  EXPECT_EQ(book.all().size(), 13u);
  EXPECT_EQ(book.find("水墨").value()->prefix, "ink wash painting, ");
  EXPECT_EQ(book.find("乐高积木").value()->prefix, "plastic bricks, ");
}

}  // namespace
}  // namespace gw
