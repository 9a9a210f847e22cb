#include "transport/edge/retry_after.hpp"

#include "base/text.hpp"
#include "transport/edge/http_date.hpp"

#include <algorithm>

namespace gw::edge {

std::optional<std::chrono::seconds> parse_retry_after(std::string_view text, WallTime now) {
  text = trim(text);
  if (text.empty()) return std::nullopt;
  if (text.find_first_not_of("0123456789") == std::string_view::npos) {
    std::chrono::seconds seconds{0};
    for (const char c : text)
      seconds = std::min(kLongestWait, seconds * 10 + std::chrono::seconds(c - '0'));
    return seconds;
  }
  const auto at = parse_http_date(text);
  if (!at) return std::nullopt;
  const auto wait = std::chrono::ceil<std::chrono::seconds>(*at - now);
  return std::clamp(wait, std::chrono::seconds(0), kLongestWait);
}

}  // namespace gw::edge
