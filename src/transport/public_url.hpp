// A URL that a stranger gave us, as libcurl reads it: one parser for what is judged and what is
// fetched.
#pragma once

#include <cstdint>
#include <expected>
#include <string>

namespace gw {

struct PublicUrl {
  std::string text;  // as libcurl writes it, without a fragment
  std::string host;  // a name or an address in any form, without brackets
  std::uint16_t port = 0;
};

// http(s), to the scheme's own port, without credentials, at most 8 kB of ASCII. The fault is for
// the log. Total: any bytes.
std::expected<PublicUrl, std::string> parse_public_url(const std::string& text);

}  // namespace gw
