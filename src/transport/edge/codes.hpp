// The edge's own error numbers and what each means for us (cloudflare-upstream §2.3). Pure.
#pragma once

#include "transport/edge/finding.hpp"

#include <optional>
#include <string_view>

namespace gw::edge {

struct CodeMeaning {
  Kind kind = Kind::none;
  std::string_view reason;  // static storage
};

// Of 1xxx and of 520 to 527 and 530; `status` decides about a 1xxx that is not in the table.
// Nothing for other numbers.
std::optional<CodeMeaning> meaning_of(int code, int status);

}  // namespace gw::edge
