#include "providers/openai/event_reader.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace gw::openai {
namespace {

// "name|data" of each event.
std::vector<std::string> events_of(std::string_view text, std::size_t step) {
  EventReader reader;
  std::vector<std::string> events;
  for (std::size_t at = 0; at < text.size(); at += step) {
    reader.feed(text.substr(at, step));
    while (const auto event = reader.next()) events.push_back(event->name + "|" + event->data);
  }
  return events;
}

using Events = std::vector<std::string>;

TEST(EventReader, ReadsEventsHoweverTheyAreCut) {
  const std::string text =
      ": hello\n\nevent: a\ndata: one\n\ndata: two\ndata: lines\n\r\nid: 7\nretry: 3\n\n"
      "event: b\r\ndata:{\"x\":1}\r\n\r\ndata\n\n";
  for (std::size_t step = 1; step <= text.size(); ++step) {
    EXPECT_EQ(events_of(text, step), (Events{"a|one", "|two\nlines", "b|{\"x\":1}", "|"})) << step;
  }
}

TEST(EventReader, WaitsForTheBlankLine) {
  EventReader reader;
  reader.feed("data: one\n");
  EXPECT_FALSE(reader.next());
  reader.feed("\n");
  EXPECT_EQ(reader.next()->data, "one");
  EXPECT_FALSE(reader.next());
}

TEST(EventReader, ForgetsTheNameOfAnEventWithoutData) {
  EXPECT_EQ(events_of("event: a\n\ndata: x\n\n", 100), Events{"|x"});
}

TEST(EventReader, TakesOneBlankOffTheValue) {
  EXPECT_EQ(events_of("data:  x \n\n", 100), Events{"| x "});
}

}  // namespace
}  // namespace gw::openai
