// "Copy as cURL" of a browser's developer tools: the command's words and what of them matters.
// Nothing is ever run. Pure and total.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gw::edge {

// Whether `text` looks like such a command at all.
bool is_curl_command(std::string_view text);

// The words of a command, unquoted as bash does it ('…', $'…', "…") or, where carets stand before
// quotes or ends of lines, as cmd does it. Nothing when a quote is left open.
std::optional<std::vector<std::string>> split_command(std::string_view text);

struct CurlCommand {
  std::string url;  // empty: none
  std::string cookies;
  std::string user_agent;
  std::string brands;  // sec-ch-ua
};

// From -H, -b and -A. Nothing when the words cannot be told apart.
std::optional<CurlCommand> read_curl_command(std::string_view text);

}  // namespace gw::edge
