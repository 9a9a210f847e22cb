// The chunks of a PNG: walking them, and writing one.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace gw {

struct PngChunk {
  std::string_view type;  // four letters
  std::string_view payload;
  std::size_t end = 0;  // offset behind the chunk's checksum
};

// Walks forward once; the bytes must outlive the walker. Total: any bytes, linear time. Checksums
// are left to whoever decodes.
class PngChunks final {
 public:
  explicit PngChunks(std::string_view bytes);

  // Nothing behind IEND, at the end and at the first fault.
  std::optional<PngChunk> next();

 private:
  std::string_view bytes_;
  std::size_t at_;
};

void append_png_signature(std::string& out);
// `payload` shorter than 2 GiB.
void append_png_chunk(std::string& out, std::string_view type, std::string_view payload);

}  // namespace gw
