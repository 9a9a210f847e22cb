// Thousands of seeded histories of the real engine. A failing seed is printed and replays with
// GW_SIM_SEED=<seed> GW_SIM_COUNT=1.
#include "tests/sim/world.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

namespace gw::sim {
namespace {

std::uint64_t setting(const char* name, std::uint64_t fallback) {
  const char* text = std::getenv(name);
  return text ? std::strtoull(text, nullptr, 10) : fallback;
}

TEST(Simulation, EveryInvariantHoldsAfterEachStepOfEveryHistory) {
  const auto first = setting("GW_SIM_SEED", 1);
  const auto count = setting("GW_SIM_COUNT", 3'000);
  for (auto seed = first; seed < first + count; ++seed) {
    const auto violation = World(seed).play();
    ASSERT_FALSE(violation) << "seed " << seed << ": " << *violation;
  }
}

TEST(Simulation, AHistoryIsTheSameEachTimeItIsPlayed) {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    World once(seed);
    World again(seed);
    ASSERT_FALSE(once.play());
    ASSERT_FALSE(again.play());
    EXPECT_FALSE(once.summary().empty());
    EXPECT_EQ(once.summary(), again.summary());
  }
}

}  // namespace
}  // namespace gw::sim
