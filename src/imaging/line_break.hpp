// Breaks a prompt into lines that fit: at spaces, and between any two characters of scripts that
// write without.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace gw {

// The advance of a piece of text, in the unit of `LineRoom::width`. Asked for one word, one
// character or one space at a time.
using MeasureText = std::function<double(std::string_view)>;

struct LineRoom {
  double width = 0;
  std::size_t lines = 1;
};

// At most `room.lines` lines; where text is left over the last one ends in an ellipsis. White space
// of any kind counts as one space; control characters, broken UTF-8 and what no text font draws
// (emoji) are left out. Only as much of the text is measured as fits.
std::vector<std::string> break_lines(std::string_view text, const LineRoom& room,
                                     const MeasureText& measure);

}  // namespace gw
