// A codec that changes a label in place of pixels.
#pragma once

#include "core/ports/picture_codec.hpp"

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

  mutable std::vector<EncodeOptions> asked;
  std::optional<Error> refusal;
};

}  // namespace gw::test
