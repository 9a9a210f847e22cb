// What a PNG's text chunk says, whichever of its three forms it has, and text made safe for XML.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace gw {

struct PngTextValue {
  std::string keyword;  // UTF-8
  std::string value;    // UTF-8
};

// `type` is tEXt, zTXt or iTXt. Nothing when the payload is broken or would inflate to more than
// `most` bytes.
std::optional<PngTextValue> read_png_text(std::string_view type, std::string_view payload,
                                          std::size_t most);

// Escaped for XML 1.0; characters it forbids and broken UTF-8 are left out.
std::string xml_text(std::string_view text);

}  // namespace gw
