#include "app/doctor_report.hpp"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>

#include <sstream>

namespace gw::app {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;

const Findings kMixed{{Grade::ok, "clock", "right", ""},
                      {Grade::note, "font", "none", "install one"},
                      {Grade::problem, "port", "taken", "take another"}};

TEST(DoctorReport, IsALineForEachFindingAndAVerdict) {
  EXPECT_EQ(report_text(kMixed, Ink::plain),
            "ok       clock     right\n"
            "note     font      none\n"
            "                   → install one\n"
            "problem  port      taken\n"
            "                   → take another\n"
            "It cannot serve: see the problem above.\n");
}

TEST(DoctorReport, NotesDoNotStopAnything) {
  EXPECT_TRUE(can_serve({kMixed[0], kMixed[1]}));
  EXPECT_THAT(report_text({kMixed[0], kMixed[1]}, Ink::plain), EndsWith("\nIt can serve.\n"));
  EXPECT_FALSE(can_serve(kMixed));
  EXPECT_THAT(report_text({kMixed[2], kMixed[2]}, Ink::plain), HasSubstr("the 2 problems above"));
}

TEST(DoctorReport, LongTextsAreBrokenAtSpacesWithin100Columns) {
  std::string words;
  for (int i = 0; i < 60; ++i) words += "word ";
  const auto text = report_text({{Grade::ok, "models", words, ""}}, Ink::plain);
  std::istringstream lines(text);
  int count = 0;
  for (std::string line; std::getline(lines, line); ++count) EXPECT_LE(line.size(), 100u) << line;
  EXPECT_EQ(count, 5);
  EXPECT_THAT(text, HasSubstr("\n                   word"));

  const std::string long_path(150, 'x');
  EXPECT_THAT(report_text({{Grade::ok, "data", "in " + long_path, ""}}, Ink::plain),
              HasSubstr("in\n                   " + long_path + "\n"));
}

TEST(DoctorReport, ColoursOnlyWhereTheyAreWanted) {
  EXPECT_THAT(report_text(kMixed, Ink::plain), Not(HasSubstr("\033")));
  EXPECT_THAT(report_text(kMixed, Ink::coloured), HasSubstr("\033[31mproblem \033[0m port"));
}

TEST(DoctorReport, WhatAServerSaidCannotDriveTheTerminal) {
  const Findings findings{{Grade::note, "account", "sign-in: \033[2J\r\x7f odd", "\xff"}};
  const auto text = report_text(findings, Ink::plain);
  EXPECT_THAT(text, HasSubstr("sign-in: ?[2J?? odd"));
  EXPECT_THAT(text, HasSubstr("(not UTF-8)"));
}

TEST(DoctorReport, IsOneObjectForPrograms) {
  const auto report = boost::json::parse(report_json(kMixed)).as_object();
  EXPECT_EQ(report.at("version").as_string(), GW_VERSION);
  EXPECT_FALSE(report.at("can_serve").as_bool());
  const auto& list = report.at("findings").as_array();
  ASSERT_EQ(list.size(), 3u);
  EXPECT_EQ(list[1].at("grade").as_string(), "note");
  EXPECT_EQ(list[1].at("topic").as_string(), "font");
  EXPECT_EQ(list[1].at("seen").as_string(), "none");
  EXPECT_EQ(list[1].at("next").as_string(), "install one");
}

}  // namespace
}  // namespace gw::app
