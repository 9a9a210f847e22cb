// Marks by which an edge's HTML pages are known (cloudflare-upstream §2.2, rules 4 to 7). Pure and
// total; every function takes the page's beginning in lower case.
#pragma once

#include <optional>
#include <string_view>

namespace gw::edge {

// Of a page that wants to see a human. Ordinary pages hold one of these marks too (the edge puts a
// script into them): the caller looks at the status first.
bool has_challenge_marks(std::string_view page);

// What stands in <title>, without the blanks around it; empty when there is none.
std::string_view title_of(std::string_view page);

// The 1xxx of an error page.
std::optional<int> error_code_in(std::string_view page);

bool is_error_page(std::string_view page);

}  // namespace gw::edge
