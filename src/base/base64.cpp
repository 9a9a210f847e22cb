#include "base/base64.hpp"

#include "base/base64_avx2.hpp"

#include <array>
#include <cstdint>

namespace gw {
namespace {

enum class Path : std::uint8_t { fastest, scalar };

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t kNone = 0xFF;

constexpr std::array<std::uint8_t, 256> make_values() {
  std::array<std::uint8_t, 256> values{};
  values.fill(kNone);
  for (std::size_t i = 0; i < kAlphabet.size(); ++i) {
    values[static_cast<unsigned char>(kAlphabet[i])] = static_cast<std::uint8_t>(i);
  }
  return values;
}
constexpr auto kValues = make_values();

std::uint32_t byte_at(const char* in) {
  return static_cast<unsigned char>(*in);
}
char character(std::uint32_t six) {
  return kAlphabet[six & 63];
}

char* encode_group(const char* in, char* out) {
  const auto bits = byte_at(in) << 16 | byte_at(in + 1) << 8 | byte_at(in + 2);
  for (int shift = 18; shift >= 0; shift -= 6) *out++ = character(bits >> shift);
  return out;
}

char* encode_end(const char* in, std::size_t size, char* out) {
  const auto bits = byte_at(in) << 16 | (size == 2 ? byte_at(in + 1) << 8 : 0);
  *out++ = character(bits >> 18);
  *out++ = character(bits >> 12);
  *out++ = size == 2 ? character(bits >> 6) : '=';
  *out++ = '=';
  return out;
}

void encode(std::string_view bytes, char* out, Path path) {
  std::size_t at = 0;
  if (path == Path::fastest && detail::base64_has_avx2()) {
    const auto done = detail::base64_encode_avx2(bytes.data(), bytes.size(), out);
    at = done.consumed;
    out += done.written;
  }
  for (; bytes.size() - at >= 3; at += 3) out = encode_group(bytes.data() + at, out);
  if (at < bytes.size()) encode_end(bytes.data() + at, bytes.size() - at, out);
}

void encode_onto(std::string& out, std::string_view bytes, Path path) {
  const auto before = out.size();
  const auto size = before + base64_encoded_size(bytes.size());
  out.resize_and_overwrite(size, [&](char* data, std::size_t) {
    encode(bytes, data + before, path);
    return size;
  });
}

bool decode_group(const char* in, char* out) {
  const std::uint32_t a = kValues[byte_at(in)];
  const std::uint32_t b = kValues[byte_at(in + 1)];
  const std::uint32_t c = kValues[byte_at(in + 2)];
  const std::uint32_t d = kValues[byte_at(in + 3)];
  if ((a | b | c | d) > 63) return false;  // kNone has its high bits set
  const auto bits = a << 18 | b << 12 | c << 6 | d;
  out[0] = static_cast<char>(bits >> 16);
  out[1] = static_cast<char>(bits >> 8);
  out[2] = static_cast<char>(bits);
  return true;
}

// The last group, which may be padded. Bits that padding leaves over must be zero, so that every
// picture has exactly one text. Gives the number of bytes, or nothing.
std::optional<std::size_t> decode_end(const char* in, char* out) {
  if (in[3] != '=') return decode_group(in, out) ? std::optional<std::size_t>(3) : std::nullopt;
  const std::uint32_t a = kValues[byte_at(in)];
  const std::uint32_t b = kValues[byte_at(in + 1)];
  const bool two_pads = in[2] == '=';
  const std::uint32_t c = two_pads ? 0 : kValues[byte_at(in + 2)];
  if ((a | b | c) > 63) return std::nullopt;
  if ((two_pads ? b & 15 : c & 3) != 0) return std::nullopt;
  out[0] = static_cast<char>(a << 2 | b >> 4);
  if (two_pads) return 1;
  out[1] = static_cast<char>(b << 4 | c >> 2);
  return 2;
}

// `text` is not empty and its size a multiple of four. Gives the number of bytes, or nothing.
std::optional<std::size_t> decode(std::string_view text, char* out, Path path) {
  std::size_t at = 0;
  std::size_t written = 0;
  if (path == Path::fastest && detail::base64_has_avx2()) {
    const auto done = detail::base64_decode_avx2(text.data(), text.size(), out);
    at = done.consumed;
    written = done.written;
  }
  for (; text.size() - at > 4; at += 4, written += 3) {
    if (!decode_group(text.data() + at, out + written)) return std::nullopt;
  }
  const auto rest = decode_end(text.data() + at, out + written);
  if (!rest) return std::nullopt;
  return written + *rest;
}

bool decode_onto(std::string& out, std::string_view text, Path path) {
  if (text.size() % 4 != 0) return false;
  if (text.empty()) return true;
  const auto before = out.size();
  bool good = false;
  out.resize_and_overwrite(before + text.size() / 4 * 3, [&](char* data, std::size_t) {
    const auto written = decode(text, data + before, path);
    good = written.has_value();
    return before + written.value_or(0);
  });
  return good;
}

std::optional<std::string> decode_all(std::string_view text, Path path) {
  std::string out;
  if (!decode_onto(out, text, path)) return std::nullopt;
  return out;
}

}  // namespace

std::string base64_encode(std::string_view bytes) {
  std::string out;
  encode_onto(out, bytes, Path::fastest);
  return out;
}

void base64_encode_onto(std::string& out, std::string_view bytes) {
  encode_onto(out, bytes, Path::fastest);
}

std::optional<std::string> base64_decode(std::string_view text) {
  return decode_all(text, Path::fastest);
}

bool base64_decode_onto(std::string& out, std::string_view text) {
  return decode_onto(out, text, Path::fastest);
}

std::string base64_encode_scalar_for_test(std::string_view bytes) {
  std::string out;
  encode_onto(out, bytes, Path::scalar);
  return out;
}

std::optional<std::string> base64_decode_scalar_for_test(std::string_view text) {
  return decode_all(text, Path::scalar);
}

}  // namespace gw
