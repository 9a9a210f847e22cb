#include "imaging/scenes/parts.hpp"
#include "imaging/scenes/scenes.hpp"

#include <cmath>
#include <memory>
#include <vector>

namespace gw {
namespace {

// Sheets of paper cut in waves, one over the other.
class Paper final : public Scene {
 public:
  Paper(Dice& dice, const Palette& palette, const Frame& frame)
      : palette_(palette),
        frame_(frame),
        sun_{frame.w * dice.between(0.2f, 0.8f), frame.h * dice.between(0.16f, 0.3f),
             frame.unit * dice.between(0.08f, 0.14f)} {
    constexpr int kSheets = 8;
    const float tilt = dice.between(-0.16f, 0.16f) * frame.h;
    for (int i = 0; i < kSheets; ++i) {
      const float t = static_cast<float>(i) / (kSheets - 1);
      edges_.emplace_back(sheet(dice, frame.h * mix(0.2f, 0.9f, t), tilt * (1 - t)));
      const Rgb colour = spectrum(palette, 0.18f + 0.8f * t);
      grounds_.push_back({mix(colour, palette.light, 0.16f), colour, frame.unit * 0.12f});
    }
  }

  void paint(Row& row, float y) const override {
    fill(row, mix(palette_.top, palette_.middle, 0.3f * y / frame_.h));
    sun_.paint(row, y, palette_);
    for (std::size_t i = 0; i < edges_.size(); ++i) {
      paint_shadow(row, y, edges_[i], frame_.unit * 0.04f, 0.3f);
      paint_ground(row, y, edges_[i], grounds_[i]);
    }
  }

 private:
  std::vector<float> sheet(Dice& dice, float base, float tilt) const {
    const float slow = dice.between(3.2f, 5.5f) / frame_.unit;
    const float fast = dice.between(7, 10) / frame_.unit;
    const float phase = dice.between(0, 6.28f);
    const float shift = dice.between(0, 6.28f);
    const float swing = frame_.unit * dice.between(0.035f, 0.065f);
    std::vector<float> heights(frame_.columns);
    for (std::size_t x = 0; x < heights.size(); ++x) {
      const float at = static_cast<float>(x);
      heights[x] = base + tilt * (at / frame_.w - 0.5f) + swing * std::sin(at * slow + phase) +
                   swing * 0.35f * std::sin(at * fast + shift);
    }
    return heights;
  }

  Palette palette_;
  Frame frame_;
  Sun sun_;
  std::vector<Edge> edges_;
  std::vector<Ground> grounds_;
};

}  // namespace

std::unique_ptr<const Scene> make_paper(Dice& dice, const Palette& palette, const Frame& frame) {
  return std::make_unique<Paper>(dice, palette, frame);
}

}  // namespace gw
