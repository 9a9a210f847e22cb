#include "imaging/scenes/parts.hpp"
#include "imaging/scenes/scenes.hpp"

#include <array>
#include <memory>
#include <vector>

namespace gw {
namespace {

// Soft clouds of colour with glassy discs afloat.
class Orbs final : public Scene {
 public:
  Orbs(Dice& dice, const Palette& palette, const Frame& frame)
      : base_(mix(palette.top, palette.middle, 0.5f)),
        end_(mix(palette.middle, palette.far, 0.5f)),
        frame_(frame) {
    const std::array tints = {palette.horizon, palette.far,     palette.light, palette.middle,
                              palette.near,    palette.horizon, palette.top};
    for (const Rgb& tint : tints) {
      const float reach = dice.between(0.5f, 0.95f);
      veils_.push_back(
          {{dice.between(0, frame.w), dice.between(0, frame.h), frame.w * reach, frame.h * reach},
           tint,
           dice.between(0.5f, 0.85f)});
    }
    const std::size_t count = 6 + dice.below(4);
    for (std::size_t i = 0; i < count; ++i) {
      const float shrink = static_cast<float>(i) / static_cast<float>(count);
      const Rgb lit = mix(palette.light, spectrum(palette, dice.between(0.1f, 0.7f)), 0.25f);
      const Rgb shade = spectrum(palette, dice.between(0, 0.85f));
      discs_.push_back({dice.between(0.05f, 0.95f) * frame.w, dice.between(0.05f, 0.8f) * frame.h,
                        frame.unit * mix(0.24f, 0.03f, shrink) * dice.between(0.8f, 1.2f), lit,
                        shade, dice.between(0.55f, 0.92f), dice.unit() < 0.4f});
    }
  }

  void paint(Row& row, float y) const override {
    fill(row, mix(base_, end_, y / frame_.h));
    for (const auto& veil : veils_) paint_spot(row, y, veil.where, veil.colour, veil.strength);
    for (const auto& disc : discs_) paint_one(row, y, disc);
  }

 private:
  struct Veil {
    Ellipse where;
    Rgb colour;
    float strength;
  };
  struct Disc {
    float x, y, radius;
    Rgb lit, shade;
    float alpha;
    bool ringed;
  };

  void paint_one(Row& row, float y, const Disc& disc) const {
    const float drop = disc.radius * 0.35f;
    paint_spot(row, y, {disc.x, disc.y + drop, disc.radius * 1.3f, disc.radius * 1.3f},
               rgb(0x000000), 0.28f);
    paint_disc(row, y, disc.x, disc.y, disc.radius, disc.lit, disc.shade, disc.alpha);
    if (disc.ringed) {
      paint_ring(row, y, disc.x, disc.y, disc.radius * 1.22f, frame_.unit * 0.0035f + 0.4f,
                 disc.lit, 0.7f);
    }
  }

  Rgb base_;
  Rgb end_;
  Frame frame_;
  std::vector<Veil> veils_;
  std::vector<Disc> discs_;
};

}  // namespace

std::unique_ptr<const Scene> make_orbs(Dice& dice, const Palette& palette, const Frame& frame) {
  return std::make_unique<Orbs>(dice, palette, frame);
}

}  // namespace gw
