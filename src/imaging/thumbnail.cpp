#include "imaging/thumbnail.hpp"

#include "imaging/decode.hpp"
#include "imaging/encode.hpp"
#include "imaging/provenance.hpp"

#include <algorithm>
#include <utility>

namespace gw {
namespace {

// Below it a picture of 512 pixels shows blocks; above it the file grows and nobody sees why.
constexpr int kQuality = 80;

ImageSize within(ImageSize size, std::uint32_t longest_side) {
  const auto longest = std::max(size.width, size.height);
  if (longest <= longest_side) return size;
  const auto side = [&](std::uint32_t length) {
    const auto scaled = std::uint64_t{length} * longest_side / longest;
    return std::max<std::uint32_t>(1, static_cast<std::uint32_t>(scaled));
  };
  return {side(size.width), side(size.height)};
}

}  // namespace

Result<Picture> make_thumbnail(const Picture& source, std::uint32_t longest_side,
                               std::uint64_t max_pixels) {
  const std::string_view bytes = *source.bytes;
  GW_TRY(const auto header, checked_header(bytes, max_pixels));
  GW_TRY(auto image, decode_upright(bytes, header));
  const ImageSize upright{static_cast<std::uint32_t>(image->sx),
                          static_cast<std::uint32_t>(image->sy)};
  const auto size = within(upright, longest_side);
  auto small = make_gd_image(size);
  if (!small) return fail(Error::internal("no memory to scale a picture"));
  gd().gdImageAlphaBlending(small.get(), 0);
  gd().gdImageSaveAlpha(small.get(), 1);
  gd().gdImageCopyResampled(small.get(), image.get(), 0, 0, 0, 0, small->sx, small->sy, image->sx,
                            image->sy);
  const auto encoded = encode(*small, ImageFormat::webp, kQuality);
  if (encoded.empty()) return fail(Error::internal("gd could not encode a thumbnail"));
  auto provenance = read_provenance(bytes, header.format);
  return Picture{share(with_provenance(encoded, ImageFormat::webp, provenance)), ImageFormat::webp,
                 size};
}

}  // namespace gw
