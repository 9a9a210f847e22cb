// What a user types into a search box, as what the database is asked. None of it is ever syntax.
#pragma once

#include "base/error.hpp"

#include <string>
#include <string_view>

namespace gw::records {

// Every word must occur somewhere in a prompt; words end at white space.
struct Search {
  std::string match;   // words of three characters and more, an FTS5 expression; empty: none
  std::string shorts;  // shorter ones, which the index does not know: a JSON array of LIKE
                       // patterns with the escape '\'; empty: none
};

// invalid_request for more words than anybody means.
Result<Search> parse_search(std::string_view text);

}  // namespace gw::records
