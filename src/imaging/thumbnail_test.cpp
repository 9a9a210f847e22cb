#include "imaging/thumbnail.hpp"

#include "imaging/exif.hpp"
#include "imaging/gd_image.hpp"
#include "imaging/provenance.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace gw {
namespace {

constexpr std::uint64_t kMaxPixels = 40'000'000;
constexpr int kRed = 0xff0000;
constexpr int kBlue = 0x0000ff;

// Red on the left, blue on the right.
Picture wide_picture(ImageSize size) {
  const auto image = make_gd_image(size);
  const int half = image->sx / 2;
  gdImageFilledRectangle(image.get(), 0, 0, half - 1, image->sy - 1, kRed);
  gdImageFilledRectangle(image.get(), half, 0, image->sx - 1, image->sy - 1, kBlue);
  int length = 0;
  void* bytes = gdImagePngPtr(image.get(), &length);
  std::string png(static_cast<const char*>(bytes), static_cast<std::size_t>(length));
  gdFree(bytes);
  return {share(std::move(png)), ImageFormat::png, size};
}

GdImage decoded(const Picture& picture) {
  std::string bytes = *picture.bytes;
  return GdImage(gdImageCreateFromWebpPtr(static_cast<int>(bytes.size()), bytes.data()));
}

TEST(Thumbnail, IsAWebpOfTheSameShapeWithinTheSide) {
  const auto small = make_thumbnail(wide_picture({1000, 500}), 512, kMaxPixels);
  ASSERT_TRUE(small) << small.error().message();
  const auto header = read_image_header(*small->bytes);
  ASSERT_TRUE(header);
  EXPECT_EQ(header->format, ImageFormat::webp);
  EXPECT_EQ(header->size, (ImageSize{512, 256}));
  const auto image = decoded(*small);
  EXPECT_GT(gdTrueColorGetRed(image->tpixels[128][60]), 200);
  EXPECT_GT(gdTrueColorGetBlue(image->tpixels[128][450]), 200);
}

TEST(Thumbnail, OfASmallPictureIsNoLarger) {
  const auto small = make_thumbnail(wide_picture({60, 100}), 512, kMaxPixels);
  EXPECT_EQ(small->size, (ImageSize{60, 100}));
}

TEST(Thumbnail, OfAThreadKeepsOnePixel) {
  const auto small = make_thumbnail(wide_picture({4000, 2}), 512, kMaxPixels);
  EXPECT_EQ(small->size, (ImageSize{512, 1}));
}

TEST(Thumbnail, SaysThatItWasMadeByAMachine) {
  const auto small = make_thumbnail(wide_picture({100, 100}), 50, kMaxPixels);
  EXPECT_THAT(read_provenance(*small->bytes, ImageFormat::webp).xmp,
              testing::HasSubstr("trainedAlgorithmicMedia"));
}

TEST(Thumbnail, OfWhatIsNoPictureIsAnError) {
  EXPECT_FALSE(make_thumbnail({share("not a picture"), ImageFormat::png, {}}, 512, kMaxPixels));
  EXPECT_EQ(make_thumbnail(wide_picture({100, 100}), 512, 9'999).error().kind(),
            ErrorKind::too_large);
}

}  // namespace
}  // namespace gw
