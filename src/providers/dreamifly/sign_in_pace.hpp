// How often the server may be asked to sign somebody in, whoever it is (protocol §4.1), and what
// came of it.
#pragma once

#include "base/clock.hpp"
#include "core/ports/provider_tally.hpp"

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <map>

namespace gw::dreamifly {

// Shared by the sessions of one upstream; I/O thread.
class SignInPace final {
 public:
  // Nothing or less: it may be asked now, and the next turn is counted from here. Else: how long
  // not yet.
  SteadyTime::duration take(SteadyTime now) {
    if (now < next_) return next_ - now;
    next_ = now + kApart;
    return {};
  }
  // The server itself said how long not.
  void wait(SteadyTime until) { next_ = std::max(next_, until); }

  void ended(SignInOutcome outcome) { ++ended_[outcome]; }
  const std::map<SignInOutcome, std::uint64_t>& ended() const { return ended_; }

 private:
  static constexpr std::chrono::seconds kApart{4};  // it allows three in ten seconds
  SteadyTime next_ = SteadyTime::min();
  std::map<SignInOutcome, std::uint64_t> ended_;
};

}  // namespace gw::dreamifly
