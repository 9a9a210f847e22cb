#include "imaging/gd_codec.hpp"

#include "imaging/exif.hpp"
#include "imaging/gd_image.hpp"
#include "imaging/provenance.hpp"

#include <climits>

#include <algorithm>

namespace gw {
namespace {

// Level 6 takes three times as long for a few percent.
constexpr int kPngLevel = 3;
constexpr std::uint32_t kLargestWebpSide = 16'383;
constexpr std::uint32_t kLargestJpegSide = 65'500;  // libjpeg's own bound

Error broken_picture() {
  return Error::invalid_request("image", "The picture is damaged and cannot be decoded.");
}

// libjpeg makes up the end of a cut file and only warns, in grey.
bool is_whole_jpeg(std::string_view bytes) {
  return bytes.rfind("\xff\xd9") != std::string_view::npos;
}

GdImage decode(std::string_view bytes, ImageFormat format) {
  const int size = static_cast<int>(bytes.size());
  void* data = const_cast<char*>(bytes.data());  // gd only reads
  switch (format) {
    case ImageFormat::png:
      return GdImage(gdImageCreateFromPngPtr(size, data));
    case ImageFormat::jpeg:
      return GdImage(is_whole_jpeg(bytes) ? gdImageCreateFromJpegPtr(size, data) : nullptr);
    case ImageFormat::webp:
      return GdImage(gdImageCreateFromWebpPtr(size, data));
    case ImageFormat::gif:
      return GdImage(gdImageCreateFromGifPtr(size, data));
  }
  return nullptr;
}

// Where the upright picture's pixel (x, y) is stored; `w` and `h` are the stored picture's sides.
std::pair<int, int> stored_at(Orientation orientation, int x, int y, int w, int h) {
  switch (orientation) {
    case Orientation::upright:
      return {x, y};
    case Orientation::mirrored:
      return {w - 1 - x, y};
    case Orientation::upside_down:
      return {w - 1 - x, h - 1 - y};
    case Orientation::flipped:
      return {x, h - 1 - y};
    case Orientation::transposed:
      return {y, x};
    case Orientation::turned_right:
      return {y, h - 1 - x};
    case Orientation::transversed:
      return {w - 1 - y, h - 1 - x};
    case Orientation::turned_left:
      return {w - 1 - y, x};
  }
  return {x, y};
}

GdImage upright(GdImage stored, Orientation orientation) {
  if (orientation == Orientation::upright) return stored;
  const int w = stored->sx;
  const int h = stored->sy;
  const bool turned = orientation >= Orientation::transposed;
  auto out = make_gd_image(
      {static_cast<std::uint32_t>(turned ? h : w), static_cast<std::uint32_t>(turned ? w : h)});
  if (!out) return out;
  for (int y = 0; y < out->sy; ++y) {
    for (int x = 0; x < out->sx; ++x) {
      const auto [from_x, from_y] = stored_at(orientation, x, y, w, h);
      out->tpixels[y][x] = stored->tpixels[from_y][from_x];
    }
  }
  return out;
}

// A PNG without an alpha channel may name one colour that is transparent; gd would keep it as such
// a name.
void colour_key_to_alpha(gdImage& image) {
  if (image.transparent < 0) return;
  for (int y = 0; y < image.sy; ++y) {
    std::replace(image.tpixels[y], image.tpixels[y] + image.sx, image.transparent,
                 gdTrueColorAlpha(255, 255, 255, gdAlphaTransparent));
  }
  gdImageColorTransparent(&image, -1);
}

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

std::string encode(gdImage& image, const EncodeOptions& options) {
  const int quality = std::clamp(options.quality, 0, 100);
  int size = 0;
  void* bytes = nullptr;
  switch (options.format) {
    case ImageFormat::png:
      bytes = gdImagePngPtrEx(&image, &size, kPngLevel);
      break;
    case ImageFormat::jpeg:
      bytes = gdImageJpegPtr(&image, &size, quality);
      break;
    case ImageFormat::webp:
      bytes = gdImageWebpPtrEx(&image, &size, quality);
      break;
    case ImageFormat::gif:
      break;
  }
  const std::unique_ptr<void, decltype(&gdFree)> owner(bytes, gdFree);
  if (bytes == nullptr || size <= 0) return {};
  return {static_cast<const char*>(bytes), static_cast<std::size_t>(size)};
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
    const std::string_view bytes = *source.bytes;
    GW_TRY(const auto header, checked_header(bytes));
    GW_CHECK(check_target(header.size, options.format));
    GW_TRY(auto image, decode_upright(bytes, header.format));

    const bool keep_alpha = options.transparent && options.format != ImageFormat::jpeg;
    if (!keep_alpha) flatten(*image);
    gdImageSaveAlpha(image.get(), keep_alpha ? 1 : 0);
    const std::string encoded = encode(*image, options);
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

 private:
  Result<ImageHeader> checked_header(std::string_view bytes) const {
    const auto header = read_image_header(bytes);
    if (!header) {
      return fail(Error::invalid_request("image", "These bytes are no PNG, JPEG, WebP or GIF."));
    }
    if (header->size.area() > limits_.max_pixels || bytes.size() > INT_MAX) {
      return fail(Error(ErrorKind::too_large, "A picture of " + to_string(header->size) +
                                                  " pixels is too large to convert.")
                      .with_param("image"));
    }
    return *header;
  }

  static Result<GdImage> decode_upright(std::string_view bytes, ImageFormat format) {
    GdImage image = decode(bytes, format);
    if (!image || gdImagePaletteToTrueColor(image.get()) == 0) return fail(broken_picture());
    colour_key_to_alpha(*image);
    if (format == ImageFormat::jpeg) image = upright(std::move(image), read_orientation(bytes));
    if (!image) return fail(Error::internal("no memory to turn a picture"));
    return image;
  }

  CodecLimits limits_;
};

}  // namespace

void silence_gd() {
  gdSetErrorMethod([](int, const char*, va_list) {});
}

std::unique_ptr<PictureCodec> make_gd_codec(CodecLimits limits) {
  silence_gd();
  return std::make_unique<GdCodec>(limits);
}

}  // namespace gw
