#include "imaging/scenes/parts.hpp"
#include "imaging/scenes/scenes.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <vector>

namespace gw {
namespace {

// A banded planet with its moons over a bright dust cloud.
class Planet final : public Scene {
 public:
  Planet(Dice& dice, const Palette& palette, const Frame& frame)
      : palette_(palette),
        frame_(frame),
        night_(mix(palette.near, rgb(0x05060f), 0.65f)),
        stars_(dice, frame, frame.h, 260),
        x_(frame.w * dice.between(0.34f, 0.66f)),
        y_(frame.h * dice.between(0.36f, 0.46f)),
        radius_(frame.unit * dice.between(0.2f, 0.27f)),
        bands_(dice),
        tilt_(dice.between(-0.35f, 0.35f)) {
    for (int i = 0; i < 7; ++i) {
      const float along = dice.between(-0.7f, 0.7f);
      dust_.push_back(
          {frame.w * (0.5f + along),
           frame.h * (0.55f - along * tilt_ * 1.5f) + frame.unit * dice.between(-0.15f, 0.15f),
           frame.unit * dice.between(0.35f, 0.7f), frame.unit * dice.between(0.2f, 0.4f)});
    }
    for (int i = 0; i < 2; ++i) {
      moons_.push_back({x_ + frame.unit * dice.between(-0.45f, 0.45f),
                        y_ + frame.unit * dice.between(0.28f, 0.4f) * (i == 0 ? 1.0f : -1.0f),
                        frame.unit * dice.between(0.014f, 0.035f), 0});
    }
  }

  void paint(Row& row, float y) const override {
    fill(row, mix(night_, mix(night_, palette_.top, 0.5f), y / frame_.h));
    for (std::size_t i = 0; i < dust_.size(); ++i) {
      paint_spot(row, y, dust_[i], i % 2 == 0 ? palette_.middle : palette_.horizon,
                 i % 2 == 0 ? 0.42f : 0.2f);
    }
    stars_.paint(row, y);
    paint_spot(row, y, {x_, y_, radius_ * 1.7f, radius_ * 1.7f}, palette_.horizon, 0.5f);
    paint_globe(row, y);
    for (const auto& moon : moons_) {
      paint_disc(row, y, moon.x, moon.y, moon.rx, palette_.light, mix(palette_.far, night_, 0.6f),
                 1);
    }
    paint_ring_of_dust(row, y);
  }

 private:
  void paint_globe(Row& row, float y) const {
    const float dy = (y - y_) / radius_;
    if (std::abs(dy) > 1.02f) return;
    for (std::size_t x = first_column(1); x < last_column(1); ++x) {
      const float dx = (static_cast<float>(x) + 0.5f - x_) / radius_;
      const float out = dx * dx + dy * dy;
      const float cover = clamp01((1 - std::sqrt(out)) * radius_ + 0.5f);
      if (cover <= 0) continue;
      const float bulge = std::sqrt(std::max(0.0f, 1 - out));
      const float across = dy + dx * tilt_;  // latitude, so to say
      const float band =
          bands_.rough(across * 3.2f + 8 + 0.12f * bands_.at(dx * 2.2f + across * 3 + 30), 3);
      const float sunlit = clamp01(0.62f * bulge - 0.5f * dx - 0.42f * dy + 0.12f);
      const Rgb face = mix(mix(palette_.horizon, palette_.far, clamp01(0.5f + band * 2.6f)),
                           palette_.light, clamp01(band * -1.8f));
      const Rgb lit = mix(mix(night_, palette_.near, 0.5f), face, smooth(sunlit * 1.25f));
      row.r[x] = mix(row.r[x], lit.r, cover);
      row.g[x] = mix(row.g[x], lit.g, cover);
      row.b[x] = mix(row.b[x], lit.b, cover);
    }
  }

  // A flat ellipse around the globe; its far half goes behind.
  void paint_ring_of_dust(Row& row, float y) const {
    const float dy = (y - y_) / radius_;
    if (std::abs(dy) > 1.6f) return;
    for (std::size_t x = first_column(2.2f); x < last_column(2.2f); ++x) {
      const float dx = (static_cast<float>(x) + 0.5f - x_) / radius_;
      const float flat = (dy + dx * tilt_) * 4.2f;
      const float far = std::sqrt(dx * dx + flat * flat);
      const float inside = smooth((far - 1.32f) * 14) * smooth((2.1f - far) * 9);
      if (inside <= 0 || (flat < 0 && dx * dx + dy * dy < 1)) continue;
      const float grooves = 0.55f + 0.45f * bands_.at(far * 17);
      const float alpha = inside * grooves * 0.75f;
      const Rgb ice = mix(palette_.light, palette_.far, clamp01(0.3f + dx * 0.22f));
      row.r[x] = mix(row.r[x], ice.r, alpha);
      row.g[x] = mix(row.g[x], ice.g, alpha);
      row.b[x] = mix(row.b[x], ice.b, alpha);
    }
  }

  std::size_t first_column(float reach) const {
    return static_cast<std::size_t>(std::clamp(x_ - radius_ * reach - 2, 0.0f, frame_.w));
  }
  std::size_t last_column(float reach) const {
    return static_cast<std::size_t>(std::clamp(x_ + radius_ * reach + 2, 0.0f, frame_.w));
  }

  Palette palette_;
  Frame frame_;
  Rgb night_;
  Stars stars_;
  float x_, y_, radius_;
  Noise bands_;
  float tilt_;
  std::vector<Ellipse> dust_;
  std::vector<Ellipse> moons_;
};

}  // namespace

std::unique_ptr<const Scene> make_planet(Dice& dice, const Palette& palette, const Frame& frame) {
  return std::make_unique<Planet>(dice, palette, frame);
}

}  // namespace gw
