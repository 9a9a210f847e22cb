// Reads the text of a `.env` file. Pure and total: any bytes give entries and faults, never a
// crash.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace gw::app {

// One line is blank, a comment (#…), or [export] NAME=value. A value is
//   bare            up to the end of the line or a # after white space, trimmed;
//   'single quoted' taken as it stands;
//   "double quoted" with \n \r \t \\ \" \$ and \` understood.
// Nothing is expanded: $ is a character like any other. Values do not span lines.
struct DotenvEntry {
  std::string name;
  std::string value;
  std::size_t line = 0;  // from 1
};

struct DotenvFault {
  std::size_t line = 0;
  std::string message;  // never quotes the line: it may hold a key
};

struct Dotenv {
  std::vector<DotenvEntry> entries;  // in the file's order; of a doubled name the last one counts
  std::vector<DotenvFault> faults;   // lines that were not understood, each once
};

Dotenv parse_dotenv(std::string_view text);

}  // namespace gw::app
