#include "imaging/retouch.hpp"

#include "imaging/decode.hpp"
#include "imaging/encode.hpp"
#include "imaging/exif.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace gw {
namespace {

// Where an upstream's service drops the alpha channel, the hole should still look like one.
constexpr int kHole = gdTrueColorAlpha(255, 255, 255, gdAlphaTransparent);

Result<GdImage> open(const Picture& picture, std::uint64_t max_pixels) {
  GW_TRY(const auto header, checked_header(*picture.bytes, max_pixels));
  return decode_upright(*picture.bytes, header);
}

ImageSize size_of(const gdImage& image) {
  return {static_cast<std::uint32_t>(image.sx), static_cast<std::uint32_t>(image.sy)};
}

Result<GdImage> scaled(GdImage image, ImageSize size) {
  if (size_of(*image) == size) return image;
  auto out = make_gd_image(size);
  if (!out) return fail(Error::internal("no memory to scale a picture"));
  gd().gdImageAlphaBlending(out.get(), 0);
  gd().gdImageCopyResampled(out.get(), image.get(), 0, 0, 0, 0, out->sx, out->sy, image->sx,
                            image->sy);
  return out;
}

ImageSize within(ImageSize size, std::uint64_t max_area) {
  if (size.area() <= max_area) return size;
  const auto scale = std::sqrt(static_cast<double>(max_area) / static_cast<double>(size.area()));
  const auto side = [scale](std::uint32_t length) {
    return std::max<std::uint32_t>(1, static_cast<std::uint32_t>(length * scale));
  };
  return {side(size.width), side(size.height)};
}

bool is_opaque(const gdImage& image) {
  for (int y = 0; y < image.sy; ++y) {
    const auto* row = image.tpixels[y];
    if (std::any_of(row, row + image.sx, [](int p) { return gdTrueColorGetAlpha(p) != 0; }))
      return false;
  }
  return true;
}

Error bad_mask(std::string message) {
  return Error::invalid_request("mask", std::move(message));
}

Result<GdImage> open_mask(const Picture& picture, ImageSize size, std::uint64_t max_pixels) {
  auto opened = open(picture, max_pixels);
  if (!opened) return fail(std::move(opened).error().with_param("mask"));
  GdImage mask = *std::move(opened);
  if (size_of(*mask) != size) {
    return fail(bad_mask("`mask` is " + to_string(size_of(*mask)) + ", but the first picture is " +
                         to_string(size) + "; they must be of the same size"));
  }
  if (is_opaque(*mask)) {
    return fail(
        bad_mask("`mask` has no transparent area; what is transparent in it is painted anew"));
  }
  return mask;
}

// `over` where the mask is clear, `under` where it is opaque; 0 to gdAlphaMax.
int mixed(int under, int over, int clear) {
  if (clear == 0) return under;
  if (clear == gdAlphaMax) return over;
  const auto channel = [&](int a, int b) {
    return (a * (gdAlphaMax - clear) + b * clear + gdAlphaMax / 2) / gdAlphaMax;
  };
  return gdTrueColorAlpha(channel(gdTrueColorGetRed(under), gdTrueColorGetRed(over)),
                          channel(gdTrueColorGetGreen(under), gdTrueColorGetGreen(over)),
                          channel(gdTrueColorGetBlue(under), gdTrueColorGetBlue(over)),
                          channel(gdTrueColorGetAlpha(under), gdTrueColorGetAlpha(over)));
}

template <class Over>
void mix(gdImage& image, const gdImage& mask, Over over) {
  for (int y = 0; y < image.sy; ++y) {
    for (int x = 0; x < image.sx; ++x) {
      auto& pixel = image.tpixels[y][x];
      pixel = mixed(pixel, over(x, y), gdTrueColorGetAlpha(mask.tpixels[y][x]));
    }
  }
}

}  // namespace

Result<std::optional<Picture>> fit_reference(const Picture& source, std::uint64_t max_area,
                                             std::uint64_t max_pixels) {
  const bool plain = source.format == ImageFormat::png || source.format == ImageFormat::jpeg;
  const bool turned =
      source.format == ImageFormat::jpeg && read_orientation(*source.bytes) != Orientation::upright;
  // Decoded in any case: a damaged picture would only be noticed by an upstream that takes money.
  GW_TRY(auto image, open(source, max_pixels));
  if (plain && !turned && source.size.area() <= max_area) return std::nullopt;
  const auto size = within(size_of(*image), max_area);
  GW_TRY(image, scaled(std::move(image), size));
  const bool photo = source.format == ImageFormat::jpeg;
  gd().gdImageSaveAlpha(image.get(), photo ? 0 : 1);
  GW_TRY(auto fitted, encode_plain(*image, photo ? ImageFormat::jpeg : ImageFormat::png));
  return std::optional(std::move(fitted));
}

Result<Picture> cut_out_masked(const Picture& source, const Picture& mask,
                               std::uint64_t max_pixels) {
  GW_TRY(auto image, open(source, max_pixels));
  GW_TRY(const auto cut, open_mask(mask, size_of(*image), max_pixels));
  mix(*image, *cut, [](int, int) { return kHole; });
  gd().gdImageSaveAlpha(image.get(), 1);
  return encode_plain(*image, ImageFormat::png);
}

Result<Picture> retouch(const Picture& original, const Picture& mask, const Picture& repainted,
                        std::uint64_t max_pixels) {
  GW_TRY(auto image, open(original, max_pixels));
  GW_TRY(const auto painted, open_mask(mask, size_of(*image), max_pixels));
  GW_TRY(auto fresh, open(repainted, max_pixels));
  GW_TRY(const auto over, scaled(std::move(fresh), size_of(*image)));
  mix(*image, *painted, [&over](int x, int y) { return over->tpixels[y][x]; });
  gd().gdImageSaveAlpha(image.get(), is_opaque(*image) ? 0 : 1);
  return encode_as(*image, ImageFormat::png, repainted);
}

}  // namespace gw
