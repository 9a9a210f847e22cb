#include "imaging/demo_painter.hpp"

#include "base/digest.hpp"
#include "imaging/brush.hpp"
#include "imaging/caption.hpp"
#include "imaging/gd_image.hpp"
#include "imaging/palette.hpp"
#include "imaging/png_writer.hpp"
#include "imaging/provenance.hpp"
#include "imaging/scene.hpp"

#include <algorithm>
#include <array>

namespace gw {
namespace {

using namespace std::literals;

constexpr std::uint32_t kSmallestSide = 16;
constexpr std::uint64_t kLargestArea = 40'000'000;

std::uint64_t dice_seed(const std::string& prompt, std::uint64_t seed) {
  const Sha256 digest = sha256(prompt);
  std::uint64_t mixed = seed;
  for (std::size_t i = 0; i < 8; ++i) mixed ^= std::uint64_t{digest[i]} << (8 * i);
  return mixed;
}

// Dither, without which smooth skies show the steps of 8 bits: each row rounds at another
// threshold, and each channel at its own, so that no row is brighter than the next. Along a row it
// changes nothing, which keeps a PNG at half the size that grain would make it.
float dither_threshold(std::size_t y) {
  std::size_t rank = 0;
  for (std::size_t bit = 0; bit < 3; ++bit) rank = rank << 1 | (y >> bit & 1);
  return (static_cast<float>(rank) + 0.5f) / 8;
}

int level(float value, float threshold) {
  return static_cast<int>(clamp01(value) * 255 + threshold);
}

void quantise(const Row& row, std::size_t y, int* pixels) {
  const float red = dither_threshold(y);
  const float green = dither_threshold(y + 3);
  const float blue = dither_threshold(y + 6);
  for (std::size_t x = 0; x < row.width(); ++x) {
    pixels[x] = level(row.r[x], red) << 16 | level(row.g[x], green) << 8 | level(row.b[x], blue);
  }
}

std::string png_of(const gdImage& image) {
  const std::array texts = {
      std::pair{"tEXt"sv, "Comment\0demo picture by dreamifly-2api"s},
      std::pair{"iTXt"sv, png_xmp_payload(trained_model_xmp())},
  };
  const std::span<const int* const> rows(image.tpixels, static_cast<std::size_t>(image.sy));
  return write_png({rows, static_cast<std::uint32_t>(image.sx)}, texts);
}

class DemoPainter final : public Painter {
 public:
  explicit DemoPainter(std::string font) : font_(std::move(font)) {}

  Result<SharedBytes> paint(const std::string& prompt, std::uint64_t seed,
                            ImageSize size) const override {
    if (std::min(size.width, size.height) < kSmallestSide || size.area() > kLargestArea) {
      return fail(
          Error::invalid_request("size", "The demo paints no picture of " + to_string(size) + "."));
    }
    const GdImage image = make_gd_image(size);
    if (!image) return fail(Error::internal("no memory for a demo picture"));

    Dice dice(dice_seed(prompt, seed));
    const Palette& palette = palettes()[dice.below(palettes().size())];
    paint_scene(dice, palette, size, *image);
    draw_caption(*image, prompt, font_, palette.horizon);
    draw_mark(*image, font_);
    return share(png_of(*image));
  }

 private:
  static void paint_scene(Dice& dice, const Palette& palette, ImageSize size, gdImage& image) {
    const auto scene = make_scene(dice, palette, size);
    Row row(size.width);
    for (std::size_t y = 0; y < size.height; ++y) {
      scene->paint(row, static_cast<float>(y) + 0.5f);
      quantise(row, y, image.tpixels[y]);
    }
  }

  std::string font_;
};

}  // namespace

std::unique_ptr<Painter> make_demo_painter(std::string font_path) {
  silence_gd();
  // gd makes its table of fonts at first use, without a lock.
  gdFontCacheSetup();
  return std::make_unique<DemoPainter>(std::move(font_path));
}

}  // namespace gw
