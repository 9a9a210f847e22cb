#include "imaging/scenes/parts.hpp"

#include <algorithm>
#include <cmath>

namespace gw {

Frame::Frame(ImageSize size)
    : columns(size.width),
      w(static_cast<float>(size.width)),
      h(static_cast<float>(size.height)),
      unit(std::min(w, h)) {}

Noise::Noise(Dice& dice) {
  for (float& value : values_) value = dice.unit();
}

float Noise::rough(float x, int layers) const {
  float sum = 0;
  float weight = 0.5f;
  for (int i = 0; i < layers; ++i, weight /= 2, x *= 2.03f) sum += weight * (at(x) - 0.5f);
  return sum;
}

Stars::Stars(Dice& dice, const Frame& frame, float lowest, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    const float size = frame.unit * dice.between(0.0012f, 0.0034f) + 0.6f;
    const float x = dice.between(0, frame.w);
    const float y = dice.between(0, lowest);
    stars_.push_back({{x, y, size, size}, dice.between(0.25f, 1.0f)});
  }
}

void Stars::paint(Row& row, float y) const {
  for (const auto& star : stars_) paint_spot(row, y, star.spot, rgb(0xffffff), star.strength);
}

void Sun::paint(Row& row, float at, const Palette& palette) const {
  const Rgb warm = mix(palette.horizon, palette.light, 0.5f);
  paint_spot(row, at, {x, y, radius * 7, radius * 6}, warm, 0.55f);
  paint_spot(row, at, {x, y, radius * 2.6f, radius * 2.6f}, palette.light, 0.6f);
  paint_disc(row, at, x, y, radius, palette.light, mix(palette.light, palette.horizon, 0.25f), 1);
}

Clouds::Clouds(Dice& dice, const Frame& frame, float lowest) {
  const std::size_t banks = 3 + dice.below(3);
  for (std::size_t bank = 0; bank < banks; ++bank) {
    const float x = dice.between(0, frame.w);
    const float y = dice.between(0.08f * frame.h, lowest);
    for (int i = 0; i < 5; ++i) {
      const float rx = frame.unit * dice.between(0.08f, 0.24f);
      const float off_x = frame.unit * dice.between(-0.22f, 0.22f);
      const float off_y = frame.unit * dice.between(-0.012f, 0.012f);
      spots_.push_back({x + off_x, y + off_y, rx, rx * dice.between(0.07f, 0.16f)});
    }
  }
}

void Clouds::paint(Row& row, float y, const Palette& palette) const {
  const Rgb colour = mix(palette.horizon, rgb(0xffffff), 0.4f);
  for (const auto& spot : spots_) paint_spot(row, y, spot, colour, palette.stars ? 0.17f : 0.5f);
}

}  // namespace gw
