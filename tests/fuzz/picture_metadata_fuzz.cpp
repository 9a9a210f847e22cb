// Any bytes, as each format: metadata is read within its bounds, and writing it into them keeps a
// header that could be read before.
#include "imaging/exif.hpp"
#include "imaging/provenance.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {

std::size_t weight(const gw::Provenance& provenance) {
  std::size_t out = 0;
  for (const auto& text : provenance.texts) out += text.payload.size();
  return out;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  (void)gw::read_orientation(bytes);
  const auto header = gw::read_image_header(bytes);
  for (const auto format : {gw::ImageFormat::png, gw::ImageFormat::jpeg, gw::ImageFormat::webp}) {
    const auto found = gw::read_provenance(bytes, format);
    if (weight(found) > gw::kMaxMetadata || found.xmp.size() > gw::kMaxMetadata) std::abort();
    const auto written = gw::with_provenance(bytes, format, found);
    if (!header || header->format != format) continue;
    const auto after = gw::read_image_header(written);
    if (!after || after->size != header->size) std::abort();
  }
  return 0;
}
