#include "base/jpeg_segments.hpp"

#include "base/endian.hpp"

namespace gw {
namespace {

// An ICC profile or a panorama's metadata take a few hundred segments at most.
constexpr int kMaxSegments = 2'000;

constexpr std::uint32_t kStartOfScan = 0xda;
constexpr std::uint32_t kEndOfImage = 0xd9;

bool stands_alone(std::uint32_t marker) {
  return marker == 0x01 || (marker >= 0xd0 && marker <= 0xd8);
}

}  // namespace

JpegSegments::JpegSegments(std::string_view bytes)
    : bytes_(bytes), left_(bytes.starts_with("\xff\xd8") ? kMaxSegments : 0) {
  at_ = 2;
}

std::optional<JpegSegment> JpegSegments::next() {
  while (left_-- > 0 && at_ < bytes_.size() && byte_at(bytes_, at_) == 0xff) {
    const std::size_t begin = at_;
    // Any number of 0xff may fill the space before a marker (ITU T.81 B.1.1.2).
    const std::size_t code = bytes_.find_first_not_of('\xff', begin);
    if (code == std::string_view::npos) break;
    const std::uint32_t marker = byte_at(bytes_, code);
    at_ = code + 1;
    if (stands_alone(marker)) continue;
    if (marker == 0 || marker == kStartOfScan || marker == kEndOfImage) break;

    if (bytes_.size() - at_ < 2) break;
    const std::size_t length = read_be16(bytes_, at_);
    if (length < 2 || length > bytes_.size() - at_) break;
    const std::string_view payload = bytes_.substr(at_ + 2, length - 2);
    at_ += length;
    return JpegSegment{static_cast<std::uint8_t>(marker), begin, at_, payload};
  }
  left_ = 0;
  return std::nullopt;
}

}  // namespace gw
