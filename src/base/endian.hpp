// Integers in file formats: big- and little-endian reads and writes on bytes. Reads want their
// range checked.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace gw {

constexpr std::uint32_t byte_at(std::string_view bytes, std::size_t at) {
  return static_cast<unsigned char>(bytes[at]);
}

constexpr std::uint32_t read_be16(std::string_view bytes, std::size_t at) {
  return byte_at(bytes, at) << 8 | byte_at(bytes, at + 1);
}
constexpr std::uint32_t read_be32(std::string_view bytes, std::size_t at) {
  return read_be16(bytes, at) << 16 | read_be16(bytes, at + 2);
}
constexpr std::uint32_t read_le16(std::string_view bytes, std::size_t at) {
  return byte_at(bytes, at) | byte_at(bytes, at + 1) << 8;
}
constexpr std::uint32_t read_le24(std::string_view bytes, std::size_t at) {
  return read_le16(bytes, at) | byte_at(bytes, at + 2) << 16;
}
constexpr std::uint32_t read_le32(std::string_view bytes, std::size_t at) {
  return read_le16(bytes, at) | read_le16(bytes, at + 2) << 16;
}

inline void append_byte(std::string& out, std::uint32_t value) {
  out.push_back(static_cast<char>(value & 0xff));
}
inline void append_be16(std::string& out, std::uint32_t value) {
  append_byte(out, value >> 8);
  append_byte(out, value);
}
inline void append_be32(std::string& out, std::uint32_t value) {
  append_be16(out, value >> 16);
  append_be16(out, value);
}
inline void append_le16(std::string& out, std::uint32_t value) {
  append_byte(out, value);
  append_byte(out, value >> 8);
}
inline void append_le24(std::string& out, std::uint32_t value) {
  append_le16(out, value);
  append_byte(out, value >> 16);
}
inline void append_le32(std::string& out, std::uint32_t value) {
  append_le16(out, value);
  append_le16(out, value >> 16);
}

}  // namespace gw
