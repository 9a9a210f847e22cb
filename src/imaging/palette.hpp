// The hand-picked colours of the demo pictures.
#pragma once

#include "imaging/brush.hpp"

#include <span>

namespace gw {

struct Palette {
  Rgb top;  // of the sky
  Rgb middle;
  Rgb horizon;
  Rgb light;  // sun or moon
  Rgb far;    // what is away is pale
  Rgb near;   // and what is close is dark
  bool stars = false;
};

std::span<const Palette> palettes();

// The three sky colours from 0, the top, to 1.
Rgb sky(const Palette& palette, float t);
// All five from top to near; 0..1.
Rgb spectrum(const Palette& palette, float t);

}  // namespace gw
