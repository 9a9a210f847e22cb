// Paints the demo provider's pictures: landscapes and shapes that prompt and seed decide.
#pragma once

#include "core/ports/painter.hpp"

#include <memory>
#include <string>

namespace gw {

// `font_path` from find_font() (imaging/font.hpp); empty or not loadable: pictures without
// words. Sides from 16 pixels and areas up to 40 million pixels, anything else is invalid_request
// with param "size". The pictures carry their provenance as XMP and a comment.
std::unique_ptr<Painter> make_demo_painter(std::string font_path);

}  // namespace gw
