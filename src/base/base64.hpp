// base64 (RFC 4648 §4): AVX2 where the CPU has it, scalar elsewhere; the same answers from both.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace gw {

std::string base64_encode(std::string_view bytes);
constexpr std::size_t base64_encoded_size(std::size_t bytes) {
  return (bytes + 2) / 3 * 4;
}
// Encodes onto the end of `out`, for callers that build a larger text around it.
void base64_encode_onto(std::string& out, std::string_view bytes);

// Strict: the standard alphabet, padding required, unused bits zero, no white space. Nothing on any
// fault.
std::optional<std::string> base64_decode(std::string_view text);
// The same onto the end of `out`, for text that arrives in pieces; false on a fault, and `out` is
// unchanged then. Padding ends a text, so a caller must not go on after a piece that had some.
bool base64_decode_onto(std::string& out, std::string_view text);

// For tests and the benchmark: the scalar routines, whatever the CPU has.
std::string base64_encode_scalar_for_test(std::string_view bytes);
std::optional<std::string> base64_decode_scalar_for_test(std::string_view text);

}  // namespace gw
