// What an operator pastes from his browser to give us its clearance (cloudflare-upstream §3.2).
// Pure and total.
#pragma once

#include "transport/address.hpp"
#include "transport/edge/cookies.hpp"

#include <expected>
#include <string>
#include <string_view>

namespace gw::edge {

struct PasteForm {
  // The value of cf_clearance, name=value, a whole Cookie line, lines of a Netscape cookie file, or
  // "copy as cURL".
  std::string_view text;
  std::string_view user_agent;  // may be empty where the text is a cURL command, which has its own
};

struct Pasted {
  std::string user_agent;
  EdgeCookies cookies;  // the edge's alone; cf_clearance is among them
};

struct PasteFault {
  std::string_view field;    // "text" or "user_agent"
  std::string_view message;  // a sentence; never repeats what was pasted
};

// For the upstream at `zone`. The site's own cookies are left out.
std::expected<Pasted, PasteFault> read_pasted(const PasteForm& form, const Address& zone);

}  // namespace gw::edge
