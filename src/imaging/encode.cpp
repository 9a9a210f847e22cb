#include "imaging/encode.hpp"

#include "imaging/provenance.hpp"

#include <algorithm>
#include <memory>

namespace gw {
namespace {

// Level 6 takes three times as long for a few percent.
constexpr int kPngLevel = 3;
constexpr int kReferenceQuality = 95;

Error not_encoded(ImageFormat format) {
  return Error::internal("gd could not encode " + std::string(to_string(format)));
}

ImageSize size_of(const gdImage& image) {
  return {static_cast<std::uint32_t>(image.sx), static_cast<std::uint32_t>(image.sy)};
}

}  // namespace

std::string encode(gdImage& image, ImageFormat format, int wanted_quality) {
  const int quality = std::clamp(wanted_quality, 0, 100);
  int size = 0;
  void* bytes = nullptr;
  switch (format) {
    case ImageFormat::png:
      bytes = gd().gdImagePngPtrEx(&image, &size, kPngLevel);
      break;
    case ImageFormat::jpeg:
      bytes = gd().gdImageJpegPtr(&image, &size, quality);
      break;
    case ImageFormat::webp:
      bytes = gd().gdImageWebpPtrEx(&image, &size, quality);
      break;
    case ImageFormat::gif:
      break;
  }
  const std::unique_ptr<void, decltype(GdLibrary::gdFree)> owner(bytes, gd().gdFree);
  if (bytes == nullptr || size <= 0) return {};
  return {static_cast<const char*>(bytes), static_cast<std::size_t>(size)};
}

Result<Picture> encode_as(gdImage& image, ImageFormat format, const Picture& source) {
  const auto encoded = encode(image, format, kReferenceQuality);
  if (encoded.empty()) return fail(not_encoded(format));
  auto provenance = read_provenance(*source.bytes, source.format);
  return Picture{share(with_provenance(encoded, format, provenance)), format, size_of(image)};
}

Result<Picture> encode_plain(gdImage& image, ImageFormat format) {
  auto encoded = encode(image, format, kReferenceQuality);
  if (encoded.empty()) return fail(not_encoded(format));
  return Picture{share(std::move(encoded)), format, size_of(image)};
}

}  // namespace gw
