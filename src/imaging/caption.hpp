// The words on a demo picture: the prompt in a panel at its foot, and the mark that says what the
// picture is.
#pragma once

#include "imaging/brush.hpp"
#include "imaging/gd_image.hpp"

#include <string>

namespace gw {

// Nothing is drawn where the picture is too small to read or the font cannot be loaded. `accent` is
// a colour of the picture.
void draw_caption(gdImage& image, const std::string& prompt, const std::string& font, Rgb accent);
void draw_mark(gdImage& image, const std::string& font);

}  // namespace gw
