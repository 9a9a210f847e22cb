#include "imaging/demo_painter.hpp"

#include "imaging/caption.hpp"
#include "imaging/font.hpp"
#include "imaging/gd_image.hpp"
#include "imaging/provenance.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace gw {
namespace {

using namespace std::string_literals;
using testing::HasSubstr;

class DemoPainterTest : public testing::Test {
 protected:
  std::string paint(const std::string& prompt, std::uint64_t seed = 1,
                    ImageSize size = {256, 256}) const {
    const auto bytes = painter->paint(prompt, seed, size);
    EXPECT_TRUE(bytes) << bytes.error().message();
    return bytes ? **bytes : "";
  }
  std::unique_ptr<Painter> painter = make_demo_painter(find_font());
};

TEST_F(DemoPainterTest, GivesTheSameBytesForTheSameInput) {
  EXPECT_EQ(paint("a cat", 7), paint("a cat", 7));
  EXPECT_EQ(paint("a cat", 7), **make_demo_painter(find_font())->paint("a cat", 7, {256, 256}));
}

// Too small for a mark, which would stand over the squares.
TEST_F(DemoPainterTest, SketchesThePictureInSquares) {
  const auto sketch = painter->sketch("a cat", 7, {64, 48}, 16);
  std::string bytes = **sketch;
  const GdImage image(gdImageCreateFromPngPtr(static_cast<int>(bytes.size()), bytes.data()));
  ASSERT_TRUE(image);
  for (int y = 0; y < 48; ++y) {
    for (int x = 0; x < 64; ++x)
      ASSERT_EQ(image->tpixels[y][x], image->tpixels[y / 16 * 16][x / 16 * 16]) << x << ' ' << y;
  }
  EXPECT_EQ(bytes, **painter->sketch("a cat", 7, {64, 48}, 16));
  EXPECT_NE(bytes, paint("a cat", 7, {64, 48}));
  EXPECT_EQ(**painter->sketch("a cat", 7, {64, 48}, 1), paint("a cat", 7, {64, 48}));
}

TEST_F(DemoPainterTest, VariesWithSeedAndPrompt) {
  EXPECT_NE(paint("a cat", 1), paint("a cat", 2));
  EXPECT_NE(paint("a cat"), paint("a dog"));
}

TEST_F(DemoPainterTest, PaintsExactlyTheSizeAskedFor) {
  for (const ImageSize size :
       {ImageSize{64, 64}, {65, 101}, {1024, 256}, {64, 1500}, {16, 3000}, {2048, 72}}) {
    for (std::uint64_t seed = 0; seed < 12; ++seed) {
      const std::string bytes = paint("月光 and words", seed, size);
      const auto header = read_image_header(bytes);
      ASSERT_TRUE(header);
      EXPECT_EQ(header->format, ImageFormat::png);
      EXPECT_EQ(to_string(header->size), to_string(size));
    }
  }
}

TEST_F(DemoPainterTest, GivesPicturesThatDecode) {
  for (std::uint64_t seed = 0; seed < 12; ++seed) {
    std::string bytes = paint("a cat", seed);
    const GdImage image(gdImageCreateFromPngPtr(static_cast<int>(bytes.size()), bytes.data()));
    ASSERT_TRUE(image);
    EXPECT_EQ(image->sx, 256);
  }
}

TEST_F(DemoPainterTest, RefusesSizesOutOfItsBounds) {
  for (const ImageSize size : {ImageSize{8, 64}, {0, 0}, {10'000, 10'000}}) {
    const auto out = painter->paint("a cat", 1, size);
    ASSERT_FALSE(out);
    EXPECT_EQ(out.error().param(), "size");
  }
}

TEST_F(DemoPainterTest, SaysWhatItIs) {
  const auto found = read_provenance(paint("a cat"), ImageFormat::png);
  EXPECT_THAT(found.xmp, HasSubstr("trainedAlgorithmicMedia"));
  ASSERT_EQ(found.texts.size(), 1u);
  EXPECT_EQ(found.texts[0].payload, "Comment\0demo picture by dreamifly-2api"s);
}

TEST_F(DemoPainterTest, SurvivesAnyPrompt) {
  for (const auto& prompt :
       {""s, "\0\xff\xfe"s, "&#9999999999;&&amp &lt"s, std::string(5000, 'x'), "😀😀"s}) {
    EXPECT_TRUE(read_image_header(paint(prompt)));
  }
}

TEST_F(DemoPainterTest, PaintsWithoutWordsWhereThereIsNoFont) {
  for (const auto* font : {"", "/nowhere/font.ttc"}) {
    const auto plain = make_demo_painter(font)->paint("a cat", 1, {256, 256});
    ASSERT_TRUE(plain);
    EXPECT_TRUE(read_image_header(**plain));
  }
}

// Only the words differ: same scene, painted by hand.
std::string captioned(const std::string& words) {
  const GdImage image = make_gd_image({256, 256});
  draw_caption(*image, words, find_font(), {});
  int size = 0;
  void* bytes = gdImagePngPtr(image.get(), &size);
  std::string out(static_cast<const char*>(bytes), static_cast<std::size_t>(size));
  gdFree(bytes);
  return out;
}

TEST(Caption, DrawsTwoChineseCharactersDifferently) {
  if (find_font().empty()) GTEST_SKIP() << "no font with Chinese is installed";
  EXPECT_NE(captioned("猫"), captioned("狗"));
  EXPECT_EQ(captioned("猫"), captioned("猫"));
}

TEST(Caption, DrawsAnAmpersandAsItIs) {
  if (find_font().empty()) GTEST_SKIP() << "no font with Chinese is installed";
  EXPECT_NE(captioned("&lt;"), captioned("<"));
}

TEST(Caption, LeavesSmallPicturesAlone) {
  const GdImage image = make_gd_image({64, 64});
  draw_caption(*image, "words", find_font(), {1, 1, 1});
  draw_mark(*image, find_font());
  for (int y = 0; y < 64; ++y) {
    for (int x = 0; x < 64; ++x) ASSERT_EQ(image->tpixels[y][x], 0);
  }
}

}  // namespace
}  // namespace gw
