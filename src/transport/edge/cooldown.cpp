#include "transport/edge/cooldown.hpp"

#include "transport/edge/retry_after.hpp"

#include <algorithm>

namespace gw::edge {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::seconds kFirst = 30s;
constexpr int kDoublings = 5;  // beyond it the longest wait is reached

std::chrono::seconds doubled(int hits) {
  return std::min(kFirst * (1 << std::clamp(hits - 1, 0, kDoublings)), kLongestWait);
}

}  // namespace

std::optional<std::chrono::milliseconds> Cooldown::wait(WallTime now) const {
  if (!active()) return 0ms;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(memory_.until - now);
  if (left > 0ms) return std::min<std::chrono::milliseconds>(left, kLongestWait);
  if (trial_out_) return std::nullopt;
  return 0ms;
}

void Cooldown::clear() {
  memory_ = {};
  trial_out_ = false;
}

void Cooldown::hit(std::uint64_t round, std::optional<std::chrono::seconds> told, WallTime now) {
  if (active() && round < round_)
    return wait_until(now + std::min(told.value_or(0s), kLongestWait));
  ++round_;
  ++memory_.hits;
  trial_out_ = false;
  const bool first = memory_.hits == 1;
  const auto least = first && told ? 1s : doubled(memory_.hits);
  wait_until(now + std::clamp(told.value_or(0s), least, kLongestWait));
}

void Cooldown::wait_until(WallTime at) {
  memory_.until = std::max(memory_.until, at);
}

}  // namespace gw::edge
