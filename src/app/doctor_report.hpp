// What `doctor` has to say, and how it is printed. Pure.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gw::app {

enum class Grade : std::uint8_t {
  ok,
  note,     // worth knowing; pictures are drawn all the same
  problem,  // keeps the program from starting, or every picture from being drawn
};
std::string_view to_string(Grade grade);

struct Finding {
  Grade grade = Grade::ok;
  std::string topic;  // a word: "clock"
  std::string seen;
  std::string next;  // what to do about it; empty where there is nothing to do
};

using Findings = std::vector<Finding>;

bool can_serve(const Findings& findings);

enum class Ink : std::uint8_t { plain, coloured };

// A line or a few for each finding within 100 columns, and a verdict. Control characters, which a
// server may have put into its answers, come out as question marks.
std::string report_text(const Findings& findings, Ink ink);

// One object: {"version", "can_serve", "findings": [{"grade", "topic", "seen", "next"}]}.
std::string report_json(const Findings& findings);

}  // namespace gw::app
