// How often a wrong key may be tried, by one client and by all of them.
#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"

#include <chrono>
#include <cstddef>
#include <deque>
#include <map>
#include <string>
#include <string_view>

namespace gw::api {

// So many at once, and one more each `pause`.
struct AttemptLimit {
  int burst = 0;
  std::chrono::milliseconds pause{0};
};

// I/O thread. Memory is bounded, whoever comes from however many addresses.
class Attempts final {
 public:
  static constexpr AttemptLimit kByClient{5, std::chrono::seconds(60)};
  static constexpr AttemptLimit kInAll{30, std::chrono::seconds(4)};
  static constexpr std::size_t kClients = 1'024;
  static constexpr std::size_t kFriends = 64;

  explicit Attempts(const Clock& clock) : clock_(clock) {}

  // Asked before a key is looked at, right or wrong. rate_limited with a Retry-After. The limit of
  // all together does not shut out a client that has brought the right key before.
  Result<void> may_try(std::string_view client) const;
  void failed(std::string_view client);
  void succeeded(std::string_view client);

 private:
  bool is_friend(const std::string& block) const;

  const Clock& clock_;
  std::map<std::string, SteadyTime> spent_until_;  // by block of addresses; past: nothing is spent
  SteadyTime all_spent_until_{};
  std::deque<std::string> friends_;  // newest last
};

// Whom an address stands for: itself, or its /64 network of IPv6, of which a client has 2^64.
std::string address_block(std::string_view address);

}  // namespace gw::api
