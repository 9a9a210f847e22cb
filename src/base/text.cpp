#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace gw {
namespace {

constexpr char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c;
}

constexpr bool is_unreserved(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == '~';
}

std::optional<unsigned> hex_value(char c) {
  if (c >= '0' && c <= '9') return static_cast<unsigned>(c - '0');
  if (lower(c) >= 'a' && lower(c) <= 'f') return static_cast<unsigned>(lower(c) - 'a' + 10);
  return std::nullopt;
}

// What a lead byte promises (RFC 3629 §4): how many bytes, and the bounds of the second one, which
// rule out overlong forms, surrogates and everything above U+10FFFF.
struct Sequence {
  std::size_t length;
  std::uint8_t second_low = 0x80;
  std::uint8_t second_high = 0xBF;
};

std::optional<Sequence> sequence_of(std::uint8_t lead) {
  if (lead < 0x80) return Sequence{1};
  if (lead >= 0xC2 && lead <= 0xDF) return Sequence{2};
  if (lead == 0xE0) return Sequence{3, 0xA0, 0xBF};
  if (lead == 0xED) return Sequence{3, 0x80, 0x9F};
  if (lead >= 0xE1 && lead <= 0xEF) return Sequence{3};
  if (lead == 0xF0) return Sequence{4, 0x90, 0xBF};
  if (lead >= 0xF1 && lead <= 0xF3) return Sequence{4};
  if (lead == 0xF4) return Sequence{4, 0x80, 0x8F};
  return std::nullopt;
}

bool continues(std::string_view text, std::size_t at, const Sequence& sequence) {
  if (text.size() - at < sequence.length) return false;
  for (std::size_t i = 1; i < sequence.length; ++i) {
    const auto byte = static_cast<std::uint8_t>(text[at + i]);
    const auto low = i == 1 ? sequence.second_low : std::uint8_t{0x80};
    const auto high = i == 1 ? sequence.second_high : std::uint8_t{0xBF};
    if (byte < low || byte > high) return false;
  }
  return true;
}

}  // namespace

bool is_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto sequence = sequence_of(static_cast<std::uint8_t>(text[at]));
    if (!sequence || !continues(text, at, *sequence)) return false;
    at += sequence->length;
  }
  return true;
}

std::size_t utf8_length(std::string_view text) {
  const auto starts = [](char c) { return (static_cast<std::uint8_t>(c) & 0xC0) != 0x80; };
  return static_cast<std::size_t>(std::ranges::count_if(text, starts));
}

std::optional<std::string> percent_decode(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] != '%') {
      out += text[at];
      continue;
    }
    if (text.size() - at < 3) return std::nullopt;
    const auto high = hex_value(text[at + 1]);
    const auto low = hex_value(text[at + 2]);
    if (!high || !low) return std::nullopt;
    out += static_cast<char>(*high * 16 + *low);
    at += 2;
  }
  if (out.find('\0') != std::string::npos || !is_utf8(out)) return std::nullopt;
  return out;
}

std::string percent_encode(std::string_view text) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string out;
  out.reserve(text.size());
  for (const char c : text) {
    if (is_unreserved(c)) {
      out += c;
      continue;
    }
    const auto byte = static_cast<std::uint8_t>(c);
    out += '%';
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
  return out;
}

std::string_view trim(std::string_view text) {
  const auto first = text.find_first_not_of(" \t");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::string to_lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), lower);
  return out;
}

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, lower, lower);
}

}  // namespace gw
