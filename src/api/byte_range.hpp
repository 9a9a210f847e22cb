// The Range header of a download (RFC 9110 §14). Pure.
#pragma once

#include <cstdint>
#include <string_view>
#include <variant>

namespace gw::api {

struct WholeFile {};
struct FilePart {
  std::uint64_t offset = 0;
  std::uint64_t length = 0;  // at least 1, inside the file
  friend bool operator==(const FilePart&, const FilePart&) = default;
};
struct NoSuchPart {};  // 416

using RangeAnswer = std::variant<WholeFile, FilePart, NoSuchPart>;

// One range of bytes. Several ranges, other units and malformed values are ignored, as the RFC
// allows: the whole file. Total: any bytes.
RangeAnswer read_range(std::string_view header, std::uint64_t file_size);

}  // namespace gw::api
