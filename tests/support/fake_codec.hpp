// A codec that changes a label in place of pixels.
#pragma once

#include "core/ports/picture_codec.hpp"

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace gw::test {

// Called on a worker thread; a test looks at `asked` when the conversion is over.
class FakeCodec final : public PictureCodec {
 public:
  Result<Picture> convert(const Picture& source, const EncodeOptions& options) const override {
    asked.push_back(options);
    if (refusal) return fail(*refusal);
    return Picture{share(*source.bytes + " as " + std::string(to_string(options.format))),
                   options.format, source.size};
  }

  Result<std::optional<Picture>> fitted(const Picture& source,
                                        std::uint64_t max_area) const override {
    if (source.size.area() <= max_area) return std::nullopt;
    return Picture{share(*source.bytes + " fitted"), ImageFormat::png, {8, 8}};
  }
  Result<Picture> cut_out(const Picture& source, const Picture& mask) const override {
    return Picture{share(*source.bytes + " without " + *mask.bytes), ImageFormat::png, source.size};
  }
  Result<Picture> retouched(const Picture& original, const Picture& mask,
                            const Picture& repainted) const override {
    if (refusal) return fail(*refusal);
    return Picture{share(*original.bytes + ", " + *repainted.bytes + " under " + *mask.bytes),
                   ImageFormat::png, original.size};
  }

  Result<Picture> thumbnail(const Picture& source, std::uint32_t longest_side) const override {
    ++thumbnails;
    if (refusal) return fail(*refusal);
    return Picture{
        share("small " + *source.bytes), ImageFormat::webp, {longest_side, longest_side}};
  }

  mutable std::vector<EncodeOptions> asked;
  mutable std::atomic<int> thumbnails = 0;
  std::optional<Error> refusal;
};

}  // namespace gw::test
