#include "api/v1/prompt_hints.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gw::api {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Pair;

TEST(PromptHints, AreTakenFromTheEnd) {
  const auto taken = take_hints("a fox in the snow --size 16:9 --style 卡通 --seed 7\n");
  EXPECT_EQ(taken.prompt, "a fox in the snow");
  EXPECT_THAT(taken.hints,
              ElementsAre(Pair("seed", "7"), Pair("style", "卡通"), Pair("size", "16:9")));
}

TEST(PromptHints, WithoutAnyThePromptIsAsItWas) {
  for (const auto* prompt :
       {"a fox", "", "  a fox", "a well--known fox", "--", "a fox --", "a -- b"}) {
    const auto taken = take_hints(prompt);
    EXPECT_EQ(taken.prompt, prompt);
    EXPECT_THAT(taken.hints, IsEmpty());
  }
}

TEST(PromptHints, UnknownOnesStayText) {
  const auto taken = take_hints("a fox --chaos 30 --size 512x512");
  EXPECT_EQ(taken.prompt, "a fox --chaos 30");
  EXPECT_THAT(taken.hints, ElementsAre(Pair("size", "512x512")));
  EXPECT_EQ(take_hints("a fox --size 512x512 --chaos 30").prompt,
            "a fox --size 512x512 --chaos 30");
}

TEST(PromptHints, AValueOfTheWrongShapeIsText) {
  for (const auto* prompt :
       {"a ruler --size of a house", "a shop sign that says --seed", "a fox --edit it",
        "a fox --sizes 2", "a fox --n", "a fox x--size 16:9"}) {
    EXPECT_EQ(take_hints(prompt).prompt, prompt);
  }
}

TEST(PromptHints, StylesMayHaveSeveralWords) {
  const auto taken = take_hints("a fox --style Oil Painting --edit");
  EXPECT_EQ(taken.prompt, "a fox");
  EXPECT_THAT(taken.hints, ElementsAre(Pair("edit", ""), Pair("style", "Oil Painting")));
}

TEST(PromptHints, OfTwoTheLastCounts) {
  EXPECT_THAT(take_hints("a fox --ar 1:1 --seed 3 --size 16:9").hints,
              ElementsAre(Pair("size", "16:9"), Pair("seed", "3")));
}

TEST(PromptHints, TheLongDashOfPhonesIsTwo) {
  const auto taken = take_hints("a fox —size 16:9 --seed 3");
  EXPECT_EQ(taken.prompt, "a fox");
  EXPECT_THAT(taken.hints, ElementsAre(Pair("seed", "3"), Pair("size", "16:9")));
}

TEST(PromptHints, MayBeAllThereIs) {
  const auto taken = take_hints("--seed 7");
  EXPECT_EQ(taken.prompt, "");
  EXPECT_THAT(taken.hints, ElementsAre(Pair("seed", "7")));
}

}  // namespace
}  // namespace gw::api
