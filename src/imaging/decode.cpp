#include "imaging/decode.hpp"

#include "imaging/exif.hpp"

#include <climits>

#include <algorithm>
#include <utility>

namespace gw {
namespace {

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
      return GdImage(gd().gdImageCreateFromPngPtr(size, data));
    case ImageFormat::jpeg:
      return GdImage(is_whole_jpeg(bytes) ? gd().gdImageCreateFromJpegPtr(size, data) : nullptr);
    case ImageFormat::webp:
      return GdImage(gd().gdImageCreateFromWebpPtr(size, data));
    case ImageFormat::gif:
      return GdImage(gd().gdImageCreateFromGifPtr(size, data));
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
  gd().gdImageColorTransparent(&image, -1);
}

}  // namespace

Result<ImageHeader> checked_header(std::string_view bytes, std::uint64_t max_pixels) {
  const auto header = read_image_header(bytes);
  if (!header) {
    return fail(Error::invalid_request("image", "These bytes are no PNG, JPEG, WebP or GIF."));
  }
  if (header->size.area() > max_pixels || bytes.size() > INT_MAX) {
    return fail(Error(ErrorKind::too_large, "A picture of " + to_string(header->size) +
                                                " pixels is too large to convert.")
                    .with_param("image"));
  }
  return *header;
}

Result<GdImage> decode_upright(std::string_view bytes, const ImageHeader& header) {
  GdImage image = decode(bytes, header.format);
  if (!image || gd().gdImagePaletteToTrueColor(image.get()) == 0) return fail(broken_picture());
  colour_key_to_alpha(*image);
  if (header.format == ImageFormat::jpeg)
    image = upright(std::move(image), read_orientation(bytes));
  if (!image) return fail(Error::internal("no memory to turn a picture"));
  return image;
}

}  // namespace gw
