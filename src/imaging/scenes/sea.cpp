#include "imaging/scenes/parts.hpp"
#include "imaging/scenes/scenes.hpp"

#include <algorithm>
#include <cmath>
#include <memory>
#include <vector>

namespace gw {
namespace {

class Sea final : public Scene {
 public:
  Sea(Dice& dice, const Palette& palette, const Frame& frame)
      : palette_(palette),
        frame_(frame),
        horizon_(frame.h * dice.between(0.5f, 0.6f)),
        sun_{frame.w * dice.between(0.28f, 0.72f),
             horizon_ - frame.unit * dice.between(0.0f, 0.13f),
             frame.unit * dice.between(0.075f, 0.12f)},
        stars_(dice, frame, horizon_, palette.stars ? 130 : 0),
        clouds_(dice, frame, horizon_ * 0.8f),
        island_(island(dice)),
        ripple_(dice) {
    for (int i = 0; i < 4; ++i) {
      const float t = static_cast<float>(i) / 3;
      waves_.emplace_back(wave(dice, mix(0.74f, 0.93f, t), mix(0.012f, 0.03f, t)));
      const Rgb colour = mix(water(0.55f), palette.near, 0.25f + 0.6f * t);
      grounds_.push_back({mix(colour, palette.horizon, 0.22f), colour, frame.unit * 0.07f});
    }
  }

  void paint(Row& row, float y) const override {
    if (y < horizon_) {
      paint_air(row, y);
    } else {
      paint_water(row, y);
    }
    for (std::size_t i = 0; i < waves_.size(); ++i) paint_ground(row, y, waves_[i], grounds_[i]);
  }

 private:
  Rgb water(float t) const {
    return mix(mix(palette_.horizon, palette_.middle, 0.45f),
               mix(palette_.near, palette_.top, 0.35f), smooth(std::sqrt(clamp01(t))));
  }

  void paint_air(Row& row, float y) const {
    fill(row, sky(palette_, y / horizon_));
    stars_.paint(row, y);
    sun_.paint(row, y, palette_);
    clouds_.paint(row, y, palette_);
    const Rgb rock = mix(palette_.far, palette_.horizon, 0.25f);
    paint_ground(row, y, island_, {rock, mix(rock, palette_.horizon, 0.5f), frame_.unit * 0.1f});
  }

  // The sun's way on the water: streaks that widen and lengthen towards the viewer.
  void paint_water(Row& row, float y) const {
    const float t = (y - horizon_) / (frame_.h - horizon_);
    fill(row, water(t));
    paint_spot(row, y, {sun_.x, horizon_, frame_.unit * 0.6f, frame_.h - horizon_},
               palette_.horizon, 0.5f);
    const float streak = std::floor((y - horizon_) / (1 + frame_.unit * 0.006f * (0.5f + 2 * t)));
    const float wobble = ripple_.at(streak * 1.7f) - 0.5f;
    const float reach = sun_.radius * (0.55f + 2.1f * t) * (0.5f + ripple_.at(streak * 2.3f + 40));
    const float bright = smooth(ripple_.at(streak * 3.1f + 90) * 1.5f - 0.25f) * (1 - 0.6f * t);
    const Ellipse gleam{sun_.x + wobble * reach, y, reach, 1};
    paint_spot(row, y, gleam, palette_.light, bright);
  }

  std::vector<float> island(Dice& dice) const {
    const Noise noise(dice);
    const float middle =
        frame_.w * (dice.unit() < 0.5f ? dice.between(0.0f, 0.22f) : dice.between(0.78f, 1.0f));
    const float reach = frame_.unit * dice.between(0.25f, 0.45f);
    std::vector<float> heights(frame_.columns);
    for (std::size_t x = 0; x < heights.size(); ++x) {
      const float off = (static_cast<float>(x) - middle) / reach;
      const float rise = std::max(0.0f, 1 - off * off);
      const float rough = noise.rough(static_cast<float>(x) * 9 / frame_.unit, 4);
      heights[x] = horizon_ + 2 - frame_.unit * rise * (0.075f + 0.10f * rough);
    }
    return heights;
  }

  std::vector<float> wave(Dice& dice, float at, float swing) const {
    const float phase = dice.between(0, 6.28f);
    const float turns = dice.between(7, 12) / frame_.unit;
    const float drift = dice.between(0, 6.28f);
    std::vector<float> heights(frame_.columns);
    for (std::size_t x = 0; x < heights.size(); ++x) {
      const float u = static_cast<float>(x) * turns;
      const float crest =
          1 - std::abs(std::sin(u * 0.5f + phase + 0.6f * std::sin(u * 0.21f + drift)));
      heights[x] =
          frame_.h * at - frame_.unit * swing * (crest * 1.6f + 0.7f * std::sin(u * 0.33f + drift));
    }
    return heights;
  }

  Palette palette_;
  Frame frame_;
  float horizon_;
  Sun sun_;
  Stars stars_;
  Clouds clouds_;
  Edge island_;
  Noise ripple_;
  std::vector<Edge> waves_;
  std::vector<Ground> grounds_;
};

}  // namespace

std::unique_ptr<const Scene> make_sea(Dice& dice, const Palette& palette, const Frame& frame) {
  return std::make_unique<Sea>(dice, palette, frame);
}

}  // namespace gw
