// What a pool knows of one account. For the pool's own files.
#pragma once

#include "core/accounts/account_pool.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace gw {

struct AccountPool::Account {
  enum class Check : std::uint8_t { none, due, asked };

  AccountSettings settings;
  Turn turn;
  int leases = 0;
  AccountCounts counts;
  bool removed = false;
  AccountState state = AccountState::ready;  // switched off or not
  std::string reason;
  SteadyTime until{};    // not ready: this long at least
  bool foreign = false;  // set aside for trouble that is not its own
  int troubles = 0;      // in a row
  Check check = Check::none;
  std::optional<Allowance> allowance;
  std::optional<SteadyTime> day_ends;  // when drawn_today counts anew
  std::optional<SteadyTime> looked;    // the last finding
  bool used = false;                   // since then
  std::optional<SteadyTime> last_used;
  std::optional<SteadyTime> wakes;  // its place in wakes_

  static constexpr auto kOpenEnded = SteadyTime::max();         // of `until`
  static constexpr auto kReadAgain = std::chrono::minutes(10);  // what one in use may still draw

  const AccountId& id() const { return settings.id; }
  bool in_service() const { return settings.enabled && !removed; }
  bool ready() const { return in_service() && state == AccountState::ready; }
  bool full() const { return settings.parallel > 0 && leases >= settings.parallel; }
  bool open_ended() const { return state != AccountState::ready && until == kOpenEnded; }

  bool free_pictures_left(SteadyTime now) const {
    if (!allowance || !allowance->drawn_today || !allowance->daily_limit) return true;
    return *allowance->drawn_today < *allowance->daily_limit || (day_ends && *day_ends <= now);
  }
  bool has(std::int64_t points) const {
    return !allowance || !allowance->points || points <= *allowance->points;
  }
  std::int64_t cost(const AccountNeed& need, SteadyTime now) const {
    if (!need.price) return 0;
    return free_pictures_left(now) ? need.price->within_allowance : need.price->full;
  }
  std::optional<SteadyTime> figures_due() const {
    if (!ready() || !used || check != Check::none) return std::nullopt;
    return looked ? *looked + kReadAgain : last_used;
  }
  std::optional<SteadyTime> next_wake() const {
    std::optional<SteadyTime> next = figures_due();
    const auto consider = [&](SteadyTime at) {
      if (!next || at < *next) next = at;
    };
    if (day_ends) consider(*day_ends);
    const bool waits = state == AccountState::busy || check == Check::none;
    if (state != AccountState::ready && until != kOpenEnded && waits) consider(until);
    return next;
  }
  void new_day() {
    day_ends.reset();
    if (allowance && allowance->drawn_today) allowance->drawn_today = 0;
  }
};

}  // namespace gw
