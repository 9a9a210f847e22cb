// Linked with an engine that has one bug planted in it (see CMakeLists.txt): the simulation must
// find it.
#include "tests/sim/world.hpp"

#include <gtest/gtest.h>

#include <iostream>

namespace gw::sim {
namespace {

TEST(PlantedBug, IsFoundWithinAThousandHistories) {
  for (std::uint64_t seed = 1; seed <= 1'000; ++seed) {
    if (const auto violation = World(seed).play()) {
      std::cout << "seed " << seed << ": " << *violation << '\n';
      return;
    }
  }
  FAIL() << "a thousand histories and the planted bug was not seen";
}

}  // namespace
}  // namespace gw::sim
