#include "imaging/retouch.hpp"

#include "imaging/encode.hpp"
#include "imaging/gd_codec.hpp"
#include "imaging/gd_image.hpp"

#include <gtest/gtest.h>

#include <string>

namespace gw {
namespace {

using namespace std::string_literals;

constexpr int kRed = 0xff0000;
constexpr int kBlue = 0x0000ff;
constexpr std::uint64_t kMaxPixels = 1'000'000;
const int kClear = gdTrueColorAlpha(0, 0, 0, gdAlphaTransparent);

GdImage filled(ImageSize size, int colour) {
  auto image = make_gd_image(size);
  gdImageAlphaBlending(image.get(), 0);
  gdImageFilledRectangle(image.get(), 0, 0, image->sx - 1, image->sy - 1, colour);
  gdImageSaveAlpha(image.get(), 1);
  return image;
}

Picture png(gdImage& image) {
  return encode_plain(image, ImageFormat::png).value();
}
Picture plain(ImageSize size, int colour) {
  return png(*filled(size, colour));
}

// Every pixel another colour.
GdImage noise(ImageSize size) {
  auto image = make_gd_image(size);
  for (int y = 0; y < image->sy; ++y)
    for (int x = 0; x < image->sx; ++x) image->tpixels[y][x] = (x * 7919 + y * 104729) & 0xffffff;
  return image;
}

// Clear in its right half.
Picture half_mask(ImageSize size) {
  auto mask = filled(size, 0xffffff);
  gdImageFilledRectangle(mask.get(), mask->sx / 2, 0, mask->sx - 1, mask->sy - 1, kClear);
  return png(*mask);
}

GdImage opened(const Picture& picture) {
  auto* bytes = const_cast<char*>(picture.bytes->data());
  return GdImage(gdImageCreateFromPngPtr(static_cast<int>(picture.bytes->size()), bytes));
}

TEST(Retouch, OutsideThePaintedAreaEveryPixelIsTheOriginals) {
  const ImageSize size{64, 48};
  auto original = noise(size);
  const auto made = retouch(png(*original), half_mask(size), plain({32, 24}, kRed), kMaxPixels);
  ASSERT_TRUE(made) << made.error().message();
  EXPECT_EQ(made->size, size);
  const auto pixels = opened(*made);
  for (int y = 0; y < 48; ++y) {
    for (int x = 0; x < 64; ++x)
      ASSERT_EQ(pixels->tpixels[y][x], x < 32 ? original->tpixels[y][x] : kRed) << x << "," << y;
  }
}

TEST(Retouch, AHalfTransparentMaskMixes) {
  const ImageSize size{8, 8};
  const auto mask = plain(size, gdTrueColorAlpha(0, 0, 0, 64));
  const auto made = retouch(plain(size, kBlue), mask, plain(size, kRed), kMaxPixels);
  const auto pixel = opened(made.value())->tpixels[0][0];
  EXPECT_NEAR(gdTrueColorGetRed(pixel), 128, 3);
  EXPECT_NEAR(gdTrueColorGetBlue(pixel), 128, 3);
}

TEST(Retouch, ThePaintedAreaIsCutOutOfWhatTheUpstreamSees) {
  const ImageSize size{64, 48};
  const auto cut = cut_out_masked(plain(size, kBlue), half_mask(size), kMaxPixels);
  ASSERT_TRUE(cut);
  EXPECT_EQ(cut->format, ImageFormat::png);
  const auto pixels = opened(*cut);
  EXPECT_EQ(pixels->tpixels[10][10], kBlue);
  EXPECT_EQ(gdTrueColorGetAlpha(pixels->tpixels[10][50]), gdAlphaTransparent);
}

TEST(Retouch, AMaskThatDoesNotFitIsTheClientsMistake) {
  const ImageSize size{64, 48};
  for (const auto& mask : {half_mask({48, 64}), plain(size, 0xffffff)}) {
    const auto cut = cut_out_masked(plain(size, kBlue), mask, kMaxPixels);
    ASSERT_FALSE(cut);
    EXPECT_EQ(cut.error().kind(), ErrorKind::invalid_request);
    EXPECT_EQ(cut.error().param(), "mask");
  }
  const Picture broken{share("\x89PNG\r\n\x1a\n and no more"s), ImageFormat::png, size};
  EXPECT_EQ(cut_out_masked(plain(size, kBlue), broken, kMaxPixels).error().param(), "mask");
  EXPECT_EQ(cut_out_masked(broken, half_mask(size), kMaxPixels).error().param(), "image");
}

TEST(FitReference, WhatFitsGoesAsItIs) {
  const auto fitted = fit_reference(plain({64, 48}, kBlue), 64 * 48, kMaxPixels);
  ASSERT_TRUE(fitted);
  EXPECT_FALSE(fitted->has_value());
}

TEST(FitReference, ALargeOneIsScaledInItsShape) {
  const auto fitted = fit_reference(plain({400, 200}, kBlue), 20'000, kMaxPixels);
  ASSERT_TRUE(fitted && *fitted);
  EXPECT_EQ((*fitted)->size, (ImageSize{200, 100}));
  EXPECT_EQ(opened(**fitted)->tpixels[50][100], kBlue);
}

TEST(FitReference, OtherFormatsBecomePng) {
  auto image = filled({16, 16}, kRed);
  int size = 0;
  void* bytes = gdImageGifPtr(image.get(), &size);
  const Picture gif{share(std::string(static_cast<char*>(bytes), static_cast<std::size_t>(size))),
                    ImageFormat::gif,
                    {16, 16}};
  gdFree(bytes);
  const auto fitted = fit_reference(gif, 1'000'000, kMaxPixels);
  ASSERT_TRUE(fitted && *fitted);
  EXPECT_EQ((*fitted)->format, ImageFormat::png);
}

TEST(FitReference, ATurnedPhotoIsSetUpright) {
  auto image = filled({32, 16}, kRed);
  auto bytes = encode(*image, ImageFormat::jpeg, 90);
  bytes.insert(2,
               "\xff\xe1\x00\x22"
               "Exif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x06\0\0\0\0\0\0"s);
  const auto fitted =
      fit_reference({share(bytes), ImageFormat::jpeg, {32, 16}}, 1'000'000, kMaxPixels);
  ASSERT_TRUE(fitted && *fitted);
  EXPECT_EQ((*fitted)->size, (ImageSize{16, 32}));
  EXPECT_EQ((*fitted)->format, ImageFormat::jpeg);
}

TEST(FitReference, ADamagedOneIsNoticedHere) {
  auto broken = *plain({64, 48}, kBlue).bytes;
  broken.resize(60);
  const auto fitted =
      fit_reference({share(broken), ImageFormat::png, {64, 48}}, 10'000, kMaxPixels);
  ASSERT_FALSE(fitted);
  EXPECT_EQ(fitted.error().kind(), ErrorKind::invalid_request);
}

TEST(FitReference, NothingIsDecodedThatIsTooLarge) {
  const auto fitted = fit_reference(plain({400, 200}, kBlue), 100, 1'000);
  ASSERT_FALSE(fitted);
  EXPECT_EQ(fitted.error().kind(), ErrorKind::too_large);
}

}  // namespace
}  // namespace gw
