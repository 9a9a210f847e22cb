// Where a picture came from: the text and XMP that say so, read from one container and written into
// another (design rule 4). Pure functions on bytes.
#pragma once

#include "base/image_format.hpp"

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace gw {

// One text chunk of a PNG as it was stored.
struct PngText {
  std::string type;  // tEXt, zTXt or iTXt
  std::string payload;
};

struct Provenance {
  std::vector<PngText> texts;
  std::string xmp;  // the source's packet; empty: it had none
};

// Metadata is carried up to this many bytes in all, which is also what one JPEG segment can hold.
inline constexpr std::size_t kMaxMetadata = 64'000;

// Total: any bytes. What is over the bound is left out, whole chunks at a time. A signed manifest
// (C2PA) is not read: it is bound to the bytes it came with and void after any conversion.
Provenance read_provenance(std::string_view bytes, ImageFormat format);

// The picture with this provenance in it. Whatever the source said, the result names an IPTC
// digital source type: "trainedAlgorithmicMedia" where the source's XMP named none. PNG keeps text
// chunks as they were; JPEG and WebP have no place for them, so there they become exif:UserComment
// in the XMP. Bytes that are not of `format`, and GIF, come back as they are.
std::string with_provenance(std::string_view encoded, ImageFormat format,
                            const Provenance& provenance);

// The payload of an iTXt chunk that holds an XMP packet, for whoever writes a PNG himself.
std::string png_xmp_payload(std::string_view xmp);
// An XMP packet that says: made by a trained model.
std::string trained_model_xmp();

}  // namespace gw
