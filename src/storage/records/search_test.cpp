#include "storage/records/search.hpp"

#include <gtest/gtest.h>

namespace gw::records {
namespace {

TEST(Search, WordsOfThreeCharactersAreTheIndexsAndShorterOnesPatterns) {
  const auto search = parse_search(" 窗台上 cat\u3000ab 猫 ").value();
  EXPECT_EQ(search.match, R"("窗台上" "cat")");
  EXPECT_EQ(search.shorts, R"(["%ab%","%猫%"])");
}

TEST(Search, NothingIsSyntax) {
  EXPECT_EQ(parse_search("say\"OR\"").value().match, R"("say""OR""")");
  EXPECT_EQ(parse_search("% _ \\").value().shorts, R"(["%\\%%","%\\_%","%\\\\%"])");
}

TEST(Search, NothingTypedAsksForNothing) {
  const auto search = parse_search("  \t\u3000").value();
  EXPECT_EQ(search.match, "");
  EXPECT_EQ(search.shorts, "");
}

}  // namespace
}  // namespace gw::records
