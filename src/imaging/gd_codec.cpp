#include "imaging/gd_codec.hpp"

#include "imaging/decode.hpp"
#include "imaging/encode.hpp"
#include "imaging/gd_image.hpp"
#include "imaging/provenance.hpp"
#include "imaging/retouch.hpp"
#include "imaging/thumbnail.hpp"

#include <climits>

#include <algorithm>

namespace gw {
namespace {

constexpr std::uint32_t kLargestWebpSide = 16'383;
constexpr std::uint32_t kLargestJpegSide = 65'500;  // libjpeg's own bound

int over_white(int pixel) {
  const int clear = gdTrueColorGetAlpha(pixel);
  if (clear == 0) return pixel;
  const auto mixed = [clear](int channel) {
    return (channel * (gdAlphaMax - clear) + 255 * clear + gdAlphaMax / 2) / gdAlphaMax;
  };
  return gdTrueColor(mixed(gdTrueColorGetRed(pixel)), mixed(gdTrueColorGetGreen(pixel)),
                     mixed(gdTrueColorGetBlue(pixel)));
}

void flatten(gdImage& image) {
  for (int y = 0; y < image.sy; ++y) {
    std::transform(image.tpixels[y], image.tpixels[y] + image.sx, image.tpixels[y], over_white);
  }
}

std::uint32_t largest_side(ImageFormat format) {
  switch (format) {
    case ImageFormat::png:
      return INT_MAX;
    case ImageFormat::jpeg:
      return kLargestJpegSide;
    case ImageFormat::webp:
      return kLargestWebpSide;
    case ImageFormat::gif:
      return 0;  // gd would have to reduce the colours: not offered
  }
  return 0;
}

Result<void> check_target(ImageSize size, ImageFormat format) {
  const std::uint32_t most = largest_side(format);
  if (most == 0)
    return fail(Error::invalid_request("output_format", "GIF is not an output format."));
  if (std::max(size.width, size.height) <= most) return {};
  return fail(Error::invalid_request("output_format",
                                     "A " + to_string(size) + " picture is too large for " +
                                         std::string(to_string(format)) + "; use png."));
}

class GdCodec final : public PictureCodec {
 public:
  explicit GdCodec(CodecLimits limits) : limits_(limits) {}

  Result<Picture> convert(const Picture& source, const EncodeOptions& options) const override {
    GW_CHECK(load_gd());
    const std::string_view bytes = *source.bytes;
    GW_TRY(const auto header, checked_header(bytes, limits_.max_pixels));
    GW_CHECK(check_target(header.size, options.format));
    GW_TRY(auto image, decode_upright(bytes, header));

    const bool keep_alpha = options.transparent && options.format != ImageFormat::jpeg;
    if (!keep_alpha) flatten(*image);
    gd().gdImageSaveAlpha(image.get(), keep_alpha ? 1 : 0);
    const std::string encoded = encode(*image, options.format, options.quality);
    if (encoded.empty()) {
      return fail(Error::internal("gd could not encode " + std::string(to_string(options.format))));
    }
    Picture out;
    out.bytes =
        share(with_provenance(encoded, options.format, read_provenance(bytes, header.format)));
    out.format = options.format;
    out.size = {static_cast<std::uint32_t>(image->sx), static_cast<std::uint32_t>(image->sy)};
    return out;
  }

  Result<std::optional<Picture>> fitted(const Picture& source,
                                        std::uint64_t max_area) const override {
    GW_CHECK(load_gd());
    return fit_reference(source, max_area, limits_.max_pixels);
  }
  Result<Picture> cut_out(const Picture& source, const Picture& mask) const override {
    GW_CHECK(load_gd());
    return cut_out_masked(source, mask, limits_.max_pixels);
  }
  Result<Picture> retouched(const Picture& original, const Picture& mask,
                            const Picture& repainted) const override {
    GW_CHECK(load_gd());
    return retouch(original, mask, repainted, limits_.max_pixels);
  }
  Result<Picture> thumbnail(const Picture& source, std::uint32_t longest_side) const override {
    GW_CHECK(load_gd());
    return make_thumbnail(source, longest_side, limits_.max_pixels);
  }

 private:
  CodecLimits limits_;
};

}  // namespace

std::unique_ptr<PictureCodec> make_gd_codec(CodecLimits limits) {
  return std::make_unique<GdCodec>(limits);
}

}  // namespace gw
