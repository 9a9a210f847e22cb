#include "storage/records/cursor.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

namespace gw::records {
namespace {

constexpr char kSeparator = '-';
constexpr std::size_t kLongestId = 64;

bool is_id(std::string_view text) {
  const auto plain = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  };
  return !text.empty() && text.size() <= kLongestId && std::ranges::all_of(text, plain);
}

}  // namespace

Cursor first_page() {
  return {std::numeric_limits<long long>::max(), ""};
}

Result<Cursor> read_cursor(std::string_view text) {
  if (text.empty()) return first_page();
  Cursor cursor;
  const auto* end = text.data() + text.size();
  const auto [rest, fault] = std::from_chars(text.data(), end, cursor.time);
  const std::string_view id(rest, end);
  if (fault != std::errc() || !id.starts_with(kSeparator) || !is_id(id.substr(1)))
    return fail(Error::invalid_request("after", "is not the end of a page that was given out"));
  cursor.id = id.substr(1);
  return cursor;
}

std::string make_cursor(const Cursor& cursor) {
  return std::to_string(cursor.time) + kSeparator + cursor.id;
}

}  // namespace gw::records
