// How long each upstream took for each of its models of late: what "fastest" is decided by.
#pragma once

#include "base/clock.hpp"
#include "base/ids.hpp"

#include <array>
#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace gw {

// Pure. Owned by the engine, which tells it of every picture that was drawn; failures do not count,
// they are the breaker's business. As large as the models that were ever drawn.
class RecentDurations final {
 public:
  static constexpr std::size_t kRemembered = 20;
  // What is older says nothing of today, and a route that is never chosen must not stay slow for
  // ever by its last drawing.
  static constexpr std::chrono::minutes kFresh{60};

  void drew(const HostId& host, std::string_view upstream_model, std::chrono::milliseconds took,
            SteadyTime now);
  // Of the fresh ones; nothing: there is none.
  std::optional<std::chrono::milliseconds> median(const HostId& host,
                                                  std::string_view upstream_model,
                                                  SteadyTime now) const;

 private:
  struct Drawing {
    std::chrono::milliseconds took{0};
    SteadyTime at{};
  };
  struct Ring {
    std::array<Drawing, kRemembered> drawings{};
    std::size_t count = 0;  // ever; the newest is at (count - 1) % kRemembered
  };

  std::map<HostId, std::map<std::string, Ring, std::less<>>> rings_;
};

}  // namespace gw
