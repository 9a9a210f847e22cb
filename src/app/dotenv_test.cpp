#include "app/dotenv.hpp"

#include <gmock/gmock.h>

namespace gw::app {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::string only_value(std::string_view text) {
  const auto parsed = parse_dotenv(text);
  if (!parsed.faults.empty()) return "fault: " + parsed.faults.front().message;
  return parsed.entries.size() == 1 ? parsed.entries.front().value : "not one entry";
}

std::string only_fault(std::string_view text) {
  const auto parsed = parse_dotenv(text);
  return parsed.faults.size() == 1 ? parsed.faults.front().message : "not one fault";
}

TEST(Dotenv, ReadsNameAndValueWithTheirLine) {
  const auto parsed = parse_dotenv("\n# a comment\nPORT=8088\n");

  ASSERT_EQ(parsed.entries.size(), 1u);
  EXPECT_EQ(parsed.entries[0].name, "PORT");
  EXPECT_EQ(parsed.entries[0].value, "8088");
  EXPECT_EQ(parsed.entries[0].line, 3u);
}

TEST(Dotenv, TrimsBareValuesAndStopsAtAComment) {
  EXPECT_EQ(only_value("A=  two words \t"), "two words");
  EXPECT_EQ(only_value("A=value # comment"), "value");
  EXPECT_EQ(only_value("A=va#lue"), "va#lue");
  EXPECT_EQ(only_value("A=# nothing"), "");
  EXPECT_EQ(only_value("A="), "");
  EXPECT_EQ(only_value("  A = spaced"), "spaced");
}

TEST(Dotenv, KeepsBareJson) {
  EXPECT_EQ(only_value(R"(M={"a": "b", "c": "d"})"), R"({"a": "b", "c": "d"})");
}

TEST(Dotenv, TakesSingleQuotesAsTheyStand) {
  EXPECT_EQ(only_value(R"(A='a "b" \n # $c ' # comment)"), R"(a "b" \n # $c )");
}

TEST(Dotenv, UnderstandsEscapesInDoubleQuotes) {
  EXPECT_EQ(only_value(R"(A="a\n\"b\" \\ \$c \` #x" # comment)"), "a\n\"b\" \\ $c ` #x");
}

TEST(Dotenv, ExpandsNothing) {
  EXPECT_EQ(only_value("A=$HOME/${B}"), "$HOME/${B}");
  EXPECT_EQ(only_value("A=\"$HOME\""), "$HOME");
}

TEST(Dotenv, UnderstandsExport) {
  EXPECT_EQ(parse_dotenv("export A=1").entries.at(0).name, "A");
  EXPECT_EQ(parse_dotenv("export=1").entries.at(0).name, "export");
  EXPECT_EQ(parse_dotenv("export =1").entries.at(0).name, "export");
  EXPECT_EQ(parse_dotenv("exported=1").entries.at(0).name, "exported");
}

TEST(Dotenv, AcceptsCarriageReturnsAByteOrderMarkAndNoLastNewline) {
  const auto parsed = parse_dotenv(
      "\xEF\xBB\xBF"
      "A=1\r\nB=2\r\nC=3");

  EXPECT_THAT(parsed.faults, IsEmpty());
  ASSERT_EQ(parsed.entries.size(), 3u);
  EXPECT_EQ(parsed.entries[0].name, "A");
  EXPECT_EQ(parsed.entries[1].value, "2");
  EXPECT_EQ(parsed.entries[2].value, "3");
}

TEST(Dotenv, NamesWhatIsWrongWithALine) {
  EXPECT_EQ(only_fault("=1"), "must begin with a name: NAME=value");
  EXPECT_EQ(only_fault("1A=1"), "must begin with a name: NAME=value");
  EXPECT_EQ(only_fault("export"), "lacks the = behind its name: NAME=value");
  EXPECT_EQ(only_fault("A B=1"), "lacks the = behind its name: NAME=value");
  EXPECT_EQ(only_fault("A='x"), "lacks its closing single quote");
  EXPECT_EQ(only_fault("A=\"x"), "lacks its closing double quote");
  EXPECT_EQ(only_fault("A=\"x\\"), "lacks its closing double quote");
  EXPECT_EQ(only_fault("A=\"x\" y"), "has something behind its closing quote");
  EXPECT_EQ(only_fault("A=\"\\x\""), R"(knows only \n \r \t \\ \" \$ and \` after a backslash)");
  EXPECT_EQ(only_fault(std::string_view("A=a\0b", 5)), "holds a NUL byte");
}

TEST(Dotenv, ReportsEveryFaultAndKeepsTheGoodLines) {
  const auto parsed = parse_dotenv("bad\nA=1\n'worse'\nB=2\n");

  std::vector<std::size_t> lines;
  for (const auto& fault : parsed.faults) lines.push_back(fault.line);
  EXPECT_THAT(lines, ElementsAre(1, 3));
  EXPECT_EQ(parsed.entries.size(), 2u);
}

TEST(Dotenv, NeverRepeatsTheValueInAFault) {
  EXPECT_EQ(only_fault("KEY='sk-test-secret").find("sk-test"), std::string::npos);
}

}  // namespace
}  // namespace gw::app
