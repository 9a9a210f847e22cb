// The port for work on pixels; implemented by imaging/. Every call blocks and belongs on the worker
// pool.
#pragma once

#include "base/error.hpp"
#include "core/generation.hpp"

#include <cstdint>
#include <optional>
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

  // `source` upright, with at most `max_area` pixels, as PNG or JPEG: what upstreams take well.
  // Nothing when it is all that already. It has been decoded then too.
  virtual Result<std::optional<Picture>> fitted(const Picture& source,
                                                std::uint64_t max_area) const = 0;
  // `source` upright and transparent where `mask` is, as PNG. invalid_request with param "mask"
  // when the sizes differ or nothing of the mask is transparent.
  virtual Result<Picture> cut_out(const Picture& source, const Picture& mask) const = 0;
  // `original` upright, and where `mask` is transparent `repainted`, scaled to its size; a half
  // transparent mask mixes. Where the mask is opaque every pixel is the original's. PNG, with the
  // provenance of `repainted`.
  virtual Result<Picture> retouched(const Picture& original, const Picture& mask,
                                    const Picture& repainted) const = 0;
  // `source` upright as a small WebP for lists: neither side longer than `longest_side`, and never
  // larger than it was. Its provenance goes along.
  virtual Result<Picture> thumbnail(const Picture& source, std::uint32_t longest_side) const = 0;
};

}  // namespace gw
