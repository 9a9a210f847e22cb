// Any bytes: the header reader gives a size above zero or nothing, and its JPEG walk stays in its
// bounds.
#include "base/image_format.hpp"
#include "base/jpeg_segments.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const auto header = gw::read_image_header(bytes);
  if (header && header->size.area() == 0) std::abort();

  gw::JpegSegments segments(bytes);
  std::size_t last = 0;
  while (const auto segment = segments.next()) {
    if (segment->begin < last || segment->end <= segment->begin || segment->end > size) {
      std::abort();
    }
    last = segment->end;
  }
  return 0;
}
