#include "imaging/line_break.hpp"

#include "base/text.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gw {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// Every character one wide, Han ones two.
double measure(std::string_view text) {
  double wide = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x80 || byte >= 0xc0) wide += byte >= 0xe3 ? 2 : 1;
  }
  return wide;
}

std::vector<std::string> lines(std::string_view text, double width, std::size_t most = 9) {
  return break_lines(text, {width, most}, measure);
}

TEST(LineBreak, BreaksAtSpaces) {
  EXPECT_THAT(lines("a cat in the hat", 8), ElementsAre("a cat in", "the hat"));
  EXPECT_THAT(lines("  a \t\n cat\xc2\xa0 ", 8), ElementsAre("a cat"));
}

TEST(LineBreak, BreaksBetweenAnyTwoHanCharacters) {
  EXPECT_THAT(lines("一只猫在帽子里", 6), ElementsAre("一只猫", "在帽子", "里"));
}

TEST(LineBreak, KeepsClosingPunctuationWithWhatItCloses) {
  EXPECT_THAT(lines("一只猫，在帽子里", 6), ElementsAre("一只", "猫，在", "帽子里"));
}

TEST(LineBreak, MixesScripts) {
  EXPECT_THAT(lines("a cat 猫 in帽子", 8), ElementsAre("a cat 猫", "in帽子"));
}

TEST(LineBreak, CutsAWordThatIsLongerThanALine) {
  EXPECT_THAT(lines("see abcdefghij", 6), ElementsAre("see ab", "cdefgh", "ij"));
}

TEST(LineBreak, EndsInAnEllipsisWhereTextIsLeftOver) {
  EXPECT_THAT(lines("a cat in the hat", 8, 1), ElementsAre("a cat i…"));
  EXPECT_THAT(lines("一只猫在帽子里", 6, 2), ElementsAre("一只猫", "在帽…"));
  EXPECT_THAT(lines("abcdefghij", 4, 1), ElementsAre("abc…"));
}

TEST(LineBreak, LeavesOutWhatNoFontDraws) {
  EXPECT_THAT(lines("a\x01\xff 😀 b\xe2\x80\x8d\xef\xb8\x8f", 20), ElementsAre("a b"));
  EXPECT_THAT(lines("", 20), IsEmpty());
  EXPECT_THAT(lines(" \n😀", 20), IsEmpty());
  EXPECT_THAT(lines("text", 20, 0), IsEmpty());
}

TEST(LineBreak, SurvivesALineNarrowerThanItsLetters) {
  EXPECT_THAT(lines("猫", 1, 2), testing::SizeIs(testing::Le(1u)));
  EXPECT_THAT(lines("abc", 0, 2), testing::SizeIs(testing::Le(1u)));
}

TEST(LineBreak, MeasuresOnlyWhatFits) {
  std::string text;
  for (int i = 0; i < 10'000; ++i) text += "word ";
  std::size_t asked = 0;
  break_lines(text, {20, 2}, [&asked](std::string_view piece) {
    ++asked;
    return measure(piece);
  });
  EXPECT_LT(asked, 40u);
}

}  // namespace
}  // namespace gw
