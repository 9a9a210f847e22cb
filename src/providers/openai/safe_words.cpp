#include "providers/openai/safe_words.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <cstddef>
#include <string>

namespace gw::openai {
namespace {

constexpr std::size_t kLongest = 400;
// Keys, ids and hashes are longer than words.
constexpr std::size_t kLongestWord = 30;

// In lower case.
constexpr std::string_view kTelltales[] = {
    "://",     "www.",    "sk-",       "bearer",    "org-",      "proj_",    "user-",
    "api key", "api_key", "localhost", "@",         "\\",        ".go:",     ".py",
    ".ts:",    ".js:",    "traceback", "goroutine", "channel #", "channel:", "channel id",
    "/home",   "/usr",    "/app",      "/root",     "/tmp",      "/var"};

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool has_long_word(std::string_view lower) {
  std::size_t length = 0;
  return std::ranges::any_of(lower, [&](char c) {
    length = is_word(c) ? length + 1 : 0;
    return length > kLongestWord;
  });
}

// Three dots between digits, or letters around a dot without a blank: "10.0.0.1", "db.internal".
bool has_address(std::string_view lower) {
  std::size_t dotted = 0;
  for (std::size_t at = 1; at + 1 < lower.size(); ++at) {
    if (lower[at] == ' ') dotted = 0;
    if (lower[at] != '.') continue;
    const char before = lower[at - 1];
    const char after = lower[at + 1];
    if (is_word(after) && is_word(before) && !(is_digit(before) && is_digit(after))) return true;
    if (is_digit(before) && is_digit(after) && ++dotted == 3) return true;
  }
  return false;
}

}  // namespace

bool is_safe_for_clients(std::string_view text, std::span<const std::string_view> secrets) {
  if (text.empty() || text.size() > kLongest || !is_utf8(text)) return false;
  const bool printable = std::ranges::none_of(
      text, [](char c) { return static_cast<unsigned char>(c) < ' ' || c == 0x7f; });
  if (!printable) return false;
  const auto lower = to_lower(text);
  const auto in_text = [&](std::string_view part) {
    return !part.empty() && lower.contains(to_lower(part));
  };
  return !std::ranges::any_of(kTelltales, in_text) && !std::ranges::any_of(secrets, in_text) &&
         !has_long_word(lower) && !has_address(lower);
}

}  // namespace gw::openai
