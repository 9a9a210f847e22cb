// The port for work on pixels; implemented by imaging/. Every call blocks and belongs on the worker
// pool.
#pragma once

#include "base/error.hpp"
#include "core/generation.hpp"

#include <string>

namespace gw {

struct EncodeOptions {
  ImageFormat format = ImageFormat::png;
  int quality = 100;         // 0..100, jpeg and webp
  bool transparent = false;  // keep the alpha channel; false flattens onto white
};

// Implementations have no state: any thread may call. Dimensions are read from the header and
// bounded before anything is decoded (max_pixels): too_large. Bytes that do not decode:
// upstream_error for an upstream's picture is the caller's choice; here it is invalid_request with
// param "image".
class PictureCodec {
 public:
  virtual ~PictureCodec() = default;

  // AI-provenance metadata of the source (PNG text chunks, XMP) is carried over; where it has none,
  // the IPTC digital source type "trainedAlgorithmicMedia" is written as XMP (design rule 4).
  virtual Result<Picture> convert(const Picture& source, const EncodeOptions& options) const = 0;
};

}  // namespace gw
