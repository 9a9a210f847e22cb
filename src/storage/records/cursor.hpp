// Where a page ended: the time and the name of its last row, so that what comes in meanwhile moves
// nothing.
#pragma once

#include "base/error.hpp"

#include <string>
#include <string_view>

namespace gw::records {

struct Cursor {
  long long time = 0;  // nanoseconds
  std::string id;
};

// Before the newest row.
Cursor first_page();
// Empty text is the first page; invalid_request for what make_cursor() has not made.
Result<Cursor> read_cursor(std::string_view text);
std::string make_cursor(const Cursor& cursor);

}  // namespace gw::records
