// The port behind the demo provider's pictures; implemented by imaging/.
#pragma once

#include "base/bytes.hpp"
#include "base/error.hpp"
#include "base/image_format.hpp"

#include <cstdint>
#include <string>

namespace gw {

// Stateless, any thread; blocks for tens of milliseconds, so it belongs on the worker pool. The
// same prompt, seed and size always give the same bytes.
class Painter {
 public:
  virtual ~Painter() = default;
  // A PNG of exactly `size` with the prompt (any script the font has, Chinese included) drawn on
  // it.
  virtual Result<SharedBytes> paint(const std::string& prompt, std::uint64_t seed,
                                    ImageSize size) const = 0;
  // The same picture before it is finished: without words, and every square of `grain` pixels (at
  // least 1) in one colour. The coarser, the sooner it is painted.
  virtual Result<SharedBytes> sketch(const std::string& prompt, std::uint64_t seed, ImageSize size,
                                     std::uint32_t grain) const = 0;
};

}  // namespace gw
