// The compositions of the demo pictures: what is where, decided once, then painted row by row.
#pragma once

#include "base/image_format.hpp"
#include "imaging/brush.hpp"
#include "imaging/palette.hpp"

#include <memory>

namespace gw {

// Immutable after construction.
class Scene {
 public:
  virtual ~Scene() = default;
  // `y` is the middle of the row, in pixels from the top. Every pixel of `row` is set.
  virtual void paint(Row& row, float y) const = 0;
};

// One of the compositions, chosen and varied by the dice.
std::unique_ptr<const Scene> make_scene(Dice& dice, const Palette& palette, ImageSize size);

}  // namespace gw
