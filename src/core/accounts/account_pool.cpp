#include "core/accounts/account_pool.hpp"

#include "core/accounts/lease_survey.hpp"
#include "core/accounts/pool_account.hpp"

#include <algorithm>
#include <ranges>

namespace gw {
namespace {

// A use by weight 1; by weight n it is an n-th of this, without a remainder up to 20.
constexpr std::int64_t kShare = 232'792'560;
constexpr int kHeaviest = 100;

bool same_credentials(const AccountSettings& one, const AccountSettings& other) {
  return std::ranges::equal(
      one.credentials, other.credentials, [](const auto& left, const auto& right) {
        return left.first == right.first && left.second.equals(right.second.reveal());
      });
}

bool contains(const auto& range, const auto& value) {
  return std::ranges::find(range, value) != std::ranges::end(range);
}

std::int64_t share_of(int weight) {
  return kShare / std::clamp(weight, 1, kHeaviest);
}

}  // namespace

AccountPool::AccountPool() = default;
AccountPool::~AccountPool() = default;
AccountPool::AccountPool(AccountPool&&) noexcept = default;
AccountPool& AccountPool::operator=(AccountPool&&) noexcept = default;

// --- who is there

void AccountPool::set(const AccountSettings& settings, SteadyTime now) {
  advance(now);
  auto& slot = accounts_[settings.id];
  if (!slot) {
    slot = std::make_unique<Account>();
    slot->settings = settings;
    slot->turn = {.share = present_, .order = ++order_, .account = slot.get()};
    return place(*slot);
  }
  auto& account = *slot;
  if (account.removed) --removed_;
  account.removed = false;
  const bool same = same_credentials(account.settings, settings);
  account.settings = settings;
  place(account);
  if (same) return wake(account);
  account.allowance.reset();
  account.day_ends.reset();
  account.looked.reset();
  clear(settings.id, now);
}

void AccountPool::restore(const AccountId& id, const AccountFinding& finding, SteadyTime now) {
  auto* account = find(id);
  if (!account) return;
  learn(*account, finding, now);
  account->looked.reset();  // it was another process that looked
  if (finding.state != AccountState::ready) {
    unplace(*account);
    account->state = finding.state;
    account->reason = finding.reason;
    account->until = finding.rest ? now + *finding.rest : Account::kOpenEnded;
  }
  wake(*account);
}

void AccountPool::remove(const AccountId& id) {
  auto* account = find(id);
  if (!account || account->removed) return;
  if (account->leases == 0) return forget(id);
  unplace(*account);
  account->removed = true;
  ++removed_;
  wake(*account);
}

void AccountPool::forget(const AccountId& id) {
  auto* account = find(id);
  unplace(*account);
  if (account->wakes) wakes_.erase({*account->wakes, account});
  if (account->removed) --removed_;
  accounts_.erase(id);
}

AccountPool::Account* AccountPool::find(const AccountId& id) {
  const auto it = accounts_.find(id);
  return it == accounts_.end() ? nullptr : it->second.get();
}

const AccountPool::Account* AccountPool::find(const AccountId& id) const {
  const auto it = accounts_.find(id);
  return it == accounts_.end() ? nullptr : it->second.get();
}

// --- whose turn it is

std::expected<LeasedAccount, NobodyFree> AccountPool::lease(const AccountNeed& need,
                                                            SteadyTime now) {
  advance(now);
  auto* account = first_fit(need, now);
  if (!account) return std::unexpected(nobody(need, now));
  take(*account, now);
  return LeasedAccount{
      .id = account->id(), .points = account->cost(need, now), .price = need.price};
}

// In line, or, as advance() will have it, busy for long enough.
bool AccountPool::any_free(const auto& fits, SteadyTime now) const {
  for (const auto& turn : line_) {
    if (fits(*turn.account)) return true;
  }
  for (const auto& [at, account] : wakes_) {
    if (at > now) return false;
    if (free_at(*account, now) && fits(*account)) return true;
  }
  return false;
}

bool AccountPool::somebody_free(const AccountNeed& need, SteadyTime now) const {
  const auto fits = [&](const Account& account) { return fit(account, need, now) == Fit::yes; };
  if (!need.only) return any_free(fits, now);
  const auto* account = find(*need.only);
  return account && free_at(*account, now) && fits(*account);
}

bool AccountPool::anybody_free(SteadyTime now) const {
  return any_free([](const Account&) { return true; }, now);
}

bool AccountPool::free_at(const Account& account, SteadyTime now) {
  const bool over = account.state == AccountState::busy && account.until <= now;
  return account.in_service() && !account.full() && (over || account.state == AccountState::ready);
}

AccountPool::Account* AccountPool::first_fit(const AccountNeed& need, SteadyTime now) {
  if (need.only) {
    auto* account = find(*need.only);
    const bool free = account && account->ready() && !account->full();
    return free && fit(*account, need, now) == Fit::yes ? account : nullptr;
  }
  const auto it = std::ranges::find_if(
      line_, [&](const Turn& turn) { return fit(*turn.account, need, now) == Fit::yes; });
  return it == line_.end() ? nullptr : it->account;
}

// The clock is where the work is: at the share of the account that was used last. One that is
// behind it starts from there, so nobody catches up, and nobody is ahead by more than one use.
void AccountPool::take(Account& account, SteadyTime now) {
  unplace(account);
  present_ = std::max(present_, account.turn.share);
  account.turn.share = present_ + share_of(account.settings.weight);
  account.turn.order = ++order_;
  ++account.leases;
  ++account.counts.leases;
  ++held_;
  account.last_used = now;
  place(account);
  wake(account);
}

void AccountPool::give_back(const AccountId& id) {
  auto* account = find(id);
  if (!account || account->leases == 0) return;
  --held_;
  --account->leases;
  if (account->removed && account->leases == 0) return forget(id);
  place(*account);
}

AccountPool::Fit AccountPool::fit(const Account& account, const AccountNeed& need, SteadyTime now) {
  if (need.only && *need.only != account.id()) return Fit::excluded;
  if (contains(need.not_these, account.id())) return Fit::excluded;
  const auto& models = account.settings.models;
  if (!models.empty() && !contains(models, need.model)) return Fit::other_model;
  const auto price = need.price.value_or(Price());
  const bool poor = !account.has(price.within_allowance);
  if (account.free_pictures_left(now)) return poor ? Fit::poor : Fit::yes;
  if (price.full > 0 && account.has(price.full)) return Fit::yes;
  return poor ? Fit::poor : Fit::day_over;
}

NobodyFree AccountPool::nobody(const AccountNeed& need, SteadyTime now) const {
  if (one_at_work_fits(need, now)) return all_at_work();
  LeaseSurvey survey;
  for (const auto& account : accounts_ | std::views::values) {
    if (account->removed) continue;
    const auto fits = fit(*account, need, now);
    if (fits == Fit::other_model) {
      survey.other_model();
    } else if (fits == Fit::excluded) {
      survey.tried();
    } else if (!account->settings.enabled) {
      survey.broken(AccountState::off);
    } else if (account->open_ended()) {
      survey.broken(account->state);
    } else if (fits == Fit::poor) {
      survey.poor();
    } else if (fits == Fit::day_over) {
      // Not told when its day ends: nothing to wait for.
      if (account->day_ends)
        survey.later(std::max(*account->day_ends, account->until), AccountState::resting);
      else
        survey.poor();
    } else {
      survey.later(account->until, account->state);
    }
  }
  return survey.verdict(now);
}

bool AccountPool::one_at_work_fits(const AccountNeed& need, SteadyTime now) const {
  return std::ranges::any_of(
      full_, [&](const Turn& turn) { return fit(*turn.account, need, now) == Fit::yes; });
}

void AccountPool::place(Account& account) {
  unplace(account);
  if (account.ready()) (account.full() ? full_ : line_).insert(account.turn);
}

void AccountPool::unplace(Account& account) {
  if (line_.erase(account.turn) == 0) full_.erase(account.turn);
}

}  // namespace gw
