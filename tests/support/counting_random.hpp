// Randomness that can be foretold: one number after the other.
#pragma once

#include "base/random.hpp"

#include <cstdint>

namespace gw::test {

class CountingRandom final : public Random {
 public:
  explicit CountingRandom(std::uint64_t first = 1) : next_(first) {}
  std::uint64_t next() override { return next_++; }

 private:
  std::uint64_t next_;
};

}  // namespace gw::test
