// The RIFF chunks of a WebP file: walking them, and adding XMP to a file.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace gw {

struct WebpChunk {
  std::string_view type;  // "VP8 ", "XMP " …
  std::string_view payload;
};

// Walks forward once; the bytes must outlive the walker. Total: any bytes, linear time.
class WebpChunks final {
 public:
  explicit WebpChunks(std::string_view bytes);

  // Nothing at the end and at the first fault.
  std::optional<WebpChunk> next();

 private:
  std::string_view bytes_;
  std::size_t at_;
};

// The file in the extended form (VP8X) with this XMP in place of any it had. Bytes that are no WebP
// come back as they are.
std::string webp_with_xmp(std::string_view bytes, std::string_view xmp);

}  // namespace gw
