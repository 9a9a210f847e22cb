// The vector part of base64.cpp: long stretches of whole groups; faults and tails are left to the
// scalar code.
#pragma once

#include <cstddef>

namespace gw::detail {

// How far a routine came. It stops before what it does not do itself: the last few bytes, padding,
// a fault.
struct Base64Progress {
  std::size_t consumed = 0;
  std::size_t written = 0;
};

// Whether this CPU has AVX2. The two routines below may only be called where it has.
bool base64_has_avx2();

// `out` must have room for the whole encoded, respectively decoded, input.
Base64Progress base64_encode_avx2(const char* in, std::size_t size, char* out);
Base64Progress base64_decode_avx2(const char* in, std::size_t size, char* out);

}  // namespace gw::detail
