#include "imaging/scenes/parts.hpp"
#include "imaging/scenes/scenes.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <vector>

namespace gw {
namespace {

// A row of firs: the ground's edge, raised to a saw-toothed triangle here and there.
void plant_firs(std::vector<float>& heights, Dice& dice, const Frame& frame) {
  float x = -frame.unit * 0.02f;
  while (x < frame.w) {
    const float tall = frame.unit * dice.between(0.045f, 0.14f);
    const float half = tall * dice.between(0.16f, 0.22f);
    const auto root = static_cast<std::size_t>(std::clamp(x, 0.0f, frame.w - 1));
    const float ground = heights[root] + tall * 0.08f;
    const auto begin = static_cast<std::size_t>(std::max(0.0f, x - half));
    const auto end = static_cast<std::size_t>(std::clamp(x + half + 1, 0.0f, frame.w));
    for (std::size_t i = begin; i < end; ++i) {
      const float off = std::abs(static_cast<float>(i) + 0.5f - x) / half;
      const float tooth = 0.10f * (off * 4 - std::floor(off * 4));
      if (off < 1) heights[i] = std::min(heights[i], ground - tall * (1 - off + tooth * off));
    }
    const float gap = half * dice.between(0.7f, 3.4f);
    x += dice.unit() < 0.18f ? gap + frame.unit * 0.12f : gap;
  }
}

class Hills final : public Scene {
 public:
  Hills(Dice& dice, const Palette& palette, const Frame& frame)
      : palette_(palette),
        frame_(frame),
        horizon_(frame.h * 0.66f),
        sun_{frame.w * dice.between(0.18f, 0.82f), frame.h * dice.between(0.2f, 0.42f),
             frame.unit * dice.between(0.045f, 0.085f)},
        stars_(dice, frame, horizon_, palette.stars ? 160 : 0),
        clouds_(dice, frame, horizon_ * 0.75f) {
    constexpr int kLayers = 6;
    for (int i = 0; i < kLayers; ++i) {
      const float t = static_cast<float>(i) / (kLayers - 1);
      edges_.emplace_back(ridge(dice, t, i + 1 == kLayers));
      const Rgb colour = mix(palette.far, palette.near, std::pow(t, 1.3f));
      const Rgb mist = mix(colour, palette.horizon, 0.66f * (1 - t));
      grounds_.push_back({mix(colour, palette.horizon, 0.28f * (1 - t)), mist, frame.h * 0.24f});
    }
  }

  void paint(Row& row, float y) const override {
    fill(row, sky(palette_, y / horizon_));
    stars_.paint(row, y);
    sun_.paint(row, y, palette_);
    clouds_.paint(row, y, palette_);
    for (std::size_t i = first_seen(y); i < edges_.size(); ++i) {
      paint_ground(row, y, edges_[i], grounds_[i]);
    }
  }

 private:
  std::vector<float> ridge(Dice& dice, float t, bool closest) const {
    const Noise noise(dice);
    const float base = frame_.h * mix(0.5f, 0.83f, t);
    const float swing = frame_.unit * mix(0.34f, 0.16f, t);
    const float bumps = mix(2.6f, 1.6f, t) / frame_.unit;
    std::vector<float> heights(frame_.columns);
    for (std::size_t x = 0; x < heights.size(); ++x) {
      const float at = static_cast<float>(x) * bumps;
      heights[x] = base + swing * noise.rough(at, t < 0.5f ? 6 : 3);
    }
    if (closest) plant_firs(heights, dice, frame_);
    return heights;
  }

  // What a closer hill covers on the whole row need not be painted.
  std::size_t first_seen(float y) const {
    std::size_t first = 0;
    for (std::size_t i = 1; i < edges_.size(); ++i) {
      if (y > edges_[i].bottom() + 2) first = i;
    }
    return first;
  }

  Palette palette_;
  Frame frame_;
  float horizon_;
  Sun sun_;
  Stars stars_;
  Clouds clouds_;
  std::vector<Edge> edges_;
  std::vector<Ground> grounds_;
};

}  // namespace

std::unique_ptr<const Scene> make_hills(Dice& dice, const Palette& palette, const Frame& frame) {
  return std::make_unique<Hills>(dice, palette, frame);
}

}  // namespace gw
