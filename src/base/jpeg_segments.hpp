// The marker segments of a JPEG up to its first scan: where size, EXIF and XMP are.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

namespace gw {

struct JpegSegment {
  std::uint8_t marker = 0;   // 0xe1 for APP1 …
  std::size_t begin = 0;     // offset of the marker's first 0xff, fill bytes included
  std::size_t end = 0;       // offset behind the payload
  std::string_view payload;  // without its length field; a view into the bytes given
};

// Walks forward once; the bytes must outlive the walker. Total: any bytes, linear time.
class JpegSegments final {
 public:
  explicit JpegSegments(std::string_view bytes);

  // Nothing at the first scan, at the end, at the first fault, and after more segments than a
  // picture has.
  std::optional<JpegSegment> next();

 private:
  std::string_view bytes_;
  std::size_t at_ = 0;
  int left_;
};

}  // namespace gw
