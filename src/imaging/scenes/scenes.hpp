// The compositions make_scene() chooses from, one file each.
#pragma once

#include "imaging/scene.hpp"
#include "imaging/scenes/parts.hpp"

#include <memory>

namespace gw {

// Mountains in mist behind firs.
std::unique_ptr<const Scene> make_hills(Dice& dice, const Palette& palette, const Frame& frame);
// A low sun over water.
std::unique_ptr<const Scene> make_sea(Dice& dice, const Palette& palette, const Frame& frame);
std::unique_ptr<const Scene> make_paper(Dice& dice, const Palette& palette, const Frame& frame);
std::unique_ptr<const Scene> make_orbs(Dice& dice, const Palette& palette, const Frame& frame);
std::unique_ptr<const Scene> make_planet(Dice& dice, const Palette& palette, const Frame& frame);

}  // namespace gw
