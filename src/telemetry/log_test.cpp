#include "telemetry/log.hpp"

#include "telemetry/log_line.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <limits>

namespace gw {
namespace {

using namespace std::chrono_literals;

const WallTime kNoon = std::chrono::sys_days{std::chrono::year{2026} / 1 / 31} + 12h + 7ms;

std::string line(std::initializer_list<LogField> fields, std::string_view event = "picture_made") {
  return log_line(kNoon, LogLevel::info, event, fields);
}

TEST(LogLine, BeginsWithTimeLevelAndEvent) {
  EXPECT_EQ(line({}), R"({"ts":"2026-01-31T12:00:00.007Z","level":"info","event":"picture_made"})");
}

TEST(LogLine, KeepsTheTypeOfEachField) {
  const auto text = line({{"count", std::int64_t{-3}},
                          {"share", 0.5},
                          {"adopted", true},
                          {"model", std::string_view("dreamifly-sdxl")}});

  EXPECT_TRUE(text.ends_with(R"(,"count":-3,"share":0.5,"adopted":true,"model":"dreamifly-sdxl"})"))
      << text;
}

TEST(LogLine, EscapesWhatWouldBreakTheLineOrTheJson) {
  const auto text = line({{"path", std::string_view("a\"b\\c\nd\re\tf\x01g\x7fh")}});

  EXPECT_EQ(text.find('\n'), std::string::npos);
  EXPECT_EQ(boost::json::parse(text).at("path").as_string(), "a\"b\\c\nd\re\tf\x01g\x7fh");
}

TEST(LogLine, KeepsUtf8AndReplacesOtherBytes) {
  const auto text = line({{"style", std::string_view("卡通\xff\xc3(é")}});

  EXPECT_EQ(boost::json::parse(text).at("style").as_string(), "卡通\uFFFD\uFFFD(é");
}

TEST(LogLine, WritesNullForNumbersJsonCannotSay) {
  const auto text = line({{"a", std::numeric_limits<double>::quiet_NaN()},
                          {"b", std::numeric_limits<double>::infinity()}});

  EXPECT_TRUE(boost::json::parse(text).at("a").is_null());
  EXPECT_TRUE(boost::json::parse(text).at("b").is_null());
}

TEST(Log, WritesOneLineForEachEventAtOrAboveItsLevel) {
  auto log = make_log(LogLevel::warn);

  testing::internal::CaptureStderr();
  log->debug("too_quiet");
  log->info("too_quiet");
  log->warn("one", {{"n", std::int64_t{1}}});
  log->error("{two}");
  log.reset();  // writes what waits
  const auto written = testing::internal::GetCapturedStderr();

  EXPECT_EQ(std::count(written.begin(), written.end(), '\n'), 2);
  EXPECT_EQ(written.find("too_quiet"), std::string::npos);
  EXPECT_NE(written.find(R"("level":"warn","event":"one","n":1})"), std::string::npos);
  EXPECT_NE(written.find(R"("event":"{two}")"), std::string::npos);
}

TEST(Log, WritesNothingWhenOff) {
  const auto log = make_log(LogLevel::off);

  testing::internal::CaptureStderr();
  log->error("anything");
  log->write(LogLevel::off, "anything", {});

  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST(Log, TheNullLogWritesNothing) {
  testing::internal::CaptureStderr();
  make_null_log()->error("anything");

  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

}  // namespace
}  // namespace gw
