// Small pure text functions: UTF-8, percent-encoding, case, trimming.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace gw {

// Well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms).
bool is_utf8(std::string_view text);
// Code points of well-formed UTF-8; OpenAI's limits count characters, not bytes.
std::size_t utf8_length(std::string_view text);

// Percent-decoding of one path segment or query value. Nothing on a broken escape, NUL or bad
// UTF-8. A plus sign stays a plus sign (RFC 3986); only form bodies treat it as a space.
std::optional<std::string> percent_decode(std::string_view text);
std::string percent_encode(std::string_view text);  // all but unreserved characters

std::string_view trim(std::string_view text);  // spaces and tabs
std::string to_lower(std::string_view text);   // ASCII
bool equals_ignoring_case(std::string_view a, std::string_view b);

}  // namespace gw
