// Thousands of seeded histories of the real engine. A failing seed is printed and replays with
// GW_SIM_SEED=<seed> GW_SIM_COUNT=1.
#include "tests/sim/world.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#if __has_feature(address_sanitizer)
// A third of the time went into remembering who allocated what, and frames that have returned.
extern "C" const char* __asan_default_options();
extern "C" const char* __asan_default_options() {
  return "malloc_context_size=2:quarantine_size_mb=8:detect_stack_use_after_return=0";
}
#endif

namespace gw::sim {
namespace {

std::uint64_t setting(const char* name, std::uint64_t fallback) {
  const char* text = std::getenv(name);
  return text ? std::strtoull(text, nullptr, 10) : fallback;
}

struct Violation {
  std::uint64_t seed;
  std::string what;
};

// Worlds share nothing, so each core plays its own. The violation with the lowest seed, or nothing:
// every seed below it has been played.
std::optional<Violation> play_all(std::uint64_t first, std::uint64_t count) {
  std::atomic<std::uint64_t> next = first;
  std::atomic<std::uint64_t> end = first + count;
  std::mutex mutex;
  std::optional<Violation> lowest;
  const auto play = [&] {
    for (auto seed = next++; seed < end; seed = next++) {
      auto violation = World(seed).play();
      if (!violation) continue;
      const std::lock_guard lock(mutex);
      if (seed >= end) continue;
      end = seed;
      lowest = Violation{seed, *std::move(violation)};
    }
  };
  {
    std::vector<std::jthread> cores;
    for (unsigned i = std::max(1u, std::thread::hardware_concurrency()); i > 0; --i)
      cores.emplace_back(play);
  }
  return lowest;
}

TEST(Simulation, EveryInvariantHoldsAfterEachStepOfEveryHistory) {
  const auto violation = play_all(setting("GW_SIM_SEED", 1), setting("GW_SIM_COUNT", 2'000));
  ASSERT_FALSE(violation) << "seed " << violation->seed << ": " << violation->what;
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
