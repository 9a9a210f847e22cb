// The demo provider's switches, for trying out clients and for tests.
#pragma once

#include <chrono>
#include <cstddef>

namespace gw::demo {

struct Options {
  std::chrono::milliseconds delay{0};  // before each picture (DEMO_DELAY_MS)
  double failure_rate = 0.0;           // 0..1, decided by prompt and seed (DEMO_FAILURE_RATE)
  std::size_t parallel = 4;            // pictures at a time
};

}  // namespace gw::demo
