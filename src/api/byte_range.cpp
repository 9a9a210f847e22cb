#include "api/byte_range.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace gw::api {
namespace {

std::optional<std::uint64_t> number(std::string_view text) {
  std::uint64_t value = 0;
  const auto* end = text.data() + text.size();
  const auto parsed = std::from_chars(text.data(), end, value);
  if (text.empty() || parsed.ec != std::errc{} || parsed.ptr != end) return std::nullopt;
  return value;
}

// "-500": the last 500 bytes.
RangeAnswer suffix(std::string_view text, std::uint64_t file_size) {
  const auto wanted = number(text);
  if (!wanted) return WholeFile{};
  const auto length = std::min(*wanted, file_size);
  if (length == 0) return NoSuchPart{};
  return FilePart{file_size - length, length};
}

}  // namespace

RangeAnswer read_range(std::string_view header, std::uint64_t file_size) {
  const auto equals = header.find('=');
  if (equals == std::string_view::npos) return WholeFile{};
  if (!equals_ignoring_case(trim(header.substr(0, equals)), "bytes")) return WholeFile{};
  const auto range = trim(header.substr(equals + 1));
  const auto dash = range.find('-');
  if (dash == std::string_view::npos) return WholeFile{};
  if (dash == 0) return suffix(range.substr(1), file_size);
  const auto first = number(range.substr(0, dash));
  const auto last_text = range.substr(dash + 1);
  const auto last = last_text.empty() ? std::optional(UINT64_MAX) : number(last_text);
  if (!first || !last || *last < *first) return WholeFile{};
  if (*first >= file_size) return NoSuchPart{};
  return FilePart{*first, std::min(*last, file_size - 1) - *first + 1};
}

}  // namespace gw::api
