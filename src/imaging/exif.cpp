#include "imaging/exif.hpp"

#include "base/endian.hpp"
#include "base/jpeg_segments.hpp"

#include <optional>

namespace gw {
namespace {

using namespace std::string_view_literals;

constexpr std::uint32_t kOrientationTag = 0x0112;
constexpr std::uint32_t kShort = 3;
constexpr std::size_t kEntrySize = 12;

// A TIFF structure in either byte order; reads outside it give nothing.
class Tiff final {
 public:
  explicit Tiff(std::string_view bytes) : bytes_(bytes), big_(bytes.starts_with("MM")) {}

  bool valid() const { return (big_ || bytes_.starts_with("II")) && u16(2) == 42; }
  std::optional<std::uint32_t> u16(std::size_t at) const {
    if (at > bytes_.size() || bytes_.size() - at < 2) return std::nullopt;
    return big_ ? read_be16(bytes_, at) : read_le16(bytes_, at);
  }
  std::optional<std::uint32_t> u32(std::size_t at) const {
    if (at > bytes_.size() || bytes_.size() - at < 4) return std::nullopt;
    return big_ ? read_be32(bytes_, at) : read_le32(bytes_, at);
  }

 private:
  std::string_view bytes_;
  bool big_;
};

std::optional<std::uint32_t> orientation_entry(const Tiff& tiff) {
  const auto directory = tiff.u32(4);
  if (!directory) return std::nullopt;
  const auto entries = tiff.u16(*directory);
  for (std::size_t i = 0; i < entries.value_or(0); ++i) {
    const std::size_t at = std::size_t{*directory} + 2 + i * kEntrySize;
    if (!tiff.u16(at)) return std::nullopt;
    if (tiff.u16(at) == kOrientationTag && tiff.u16(at + 2) == kShort) return tiff.u16(at + 8);
  }
  return std::nullopt;
}

}  // namespace

Orientation read_orientation(std::string_view jpeg) {
  constexpr auto kExif = "Exif\0\0"sv;
  JpegSegments segments(jpeg);
  while (const auto segment = segments.next()) {
    if (segment->marker != 0xe1 || !segment->payload.starts_with(kExif)) continue;
    const Tiff tiff(segment->payload.substr(kExif.size()));
    const auto value = tiff.valid() ? orientation_entry(tiff) : std::nullopt;
    if (value && *value >= 1 && *value <= 8) return static_cast<Orientation>(*value);
    return Orientation::upright;
  }
  return Orientation::upright;
}

}  // namespace gw
