// What several compositions share: the frame, noise, and what stands in a sky.
#pragma once

#include "base/image_format.hpp"
#include "imaging/brush.hpp"
#include "imaging/palette.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace gw {

// The picture's sides as compositions want them: `unit` looks like the same length in any format.
struct Frame {
  explicit Frame(ImageSize size);
  std::size_t columns;
  float w, h, unit;
};

// Smooth noise of one dimension, 0..1, about one bump for each whole step.
class Noise final {
 public:
  explicit Noise(Dice& dice);
  // `x` from 0.
  float at(float x) const {
    const auto i = static_cast<std::uint32_t>(x);
    return mix(values_[i % kCount], values_[(i + 1) % kCount], smooth(x - static_cast<float>(i)));
  }
  // Several layers of it around 0, each finer and fainter.
  float rough(float x, int layers) const;

 private:
  static constexpr std::uint32_t kCount = 256;
  std::array<float, kCount> values_;
};

class Stars final {
 public:
  Stars(Dice& dice, const Frame& frame, float lowest, std::size_t count);
  void paint(Row& row, float y) const;

 private:
  struct Star {
    Ellipse spot;
    float strength;
  };
  std::vector<Star> stars_;
};

struct Sun {
  float x, y, radius;
  void paint(Row& row, float at, const Palette& palette) const;
};

class Clouds final {
 public:
  Clouds(Dice& dice, const Frame& frame, float lowest);
  void paint(Row& row, float y, const Palette& palette) const;

 private:
  std::vector<Ellipse> spots_;
};

}  // namespace gw
