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
#include <expected>
#include <memory>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
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
  std::int64_t points = 0;          // what the drawing will cost it
  std::optional<Price> price = {};  // by which rule; nothing: free, or not known
};

// Why nobody can take it, and when that may change.
struct NobodyFree {
  enum class Why : std::uint8_t {
    busy,   // an account that fits is at work: as soon as it comes back
    later,  // set aside until `at`
    unfit,  // none offers the model, may be used, or can afford it
  };
  Why why = Why::busy;
  // later: the earliest. Not before it was looked at by a free call (to_check), and so also in the
  // past while that is under way.
  std::optional<SteadyTime> at;
  // For the client, if it is not to wait: no_account_available or quota_exhausted.
  Error error;
};

// Pure: no clock of its own, no callbacks. Owned by the engine's host; I/O thread. An upstream that
// knows no accounts has an empty pool, and whoever drives it must not ask. O(log n) in the number
// of accounts, and O(n) only where many do not fit a need.
class AccountPool final {
 public:
  AccountPool();
  ~AccountPool();
  AccountPool(AccountPool&&) noexcept;
  AccountPool& operator=(AccountPool&&) noexcept;

  // Adds, or changes the settings of one that is there; its leases and its state stay, except that
  // new credentials make it unchecked and ready.
  void set(const AccountSettings& settings, SteadyTime now);
  // As it was known by an earlier process; before anything is leased. What has been over meanwhile
  // (`rest` of 0 or less) is due for a check.
  void restore(const AccountId& id, const AccountFinding& finding, SteadyTime now);
  // Leased pictures go on; it is forgotten when the last has come back.
  void remove(const AccountId& id);

  bool empty() const { return size() == 0; }
  // Of those that are ready, offer the model, can afford it and have a place left: the least
  // recently used by weight (the longest waiting share first). Counts a lease.
  std::expected<LeasedAccount, NobodyFree> lease(const AccountNeed& need, SteadyTime now);
  // Whether lease() would find one; and whether any account has a place left, for whatever it is
  // fit.
  bool somebody_free(const AccountNeed& need, SteadyTime now) const;
  bool anybody_free(SteadyTime now) const;
  // Exactly once for each lease. Absent (removed) is fine.
  void give_back(const AccountId& id);

  // A picture was asked for with it: one of its free pictures, and points off the known balance.
  void spent(const AccountId& id, std::int64_t points);

  // A picture was drawn with it, or a free call went well: cooling counts from one again, and who
  // waited for that call is ready. It does not end a time that is not over.
  void worked(const AccountId& id, SteadyTime now);
  // Ready: a free call went well (`rest`: when its day's count begins anew). It ends resting and
  // busy before their time, but no cooling, and nothing that is open-ended.
  void found(const AccountId& id, const AccountFinding& finding, SteadyTime now);
  // The operator's word: ready again at once, whatever it was set aside for, and looked at soon.
  void clear(const AccountId& id, SteadyTime now);

  // Those the driver should look at by a free call now: set aside long enough, and wanted again
  // only after it has gone well; or in use, and what they may still draw has not been read for a
  // while. Each is named once until found() or worked() tells how it went.
  std::vector<AccountId> to_check(SteadyTime now);
  // When lease() or to_check() may say something else by the passing of time alone.
  std::optional<SteadyTime> next_change(SteadyTime now) const;

  std::vector<AccountView> views(SteadyTime now, WallTime wall) const;  // by label
  std::optional<AccountView> view(const AccountId& id, SteadyTime now, WallTime wall) const;
  std::size_t size() const { return accounts_.size() - removed_; }
  std::size_t held() const { return held_; }  // leases out

 private:
  struct Account;
  enum class Fit : std::uint8_t { yes, other_model, excluded, poor, day_over };

  // The line of those that can be leased; equal shares in order of their last use.
  struct Turn {
    std::int64_t share = 0;  // used, by weight
    std::uint64_t order = 0;
    Account* account = nullptr;
    friend auto operator<=>(const Turn&, const Turn&) = default;
  };

  Account* find(const AccountId& id);
  const Account* find(const AccountId& id) const;
  void advance(SteadyTime now);
  void wake(Account& account);
  void ask_for_check(Account& account);
  void place(Account& account);
  void unplace(Account& account);
  void forget(const AccountId& id);
  void make_ready(Account& account);
  void set_aside(Account& account, const AccountFinding& finding, SteadyTime now);
  void learn(Account& account, const AccountFinding& finding, SteadyTime now);
  void take(Account& account, SteadyTime now);
  bool half_is_aside() const;

  static bool free_at(const Account& account, SteadyTime now);
  bool any_free(const auto& fits, SteadyTime now) const;
  static Fit fit(const Account& account, const AccountNeed& need, SteadyTime now);
  Account* first_fit(const AccountNeed& need, SteadyTime now);
  NobodyFree nobody(const AccountNeed& need, SteadyTime now) const;
  bool one_at_work_fits(const AccountNeed& need, SteadyTime now) const;

  std::unordered_map<AccountId, std::unique_ptr<Account>> accounts_;
  std::set<Turn> line_;
  std::set<Turn> full_;                              // would be in line if they had a place left
  std::set<std::pair<SteadyTime, Account*>> wakes_;  // whose state changes by time
  std::vector<AccountId> due_;                       // for a check, not named yet
  std::int64_t present_ = 0;                         // of the virtual clock
  std::uint64_t order_ = 0;
  std::size_t removed_ = 0;  // but still leased
  std::size_t held_ = 0;
};

}  // namespace gw
