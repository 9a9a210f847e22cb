// The font for the words on demo pictures.
#pragma once

#include <string>

namespace gw {

// Where a font that has Chinese is usually installed; empty: nowhere. Drawing with a font that
// lacks a character gives the same box for each and reports success, so fonts without Chinese are
// not looked for.
std::string find_font();

}  // namespace gw
