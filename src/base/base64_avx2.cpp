#include "base/base64_avx2.hpp"

#if defined(__x86_64__)
#include <immintrin.h>

namespace gw::detail {
namespace {

#define GW_AVX2 __attribute__((target("avx2")))

// One value for each possible high nibble of a character, in both 128-bit lanes.
GW_AVX2 __m256i by_high_nibble(char n2, char n3, char n4, char n5, char n6, char n7, char other) {
  const auto lane = _mm_setr_epi8(other, other, n2, n3, n4, n5, n6, n7, other, other, other, other,
                                  other, other, other, other);
  return _mm256_broadcastsi128_si256(lane);
}

// 24 bytes, 12 in the low end of each lane, become 32 values of 6 bits. Multiplications stand in
// for the shifts by different amounts that AVX2 does not have.
GW_AVX2 __m256i split_into_sixes(__m256i bytes) {
  const auto order =
      _mm256_broadcastsi128_si256(_mm_setr_epi8(1, 0, 2, 1, 4, 3, 5, 4, 7, 6, 8, 7, 10, 9, 11, 10));
  const auto spread = _mm256_shuffle_epi8(bytes, order);
  const auto first_and_third = _mm256_and_si256(spread, _mm256_set1_epi32(0x0fc0fc00));
  const auto second_and_fourth = _mm256_and_si256(spread, _mm256_set1_epi32(0x003f03f0));
  return _mm256_or_si256(_mm256_mulhi_epu16(first_and_third, _mm256_set1_epi32(0x04000040)),
                         _mm256_mullo_epi16(second_and_fourth, _mm256_set1_epi32(0x01000010)));
}

GW_AVX2 __m256i step(__m256i values, char above, char change) {
  return _mm256_and_si256(_mm256_cmpgt_epi8(values, _mm256_set1_epi8(above)),
                          _mm256_set1_epi8(change));
}

// The distance from a value to its character is 65 up to 25 and changes four times after that.
GW_AVX2 __m256i to_characters(__m256i values) {
  auto distance = _mm256_set1_epi8('A');
  distance = _mm256_add_epi8(distance, step(values, 25, ('a' - 26) - 'A'));
  distance = _mm256_add_epi8(distance, step(values, 51, ('0' - 52) - ('a' - 26)));
  distance = _mm256_add_epi8(distance, step(values, 61, ('+' - 62) - ('0' - 52)));
  distance = _mm256_add_epi8(distance, step(values, 62, ('/' - 63) - ('+' - 62)));
  return _mm256_add_epi8(values, distance);
}

// Each high nibble holds one contiguous run of the alphabet, except 2, which has '+' and, apart,
// '/'. False when a character is outside its run; bytes from 0x80 are negative here and below every
// run.
GW_AVX2 bool to_values(__m256i text, __m256i& values) {
  const auto first = by_high_nibble('+', '0', 'A', 'P', 'a', 'p', 127);
  const auto last = by_high_nibble('+', '9', 'O', 'Z', 'o', 'z', 0);
  const auto distance = by_high_nibble(62 - '+', 52 - '0', -'A', -'A', 26 - 'a', 26 - 'a', 0);

  const auto nibble = _mm256_and_si256(_mm256_srli_epi32(text, 4), _mm256_set1_epi8(15));
  const auto slash = _mm256_cmpeq_epi8(text, _mm256_set1_epi8('/'));
  const auto outside = _mm256_or_si256(_mm256_cmpgt_epi8(_mm256_shuffle_epi8(first, nibble), text),
                                       _mm256_cmpgt_epi8(text, _mm256_shuffle_epi8(last, nibble)));
  if (!_mm256_testc_si256(slash, outside)) return false;

  const auto slash_instead_of_plus = _mm256_set1_epi8((63 - '/') - (62 - '+'));
  values = _mm256_add_epi8(text, _mm256_shuffle_epi8(distance, nibble));
  values = _mm256_add_epi8(values, _mm256_and_si256(slash, slash_instead_of_plus));
  return true;
}

// 32 values of 6 bits become 24 bytes at the low end of the register.
GW_AVX2 __m256i join_sixes(__m256i values) {
  const auto twelves = _mm256_maddubs_epi16(values, _mm256_set1_epi32(0x01400140));
  const auto triples = _mm256_madd_epi16(twelves, _mm256_set1_epi32(0x00011000));
  const auto order = _mm256_broadcastsi128_si256(
      _mm_setr_epi8(2, 1, 0, 6, 5, 4, 10, 9, 8, 14, 13, 12, -1, -1, -1, -1));
  const auto lanes = _mm256_shuffle_epi8(triples, order);
  return _mm256_permutevar8x32_epi32(lanes, _mm256_setr_epi32(0, 1, 2, 4, 5, 6, 7, 7));
}

}  // namespace

bool base64_has_avx2() {
  return __builtin_cpu_supports("avx2");
}

GW_AVX2 Base64Progress base64_encode_avx2(const char* in, std::size_t size, char* out) {
  Base64Progress done;
  // The second half is read as 16 bytes, of which 12 are used: 28 must be there.
  while (size - done.consumed >= 28) {
    const auto* source = in + done.consumed;
    const auto low = _mm_loadu_si128(reinterpret_cast<const __m128i*>(source));
    const auto high = _mm_loadu_si128(reinterpret_cast<const __m128i*>(source + 12));
    const auto text = to_characters(split_into_sixes(_mm256_set_m128i(high, low)));
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + done.written), text);
    done.consumed += 24;
    done.written += 32;
  }
  return done;
}

GW_AVX2 Base64Progress base64_decode_avx2(const char* in, std::size_t size, char* out) {
  Base64Progress done;
  // 32 bytes are stored for 24 that count: at least 8 more, from 12 characters and padding, must
  // follow.
  while (size - done.consumed >= 32 + 16) {
    const auto text = _mm256_loadu_si256(reinterpret_cast<const __m256i*>(in + done.consumed));
    __m256i values;
    if (!to_values(text, values)) break;
    _mm256_storeu_si256(reinterpret_cast<__m256i*>(out + done.written), join_sixes(values));
    done.consumed += 32;
    done.written += 24;
  }
  return done;
}

}  // namespace gw::detail

#else

namespace gw::detail {

bool base64_has_avx2() {
  return false;
}
Base64Progress base64_encode_avx2(const char*, std::size_t, char*) {
  return {};
}
Base64Progress base64_decode_avx2(const char*, std::size_t, char*) {
  return {};
}

}  // namespace gw::detail

#endif
