#include "imaging/scene.hpp"

#include "imaging/scenes/scenes.hpp"

#include <array>

namespace gw {

std::unique_ptr<const Scene> make_scene(Dice& dice, const Palette& palette, ImageSize size) {
  // Hills twice: they look best with any palette.
  constexpr std::array kScenes = {make_hills, make_hills, make_sea,
                                  make_paper, make_orbs,  make_planet};
  return kScenes[dice.below(kScenes.size())](dice, palette, Frame(size));
}

}  // namespace gw
