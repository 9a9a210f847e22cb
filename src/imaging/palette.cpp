#include "imaging/palette.hpp"

#include <algorithm>
#include <array>

namespace gw {
namespace {

constexpr std::array kPalettes = {
    // sunrise
    Palette{rgb(0x3d4e8a), rgb(0xc8739a), rgb(0xffc98b), rgb(0xfff1cf), rgb(0xb0718f),
            rgb(0x2a2147)},
    // clear day
    Palette{rgb(0x3f8fd6), rgb(0x8cc6ee), rgb(0xe9f4f6), rgb(0xfffbe8), rgb(0x8fb8c8),
            rgb(0x1f4d3f)},
    // dusk
    Palette{rgb(0x1b1b4b), rgb(0x6b3a7d), rgb(0xf27f6b), rgb(0xffd9a0), rgb(0x8a4a78),
            rgb(0x150f2e), true},
    // night
    Palette{rgb(0x060b24), rgb(0x14285a), rgb(0x3b6390), rgb(0xeef3ff), rgb(0x2c4a78),
            rgb(0x050a1c), true},
    // misty forest
    Palette{rgb(0x7fb7a6), rgb(0xbfdcc0), rgb(0xf6efcf), rgb(0xfffbe6), rgb(0x86b29a),
            rgb(0x123528)},
    // desert
    Palette{rgb(0x5aa0b8), rgb(0xf3d9b1), rgb(0xf7b267), rgb(0xfff5db), rgb(0xd98c5f),
            rgb(0x6b2737)},
    // northern light
    Palette{rgb(0x050a1f), rgb(0x0b3b4f), rgb(0x2fb6a0), rgb(0xd8fff1), rgb(0x1d6b70),
            rgb(0x04141f), true},
    // lavender
    Palette{rgb(0x6a6fc8), rgb(0xb9a3e3), rgb(0xffd9e8), rgb(0xfff6fb), rgb(0x9c88cf),
            rgb(0x33265c)},
    // ember
    Palette{rgb(0x20102a), rgb(0x7a1f3d), rgb(0xff7a3c), rgb(0xffe0a3), rgb(0x8c2b3f),
            rgb(0x180a16), true},
    // ink on paper, a red sun
    Palette{rgb(0xe0ddd3), rgb(0xe9e6dd), rgb(0xf6f2e8), rgb(0xd4503f), rgb(0xa3acb0),
            rgb(0x262d33)},
};

}  // namespace

std::span<const Palette> palettes() {
  return kPalettes;
}

Rgb sky(const Palette& palette, float t) {
  return t < 0.5f ? mix(palette.top, palette.middle, smooth(t * 2))
                  : mix(palette.middle, palette.horizon, smooth(t * 2 - 1));
}

Rgb spectrum(const Palette& palette, float t) {
  const std::array stops = {palette.top, palette.middle, palette.horizon, palette.far,
                            palette.near};
  const float at = clamp01(t) * static_cast<float>(stops.size() - 1);
  const std::size_t from = std::min(static_cast<std::size_t>(at), stops.size() - 2);
  return mix(stops[from], stops[from + 1], at - static_cast<float>(from));
}

}  // namespace gw
