// Header values with parameters: `multipart/form-data; boundary="a b"` (RFC 9110 §5.6.6).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gw::http {

struct HeaderValue {
  std::string value;                                        // before the first ';', lower case
  std::vector<std::pair<std::string, std::string>> params;  // names in lower case, values unquoted

  std::optional<std::string_view> param(std::string_view name) const;
};

// Nothing when a parameter is malformed. Total: any bytes.
std::optional<HeaderValue> parse_header_value(std::string_view text);

}  // namespace gw::http
