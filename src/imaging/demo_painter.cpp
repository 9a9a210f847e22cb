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
#include <span>

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
    return finished(prompt, seed, size, 1, Words::all);
  }
  Result<SharedBytes> sketch(const std::string& prompt, std::uint64_t seed, ImageSize size,
                             std::uint32_t grain) const override {
    return finished(prompt, seed, size, std::max(grain, 1u), Words::mark);
  }

 private:
  enum class Words : std::uint8_t { mark, all };

  Result<SharedBytes> finished(const std::string& prompt, std::uint64_t seed, ImageSize size,
                               std::size_t grain, Words words) const {
    if (std::min(size.width, size.height) < kSmallestSide || size.area() > kLargestArea) {
      return fail(
          Error::invalid_request("size", "The demo paints no picture of " + to_string(size) + "."));
    }
    GW_CHECK(load_gd());
    const GdImage image = make_gd_image(size);
    if (!image) return fail(Error::internal("no memory for a demo picture"));

    Dice dice(dice_seed(prompt, seed));
    const Palette& palette = palettes()[dice.below(palettes().size())];
    paint_scene(dice, palette, size, grain, *image);
    if (words == Words::all) draw_caption(*image, prompt, font_, palette.horizon);
    draw_mark(*image, font_);
    return share(png_of(*image));
  }

  // One row for each row of squares, and in it one pixel for each square.
  static void paint_scene(Dice& dice, const Palette& palette, ImageSize size, std::size_t grain,
                          gdImage& image) {
    const auto scene = make_scene(dice, palette, size);
    Row row(size.width);
    for (std::size_t y = 0; y < size.height; y += grain) {
      const auto middle = std::min<std::size_t>(y + grain / 2, size.height - 1);
      scene->paint(row, static_cast<float>(middle) + 0.5f);
      quantise(row, y, image.tpixels[y]);
      if (grain > 1) spread(std::span(image.tpixels[y], size.width), grain);
      const auto end = std::min<std::size_t>(y + grain, size.height);
      for (auto next = y + 1; next < end; ++next)
        std::copy_n(image.tpixels[y], size.width, image.tpixels[next]);
    }
  }

  static void spread(std::span<int> pixels, std::size_t grain) {
    for (std::size_t x = 0; x < pixels.size(); x += grain) {
      const auto square = pixels.subspan(x, std::min(grain, pixels.size() - x));
      std::ranges::fill(square, int{square[square.size() / 2]});
    }
  }

  std::string font_;
};

}  // namespace

std::unique_ptr<Painter> make_demo_painter(std::string font_path) {
  return std::make_unique<DemoPainter>(std::move(font_path));
}

}  // namespace gw
