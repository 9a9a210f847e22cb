// How the pool's accounts are doing, and what time does to them.
#include "core/accounts/account_pool.hpp"
#include "core/accounts/pool_account.hpp"

#include <algorithm>
#include <ranges>
#include <tuple>
#include <utility>

namespace gw {
namespace {

using namespace std::chrono_literals;

constexpr auto kCoolingStep = 30s;      // times troubles in a row …
constexpr auto kLongestCooling = 300s;  // … up to this

void replace_if_told(std::optional<std::int64_t>& known, std::optional<std::int64_t> told) {
  if (told) known = told;
}

}  // namespace

void AccountPool::spent(const AccountId& id, std::int64_t points) {
  auto* account = find(id);
  if (!account || !account->allowance) return;
  auto& allowance = *account->allowance;
  if (allowance.points) *allowance.points = std::max<std::int64_t>(*allowance.points - points, 0);
  if (allowance.drawn_today) ++*allowance.drawn_today;
}

void AccountPool::worked(const AccountId& id, SteadyTime now) {
  auto* account = find(id);
  if (!account) return;
  account->troubles = 0;
  account->used = true;
  ++account->counts.drawn;
  if (account->state != AccountState::ready && account->until <= now) {
    account->check = Account::Check::none;
    make_ready(*account);
  }
  wake(*account);
}

void AccountPool::found(const AccountId& id, const AccountFinding& finding, SteadyTime now) {
  auto* account = find(id);
  if (!account) return;
  learn(*account, finding, now);
  if (finding.state == AccountState::ready) {
    const bool cooling = account->state == AccountState::cooling && account->until > now;
    account->troubles = 0;
    if (!cooling && !account->open_ended() && account->state != AccountState::ready)
      make_ready(*account);
  } else {
    set_aside(*account, finding, now);
  }
  wake(*account);
}

void AccountPool::learn(Account& account, const AccountFinding& finding, SteadyTime now) {
  account.check = Account::Check::none;
  if (finding.state == AccountState::ready || finding.allowance) {
    account.looked = now;
    account.used = false;
  }
  if (!finding.allowance) return;
  if (!account.allowance) account.allowance.emplace();
  auto& known = *account.allowance;
  known.read = finding.allowance->read;
  replace_if_told(known.points, finding.allowance->points);
  replace_if_told(known.drawn_today, finding.allowance->drawn_today);
  replace_if_told(known.daily_limit, finding.allowance->daily_limit);
  const bool told = finding.state == AccountState::ready || finding.state == AccountState::resting;
  if (finding.rest && told) account.day_ends = now + *finding.rest;
}

void AccountPool::set_aside(Account& account, const AccountFinding& finding, SteadyTime now) {
  const bool was_ready = account.state == AccountState::ready;
  if (was_ready && !finding.own_trouble && half_is_aside()) return;
  if (finding.state == AccountState::cooling) {
    ++account.troubles;
    ++account.counts.coolings;
  }
  auto until = Account::kOpenEnded;
  if (finding.rest)
    until = now + *finding.rest;
  else if (finding.state == AccountState::cooling)
    until = now + std::min<std::chrono::seconds>(kCoolingStep * account.troubles, kLongestCooling);
  if (!was_ready && until < account.until) return;
  unplace(account);
  account.state = finding.state;
  account.reason = finding.reason;
  account.until = until;
  if (was_ready || finding.own_trouble) account.foreign = !finding.own_trouble;
}

// Counting those that could be used but for the trouble. O(n), at a failure.
bool AccountPool::half_is_aside() const {
  const auto aside = std::ranges::count_if(accounts_ | std::views::values, [](const auto& one) {
    return one->in_service() && one->foreign;
  });
  const auto ready = line_.size() + full_.size();
  const auto count = static_cast<std::size_t>(aside);
  return 2 * (count + 1) > count + ready;
}

void AccountPool::make_ready(Account& account) {
  unplace(account);
  account.state = AccountState::ready;
  account.reason.clear();
  account.until = {};
  account.foreign = false;
  account.turn.share = std::max(account.turn.share, present_);
  place(account);
}

void AccountPool::clear(const AccountId& id, SteadyTime now) {
  advance(now);
  auto* account = find(id);
  if (!account) return;
  account->troubles = 0;
  make_ready(*account);
  ask_for_check(*account);
  wake(*account);
}

// --- what time does

void AccountPool::ask_for_check(Account& account) {
  account.check = Account::Check::due;
  due_.push_back(account.id());
}

void AccountPool::wake(Account& account) {
  if (account.wakes) wakes_.erase({*account.wakes, &account});
  account.wakes = account.in_service() ? account.next_wake() : std::nullopt;
  if (account.wakes) wakes_.emplace(*account.wakes, &account);
}

void AccountPool::advance(SteadyTime now) {
  while (!wakes_.empty() && wakes_.begin()->first <= now) {
    auto& account = *wakes_.begin()->second;
    const bool new_day = account.day_ends && *account.day_ends <= now;
    if (new_day) account.new_day();
    const bool over = account.state != AccountState::ready && account.until <= now;
    if (over && account.state == AccountState::busy) make_ready(account);
    const auto figures = account.figures_due();
    const bool look = new_day || (figures && *figures <= now) ||
                      (account.state != AccountState::ready && account.until <= now);
    if (look && account.check == Account::Check::none) ask_for_check(account);
    wake(account);
  }
}

std::vector<AccountId> AccountPool::to_check(SteadyTime now) {
  advance(now);
  std::vector<AccountId> named;
  for (auto& id : std::exchange(due_, {})) {
    auto* account = find(id);
    if (!account || account->check != Account::Check::due) continue;
    account->check = account->in_service() ? Account::Check::asked : Account::Check::none;
    if (!account->in_service()) continue;
    named.push_back(std::move(id));
  }
  return named;
}

std::optional<SteadyTime> AccountPool::next_change(SteadyTime now) const {
  const auto next =
      std::ranges::find_if(wakes_, [&](const auto& wake) { return wake.first > now; });
  if (next == wakes_.end()) return std::nullopt;
  return next->first;
}

// --- what an operator sees

std::vector<AccountView> AccountPool::views(SteadyTime now, WallTime wall) const {
  std::vector<AccountView> all;
  all.reserve(size());
  for (const auto& id : accounts_ | std::views::keys) {
    if (auto one = view(id, now, wall)) all.push_back(*std::move(one));
  }
  std::ranges::sort(all, {}, [](const AccountView& one) { return std::tie(one.label, one.id); });
  return all;
}

std::optional<AccountView> AccountPool::view(const AccountId& id, SteadyTime now,
                                             WallTime wall) const {
  const auto* account = find(id);
  if (!account || account->removed) return std::nullopt;
  const auto at = [&](SteadyTime when) {
    return wall + std::chrono::duration_cast<WallTime::duration>(when - now);
  };
  AccountView view{.id = id,
                   .label = account->settings.label,
                   .state = account->state,
                   .reason = account->reason,
                   .until = {},
                   .leases = account->leases,
                   .allowance = account->allowance,
                   .last_used = account->last_used.transform(at),
                   .counts = account->counts};
  if (!account->settings.enabled) {
    view.state = AccountState::off;
    view.reason.clear();
  } else if (account->state != AccountState::ready && account->until != Account::kOpenEnded) {
    view.until = at(account->until);
  }
  return view;
}

}  // namespace gw
