#include "imaging/gd_codec.hpp"

#include "imaging/exif.hpp"
#include "imaging/gd_image.hpp"
#include "imaging/provenance.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <string>

namespace gw {
namespace {

using namespace std::string_literals;
using testing::HasSubstr;

constexpr int kRed = 0xff0000;
constexpr int kGreen = 0x00ff00;
constexpr int kBlue = 0x0000ff;
constexpr int kWhite = 0xffffff;

std::string taken(void* bytes, int size) {
  std::string out(static_cast<const char*>(bytes), static_cast<std::size_t>(size));
  gdFree(bytes);
  return out;
}

// 64x32: red at the upper left, green at the upper right, blue below.
GdImage flag() {
  GdImage image = make_gd_image({64, 32});
  gdImageFilledRectangle(image.get(), 0, 0, 31, 15, kRed);
  gdImageFilledRectangle(image.get(), 32, 0, 63, 15, kGreen);
  gdImageFilledRectangle(image.get(), 0, 16, 63, 31, kBlue);
  return image;
}

std::string png(gdImage& image) {
  int size = 0;
  void* bytes = gdImagePngPtr(&image, &size);
  return taken(bytes, size);
}

std::string jpeg(gdImage& image) {
  int size = 0;
  void* bytes = gdImageJpegPtr(&image, &size, 95);
  return taken(bytes, size);
}

std::string with_orientation(std::string bytes, char value) {
  const std::string exif =
      "\xff\xe1\x00\x22"
      "Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0"s +
      value + "\0\0\0\0\0\0"s;
  return bytes.insert(2, exif);
}

Picture picture(std::string bytes) {
  Picture out;
  if (const auto header = read_image_header(bytes)) {
    out.format = header->format;
    out.size = header->size;
  }
  out.bytes = share(std::move(bytes));
  return out;
}

GdImage decoded(const Picture& picture) {
  std::string bytes = *picture.bytes;
  const int size = static_cast<int>(bytes.size());
  GdImage image;
  if (picture.format == ImageFormat::png) image.reset(gdImageCreateFromPngPtr(size, bytes.data()));
  if (picture.format == ImageFormat::jpeg)
    image.reset(gdImageCreateFromJpegPtr(size, bytes.data()));
  if (picture.format == ImageFormat::webp)
    image.reset(gdImageCreateFromWebpPtr(size, bytes.data()));
  return image;
}

void expect_near(const gdImage& image, int x, int y, int colour) {
  const int pixel = image.tpixels[y][x];
  const int off = std::abs(gdTrueColorGetRed(pixel) - gdTrueColorGetRed(colour)) +
                  std::abs(gdTrueColorGetGreen(pixel) - gdTrueColorGetGreen(colour)) +
                  std::abs(gdTrueColorGetBlue(pixel) - gdTrueColorGetBlue(colour));
  EXPECT_LT(off, 40) << std::hex << pixel << " instead of " << colour << " at " << x << ',' << y;
}

class GdCodecTest : public testing::Test {
 protected:
  Result<Picture> convert(std::string bytes, EncodeOptions options) const {
    return codec->convert(picture(std::move(bytes)), options);
  }
  std::unique_ptr<PictureCodec> codec = make_gd_codec({});
};

TEST_F(GdCodecTest, ConvertsBetweenAllFormats) {
  const auto image = flag();
  for (const auto& source : {png(*image), jpeg(*image)}) {
    for (const auto target : {ImageFormat::png, ImageFormat::jpeg, ImageFormat::webp}) {
      const auto out = convert(source, {.format = target, .quality = 90});
      ASSERT_TRUE(out) << out.error().message();
      EXPECT_EQ(out->format, target);
      EXPECT_EQ(out->size, (ImageSize{64, 32}));
      const auto header = read_image_header(*out->bytes);
      ASSERT_TRUE(header);
      EXPECT_EQ(header->format, target);
      EXPECT_EQ(header->size, out->size);
      const auto result = decoded(*out);
      ASSERT_TRUE(result);
      expect_near(*result, 8, 8, kRed);
      expect_near(*result, 56, 8, kGreen);
      expect_near(*result, 30, 26, kBlue);
    }
  }
}

TEST_F(GdCodecTest, ReadsWebpAndGif) {
  const auto image = flag();
  const auto webp = convert(png(*image), {.format = ImageFormat::webp});
  const auto back = convert(*webp->bytes, {.format = ImageFormat::png});
  ASSERT_TRUE(back);
  expect_near(*decoded(*back), 8, 8, kRed);

  gdImageTrueColorToPalette(image.get(), 0, 16);
  int size = 0;
  void* gif = gdImageGifPtr(image.get(), &size);
  const auto from_gif = convert(taken(gif, size), {.format = ImageFormat::png});
  ASSERT_TRUE(from_gif);
  expect_near(*decoded(*from_gif), 56, 8, kGreen);
}

TEST_F(GdCodecTest, MakesLowerQualitySmaller) {
  GdImage image = make_gd_image({128, 128});
  for (int i = 0; i < 128 * 128; ++i) {
    image->tpixels[i / 128][i % 128] =
        static_cast<int>(static_cast<unsigned>(i) * 2654435761u >> 8);
  }
  for (const auto target : {ImageFormat::jpeg, ImageFormat::webp}) {
    const auto low = convert(png(*image), {.format = target, .quality = 10});
    const auto high = convert(png(*image), {.format = target, .quality = 100});
    EXPECT_LT(low->bytes->size() * 2, high->bytes->size());
  }
}

std::string half_clear_png() {
  GdImage image = make_gd_image({16, 16});
  gdImageAlphaBlending(image.get(), 0);
  gdImageSaveAlpha(image.get(), 1);
  gdImageFilledRectangle(image.get(), 0, 0, 15, 15,
                         gdTrueColorAlpha(255, 0, 0, gdAlphaTransparent));
  gdImageFilledRectangle(image.get(), 8, 0, 15, 15, gdTrueColorAlpha(0, 0, 255, 0));
  return png(*image);
}

TEST_F(GdCodecTest, KeepsTransparencyWhereAskedAndPossible) {
  for (const auto target : {ImageFormat::png, ImageFormat::webp}) {
    const auto out = convert(half_clear_png(), {.format = target, .transparent = true});
    const auto image = decoded(*out);
    EXPECT_EQ(gdTrueColorGetAlpha(image->tpixels[8][2]), gdAlphaTransparent) << to_string(target);
    EXPECT_EQ(gdTrueColorGetAlpha(image->tpixels[8][13]), gdAlphaOpaque) << to_string(target);
  }
}

TEST_F(GdCodecTest, FlattensOntoWhiteOtherwise) {
  for (const auto target : {ImageFormat::png, ImageFormat::webp}) {
    const auto out = convert(half_clear_png(), {.format = target, .transparent = false});
    const auto image = decoded(*out);
    expect_near(*image, 2, 8, kWhite);
    EXPECT_EQ(gdTrueColorGetAlpha(image->tpixels[8][2]), gdAlphaOpaque) << to_string(target);
  }
  const auto out = convert(half_clear_png(), {.format = ImageFormat::jpeg, .transparent = true});
  expect_near(*decoded(*out), 2, 8, kWhite);
}

TEST_F(GdCodecTest, TurnsAColourKeyIntoTransparency) {
  const auto image = flag();
  gdImageColorTransparent(image.get(), kRed);

  const auto out = convert(png(*image), {.format = ImageFormat::webp, .transparent = true});

  EXPECT_EQ(gdTrueColorGetAlpha(decoded(*out)->tpixels[8][8]), gdAlphaTransparent);
}

TEST_F(GdCodecTest, TurnsAJpegUpright) {
  struct Case {
    char orientation;
    ImageSize size;
    int x, y;  // where the red corner of the stored picture belongs
  };
  const auto bytes = jpeg(*flag());
  for (const auto& c :
       {Case{1, {64, 32}, 8, 8}, Case{2, {64, 32}, 56, 8}, Case{3, {64, 32}, 56, 24},
        Case{4, {64, 32}, 8, 24}, Case{5, {32, 64}, 8, 8}, Case{6, {32, 64}, 24, 8},
        Case{7, {32, 64}, 24, 56}, Case{8, {32, 64}, 8, 56}}) {
    const auto out = convert(with_orientation(bytes, c.orientation), {.format = ImageFormat::png});
    ASSERT_TRUE(out);
    EXPECT_EQ(out->size, c.size) << int{c.orientation};
    expect_near(*decoded(*out), c.x, c.y, kRed);
  }
}

TEST_F(GdCodecTest, TurnsItOnlyOnce) {
  const auto out = convert(with_orientation(jpeg(*flag()), 6), {.format = ImageFormat::jpeg});
  EXPECT_EQ(read_orientation(*out->bytes), Orientation::upright);
}

TEST_F(GdCodecTest, CarriesProvenance) {
  Provenance said;
  said.texts.push_back({"tEXt", "parameters\0a cat"s});
  const std::string source = with_provenance(png(*flag()), ImageFormat::png, said);

  const auto to_png = convert(source, {.format = ImageFormat::png});
  const auto to_jpeg = convert(source, {.format = ImageFormat::jpeg});

  EXPECT_EQ(read_provenance(*to_png->bytes, ImageFormat::png).texts.size(), 1u);
  const std::string xmp = read_provenance(*to_jpeg->bytes, ImageFormat::jpeg).xmp;
  EXPECT_THAT(xmp, HasSubstr("trainedAlgorithmicMedia"));
  EXPECT_THAT(xmp, HasSubstr("parameters: a cat"));
}

TEST_F(GdCodecTest, BoundsPixelsByTheHeaderAlone) {
  std::string bytes = png(*flag());
  bytes[16] = '\x00', bytes[17] = '\x01';  // 65,600 wide: the rest no longer fits, but nobody looks
  bytes[20] = '\x00', bytes[21] = '\x01';

  const auto out = convert(bytes, {.format = ImageFormat::jpeg});

  ASSERT_FALSE(out);
  EXPECT_EQ(out.error().kind(), ErrorKind::too_large);
  EXPECT_EQ(out.error().param(), "image");
  EXPECT_FALSE(make_gd_codec({.max_pixels = 2047})->convert(picture(png(*flag())), {}));
  EXPECT_TRUE(make_gd_codec({.max_pixels = 2048})->convert(picture(png(*flag())), {}));
}

TEST_F(GdCodecTest, RefusesDamagedPictures) {
  const std::string whole_png = png(*flag());
  const std::string whole_jpeg = jpeg(*flag());
  for (const auto& bytes : {""s, "no picture"s, whole_png.substr(0, 60),
                            whole_jpeg.substr(0, whole_jpeg.size() - 40)}) {
    const auto out = convert(bytes, {.format = ImageFormat::png});
    ASSERT_FALSE(out);
    EXPECT_EQ(out.error().kind(), ErrorKind::invalid_request);
    EXPECT_EQ(out.error().param(), "image");
  }
}

TEST_F(GdCodecTest, RefusesTargetsThatCannotHoldThePicture) {
  GdImage wide = make_gd_image({16'384, 1});
  const auto out = convert(png(*wide), {.format = ImageFormat::webp});
  ASSERT_FALSE(out);
  EXPECT_EQ(out.error().param(), "output_format");
  EXPECT_FALSE(convert(png(*flag()), {.format = ImageFormat::gif}));
}

}  // namespace
}  // namespace gw
