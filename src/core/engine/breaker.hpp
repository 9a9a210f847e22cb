// Notices that an upstream is down or hardly answers, so that nobody waits for it in vain.
#pragma once

#include "core/engine/recent_minute.hpp"

#include <chrono>
#include <cstdint>
#include <optional>

namespace gw {

// How one try went, as far as the upstream as a whole is concerned.
enum class TryHealth : std::uint8_t {
  good,
  slow,    // an answer, and it took several times as long as is usual
  failed,  // it answered with a fault of its own
  fault,   // it was not reached, or what stands there is not it
};

// Pure; one for each host; owned by the engine.
class Breaker final {
 public:
  static constexpr int kFaultsInRow = 5;
  static constexpr std::uint64_t kEnough =
      50;  // tries within a minute, for a ratio to say anything
  static constexpr double kBadShare = 0.5;
  static constexpr int kSlowFactor = 5;  // times the model's typical duration
  static constexpr std::chrono::seconds kFirst{15};
  static constexpr std::chrono::seconds kLongest{300};

  // How long the host is to be left alone from now on; nothing: it goes on.
  std::optional<std::chrono::seconds> saw(TryHealth health, SteadyTime now);
  // The one try that was let through afterwards went wrong: longer than the last time.
  std::chrono::seconds still_down();
  // It went well: as if nothing had been.
  void closed();

  int trips() const { return trips_; }  // in a row
  std::uint64_t opened() const { return opened_; }

 private:
  std::chrono::seconds trip();

  RecentMinute tries_;
  RecentMinute bad_;
  int faults_ = 0;  // in a row
  int trips_ = 0;
  std::uint64_t opened_ = 0;  // ever
};

}  // namespace gw
