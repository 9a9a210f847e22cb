#include "core/accounts/account_pool.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ranges>
#include <tuple>

namespace gw {
namespace {

using namespace std::chrono_literals;

constexpr auto kCoolingStep = 30s;      // times troubles in a row …
constexpr auto kLongestCooling = 300s;  // … up to this
constexpr auto kReadAgain = 10min;      // what an account in use may still draw
constexpr auto kLongestRetryAfter = 60s;
constexpr auto kOpenEnded = SteadyTime::max();

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

NobodyFree at_work() {
  return {.why = NobodyFree::Why::busy,
          .at = {},
          .error = Error(ErrorKind::no_account_available,
                         "the gateway's accounts are all at work at the upstream")};
}

// Why nobody can be leased, put together from all of them.
class Survey final {
 public:
  void other_model() { ++other_model_; }
  void tried() { ++tried_; }
  void poor() { ++poor_; }
  void broken(AccountState state) { ++broken_[static_cast<std::size_t>(state)]; }
  void later(SteadyTime at, AccountState state) {
    if (!at_ || at < *at_) std::tie(at_, state_) = std::tuple(at, state);
  }

  NobodyFree verdict(SteadyTime now) const {
    if (at_) return {.why = NobodyFree::Why::later, .at = at_, .error = not_yet(now)};
    return {.why = NobodyFree::Why::unfit, .at = {}, .error = never()};
  }

 private:
  Error not_yet(SteadyTime now) const {
    auto error = state_ == AccountState::resting
                     ? Error(ErrorKind::quota_exhausted,
                             "the gateway's accounts have used up their allowance at the upstream")
                     : Error(ErrorKind::no_account_available,
                             "the gateway's accounts cannot be used at the upstream just now");
    const auto left = std::max(*at_ - now, SteadyTime::duration(1s));
    error = std::move(error).with_detail(
        fmt::format("{} for {} s more", to_string(state_),
                    std::chrono::ceil<std::chrono::seconds>(left).count()));
    if (left > kLongestRetryAfter) return std::move(error).without_retry();
    return std::move(error).with_retry_after(std::chrono::ceil<std::chrono::milliseconds>(left));
  }

  Error never() const {
    if (poor_ > 0)
      return Error(ErrorKind::quota_exhausted,
                   "no account of the gateway has the points that this picture costs")
          .without_retry();
    const bool any_broken = std::ranges::any_of(broken_, [](int count) { return count > 0; });
    if (other_model_ > 0 && tried_ == 0 && !any_broken)
      return Error(ErrorKind::no_account_available,
                   "no account of the gateway is used for this model")
          .with_param("model")
          .without_retry();
    return Error(ErrorKind::no_account_available,
                 "no account of the gateway can be used at the upstream")
        .with_detail(counts());
  }

  std::string counts() const {
    std::string text = fmt::format("{} tried", tried_);
    for (std::size_t state = 0; state < broken_.size(); ++state) {
      if (broken_[state] > 0)
        text += fmt::format(", {} {}", broken_[state], to_string(static_cast<AccountState>(state)));
    }
    return text;
  }

  std::optional<SteadyTime> at_;
  AccountState state_ = AccountState::ready;  // why it is later
  int other_model_ = 0;
  int tried_ = 0;
  int poor_ = 0;
  std::array<int, static_cast<std::size_t>(AccountState::off) + 1> broken_{};
};

}  // namespace

struct AccountPool::Account {
  enum class Check : std::uint8_t { none, due, asked };

  AccountSettings settings;
  Turn turn;
  int leases = 0;
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
    account->until = finding.rest ? now + *finding.rest : kOpenEnded;
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
  return LeasedAccount{.id = account->id(), .points = account->cost(need, now)};
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
  ++held_;
  account.last_used = now;
  account.used = true;
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
  if (one_at_work_fits(need, now)) return at_work();
  Survey survey;
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

// --- how it is doing

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
  if (account->state == AccountState::ready || account->until > now) return;
  account->check = Account::Check::none;
  make_ready(*account);
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
  account.allowance = finding.allowance;
  account.day_ends.reset();
  const bool told = finding.state == AccountState::ready || finding.state == AccountState::resting;
  if (finding.rest && told) account.day_ends = now + *finding.rest;
}

void AccountPool::set_aside(Account& account, const AccountFinding& finding, SteadyTime now) {
  const bool was_ready = account.state == AccountState::ready;
  if (was_ready && !finding.own_trouble && half_is_aside()) return;
  if (finding.state == AccountState::cooling) ++account.troubles;
  auto until = kOpenEnded;
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
                   .last_used = account->last_used.transform(at)};
  if (!account->settings.enabled) {
    view.state = AccountState::off;
    view.reason.clear();
  } else if (account->state != AccountState::ready && account->until != kOpenEnded) {
    view.until = at(account->until);
  }
  return view;
}

}  // namespace gw
