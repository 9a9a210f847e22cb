// Where a server lives: the part of a URL that decides whom we connect to.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace gw {

struct Address {
  std::string scheme;  // "http" or "https"
  std::string host;    // host[:port], lower case, without the scheme's own port
  friend bool operator==(const Address&, const Address&) = default;
};

// Of an absolute http(s) URL. Nothing for anything else, and for a URL with credentials or with
// characters on which parsers differ (backslash, white space, percent signs in the host).
std::optional<Address> address_of(std::string_view url);

}  // namespace gw
