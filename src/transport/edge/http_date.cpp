#include "transport/edge/http_date.hpp"

#include "base/text.hpp"

#include <curl/curl.h>

#include <algorithm>
#include <string>

namespace gw::edge {
namespace {

constexpr std::size_t kLongest = 40;
// What a point in time of nanoseconds holds ends in 2262.
constexpr std::time_t kLatest = 7'258'118'399;  // 2200-12-31T23:59:59Z

}  // namespace

// curl_getdate reads whatever looks like a date at all; only the complete forms are wanted.
std::optional<WallTime> parse_http_date(std::string_view text) {
  text = trim(text);
  if (text.size() > kLongest || !text.ends_with("GMT") || !text.contains(',')) return std::nullopt;
  if (std::ranges::count(text, ':') != 2) return std::nullopt;
  std::string date(text);
  // By which cookies are taken away; libcurl takes it for 2070 (RFC 6265 §5.1.1: 1970).
  if (const auto year = date.find("-70 "); year != std::string::npos) date.insert(year + 1, "19");
  const auto seconds = curl_getdate(date.c_str(), nullptr);
  if (seconds < 0) return std::nullopt;
  return WallTime(std::chrono::seconds(std::min<std::time_t>(seconds, kLatest)));
}

}  // namespace gw::edge
