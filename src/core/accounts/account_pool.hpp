// The accounts of one upstream: which of them draws the next picture, and which is left alone for
// how long.
#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/ids.hpp"
#include "core/accounts/account.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace gw {

// What a task wants of an account.
struct AccountNeed {
  std::string_view model;                // the upstream's id
  std::optional<Price> price;            // nothing: free, or not known
  std::span<const AccountId> not_these;  // tried already in vain
  std::optional<AccountId> only = {};    // the same again (after a sign-in)
};

struct LeasedAccount {
  AccountId id;
  std::int64_t points = 0;  // what the drawing will cost it
};

// Why nobody can take it, and when that may change.
struct NobodyFree {
  enum class Why : std::uint8_t {
    busy,   // an account that fits is at work: as soon as it comes back
    later,  // set aside until `at`
    unfit,  // none offers the model, may be used, or can afford it
  };
  Why why = Why::busy;
  std::optional<SteadyTime> at;  // later: the earliest
  Error error;                   // unfit: no_account_available or quota_exhausted, for the client
};

// Pure: no clock of its own, no callbacks. Owned by the engine's host; I/O thread. An upstream that
// knows no accounts has an empty pool, and whoever drives it must not ask.
class AccountPool final {
 public:
  // Adds, or changes the settings of one that is there; its leases and its state stay, except that
  // new credentials make it unchecked and ready.
  void set(const AccountSettings& settings, SteadyTime now);
  // As it was known by an earlier process; before anything is leased.
  void restore(const AccountId& id, const AccountFinding& finding, SteadyTime now);
  // Leased pictures go on; it is forgotten when the last has come back.
  void remove(const AccountId& id);

  bool empty() const;
  // Of those that are ready, offer the model, can afford it and have a place left: the least
  // recently used by weight (the longest waiting share first). Counts a lease.
  std::expected<LeasedAccount, NobodyFree> lease(const AccountNeed& need, SteadyTime now);
  // Whether lease() would find one; and whether any account has a place left, for whatever it is
  // fit.
  bool somebody_free(const AccountNeed& need, SteadyTime now) const;
  bool anybody_free(SteadyTime now) const;
  // Exactly once for each lease. Absent (removed) is fine.
  void give_back(const AccountId& id);

  // A picture was drawn with it, or a free call went well: cooling counts from one again.
  void worked(const AccountId& id, SteadyTime now);
  void found(const AccountId& id, const AccountFinding& finding, SteadyTime now);
  void spent(const AccountId& id, std::int64_t points);  // off the known balance
  // The operator's word: ready again at once, whatever it was set aside for.
  void clear(const AccountId& id, SteadyTime now);

  // Set aside long enough, and wanted again only after a free call has gone well: those the driver
  // should check now. Each is named once until found() or worked() tells how it went.
  std::vector<AccountId> to_check(SteadyTime now);
  // When lease() or to_check() may say something else by the passing of time alone.
  std::optional<SteadyTime> next_change(SteadyTime now) const;

  std::vector<AccountView> views(SteadyTime now, WallTime wall) const;
  std::optional<AccountView> view(const AccountId& id, SteadyTime now, WallTime wall) const;
  std::size_t size() const;
  std::size_t held() const;  // leases out
};

}  // namespace gw
