#include "core/accounts/account_desk.hpp"

#include "base/carry_through.hpp"

#include <boost/asio/post.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <exception>
#include <tuple>
#include <utility>

namespace gw {
namespace {

constexpr std::size_t kIdLetters = 16;

std::string describe(std::exception_ptr bug) {
  try {
    std::rethrow_exception(bug);
  } catch (const std::exception& error) {
    return error.what();
  }
}

// Whatever is not the password tells whose login it is.
bool same_login(const AccountSettings& a, const AccountSettings& b) {
  return a.provider == b.provider && std::ranges::any_of(a.credentials, [&](const auto& one) {
           const auto other = b.credentials.find(one.first);
           return one.first != "password" && other != b.credentials.end() &&
                  other->second.equals(one.second.reveal());
         });
}

AccountSettings with(AccountSettings account, AccountChange change) {
  if (change.label) account.label = *std::move(change.label);
  if (change.weight) account.weight = *change.weight;
  if (change.parallel) account.parallel = *change.parallel;
  if (change.models) account.models = *std::move(change.models);
  if (change.enabled) account.enabled = *change.enabled;
  for (auto& [name, value] : change.credentials) {
    account.credentials.erase(name);
    if (value) account.credentials.emplace(name, *std::move(value));
  }
  return account;
}

// What is over by now is to be looked at again at once; and so is what wanted another password, for
// the operator may have written that before he started us again. What was open-ended besides stays.
AccountFinding finding_of(const AccountMemory& memory, WallTime now) {
  AccountFinding finding{.state = memory.state,
                         .reason = memory.reason,
                         .rest = std::nullopt,
                         .allowance = memory.allowance};
  if (memory.state == AccountState::needs_sign_in) finding.rest = std::chrono::seconds(0);
  if (memory.until) {
    const auto left = std::chrono::ceil<std::chrono::seconds>(*memory.until - now);
    finding.rest = std::max(left, std::chrono::seconds(0));
  }
  return finding;
}

Error no_such_account() {
  return Error::not_found("there is no account of this id");
}

Error conflict(std::string message) {
  return {ErrorKind::conflict, std::move(message)};
}

}  // namespace

class AccountDesk::Turn final {
 public:
  Turn(std::set<AccountId>& busy, AccountId id) : busy_(busy), id_(std::move(id)) {
    busy_.insert(id_);
  }
  ~Turn() { busy_.erase(id_); }
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

 private:
  std::set<AccountId>& busy_;
  AccountId id_;
};

AccountDesk::AccountDesk(Parts parts, Executor io, const Clock& clock, Random& random, Log& log)
    : parts_(std::move(parts)),
      io_(io),
      clock_(clock),
      random_(random),
      log_(log),
      work_(io, [&log](std::exception_ptr bug) {
        log.error("bug", {{"detail", describe(std::move(bug))}});
      }) {}

AccountDesk::~AccountDesk() {
  parts_.book.on_changed({});
}

Task<void> AccountDesk::open() {
  for (auto* provider : parts_.providers) {
    for (auto& account : provider->configured_accounts()) know(std::move(account));
  }
  GW_CO_TRY(auto stored, co_await parts_.store.accounts());
  for (auto& account : stored) know(std::move(account));
  GW_CO_TRY(const auto memories, co_await parts_.store.memories());
  for (const auto& memory : memories) remember(memory);
  parts_.book.on_changed([this](const HostId&, const AccountId& id) { note_change(id); });
  co_return Done();
}

Async<void> AccountDesk::finish() {
  co_await work_.wait_until_empty();
}

void AccountDesk::know(AccountSettings account) {
  Known known{std::move(account), nullptr, {}};
  known.provider = provider_of(known.settings.provider);
  if (!known.provider) {
    known.trouble = fmt::format("its upstream '{}' is not configured", known.settings.provider);
  } else if (const auto taken = known.provider->set_account(known.settings); !taken) {
    known.trouble = taken.error().message();
  } else {
    put_in_use(*known.provider, known.settings);
  }
  if (!known.trouble.empty()) {
    log_.warn("account_not_used", {{"account", std::string_view(known.settings.id.value)},
                                   {"reason", std::string_view(known.trouble)}});
  }
  auto id = known.settings.id;
  accounts_.insert_or_assign(std::move(id), std::move(known));
}

// The provider has taken it.
void AccountDesk::put_in_use(Provider& provider, const AccountSettings& account) {
  parts_.book.set(provider.host(), account);
  parts_.book.resize(provider.host(), provider.host_limit());
}

void AccountDesk::remember(const AccountMemory& memory) {
  const auto found = accounts_.find(memory.id);
  if (found == accounts_.end() || !found->second.trouble.empty()) return;
  parts_.book.restore(found->second.provider->host(), memory.id, finding_of(memory, clock_.wall()));
}

Provider* AccountDesk::provider_of(std::string_view name) const {
  const auto found = std::ranges::find_if(
      parts_.providers, [&](const Provider* provider) { return provider->name() == name; });
  return found == parts_.providers.end() ? nullptr : *found;
}

// --- looking

std::vector<AccountEntry> AccountDesk::list() const {
  std::vector<AccountEntry> entries;
  entries.reserve(accounts_.size());
  for (const auto& [id, known] : accounts_) entries.push_back(entry(known));
  std::ranges::sort(entries, {}, [](const AccountEntry& entry) {
    const auto& account = entry.settings;
    return std::tie(account.provider, account.label, account.id);
  });
  return entries;
}

Result<AccountEntry> AccountDesk::get(const AccountId& id) const {
  const auto found = accounts_.find(id);
  if (found == accounts_.end()) return fail(no_such_account());
  return entry(found->second);
}

AccountEntry AccountDesk::entry(const Known& known) const {
  AccountEntry entry{known.settings, {}};
  std::optional<AccountView> view;
  if (known.provider && known.trouble.empty())
    view = parts_.book.view(known.provider->host(), known.settings.id);
  if (view) {
    entry.view = *std::move(view);
    return entry;
  }
  entry.view.id = known.settings.id;
  entry.view.label = known.settings.label;
  entry.view.state = AccountState::off;
  entry.view.reason = known.trouble;
  return entry;
}

Result<AccountDesk::Known*> AccountDesk::find(const AccountId& id) {
  const auto found = accounts_.find(id);
  if (found == accounts_.end()) return fail(no_such_account());
  return &found->second;
}

Result<AccountDesk::Known*> AccountDesk::usable(const AccountId& id) {
  GW_TRY(auto* known, find(id));
  if (!known->trouble.empty())
    return fail(conflict("the account is not in use: " + known->trouble));
  return known;
}

Result<AccountDesk::Known*> AccountDesk::changeable(const AccountId& id) {
  GW_TRY(auto* known, find(id));
  if (known->settings.origin == AccountOrigin::config) {
    return fail(conflict(
        "this account is written in the configuration, and can only be changed or removed there"));
  }
  if (busy_.contains(id)) return fail(conflict("this account is being changed just now"));
  return known;
}

// --- changing

Task<AccountEntry> AccountDesk::add(AccountSettings account) {
  return carry_through(io_, work_, added(std::move(account)));
}

Task<AccountEntry> AccountDesk::change(AccountId id, AccountChange change) {
  return carry_through(io_, work_, changed(std::move(id), std::move(change)));
}

Task<void> AccountDesk::remove(AccountId id) {
  return carry_through(io_, work_, removed(std::move(id)));
}

Result<void> AccountDesk::check_new(const AccountSettings& account) const {
  for (const auto& [id, known] : accounts_) {
    if (id != account.id && same_login(known.settings, account)) {
      return fail(conflict(fmt::format("the account '{}' ({}) has this login already",
                                       known.settings.label, id.value)));
    }
  }
  return {};
}

Task<AccountEntry> AccountDesk::added(AccountSettings account) {
  account.id = AccountId{"acc_" + random_.token(kIdLetters)};
  account.origin = AccountOrigin::admin;
  if (account.label.empty()) account.label = account.id.value;
  auto* provider = provider_of(account.provider);
  if (!provider) {
    co_return fail(Error::invalid_request(
        "provider", "there is no upstream of this name; /admin/api/upstreams lists them"));
  }
  if (accounts_.size() >= kMostAccounts) {
    co_return fail(
        conflict(fmt::format("there are {} accounts, and no more are taken", accounts_.size())));
  }
  GW_CO_CHECK(check_new(account));
  GW_CO_CHECK(provider->set_account(account));
  const auto id = account.id;
  // Known from now on, so that the same login is not added twice while the disk is waited for.
  const auto known =
      accounts_.insert_or_assign(id, Known{account, provider, "it is being added"}).first;
  const Turn turn(busy_, id);
  if (auto stored = co_await parts_.store.put_account(std::move(account)); !stored) {
    provider->remove_account(id);
    accounts_.erase(id);
    co_return fail(std::move(stored).error());
  }
  known->second.trouble.clear();
  put_in_use(*provider, known->second.settings);
  co_return entry(known->second);
}

Task<AccountEntry> AccountDesk::changed(AccountId id, AccountChange change) {
  GW_CO_TRY(auto* known, changeable(id));
  if (!known->provider) co_return fail(conflict(known->trouble));
  const Turn turn(busy_, id);
  auto wanted = with(known->settings, std::move(change));
  GW_CO_CHECK(check_new(wanted));
  GW_CO_CHECK(known->provider->set_account(wanted));
  if (auto stored = co_await parts_.store.put_account(wanted); !stored) {
    // What it took before it takes again; what it did not take stays unused.
    if (const auto back = known->provider->set_account(known->settings); !back)
      known->provider->remove_account(id);
    co_return fail(std::move(stored).error());
  }
  known->settings = std::move(wanted);
  known->trouble.clear();
  put_in_use(*known->provider, known->settings);
  co_return entry(*known);
}

Task<void> AccountDesk::removed(AccountId id) {
  GW_CO_TRY(auto* known, changeable(id));
  const Turn turn(busy_, id);
  GW_CO_CHECK(co_await parts_.store.remove_account(id));
  if (auto* provider = known->provider) {
    parts_.book.remove(provider->host(), id);
    provider->remove_account(id);
    parts_.book.resize(provider->host(), provider->host_limit());
  }
  accounts_.erase(id);
  dirty_.erase(id);
  co_return Done();
}

Task<CheckedAccount> AccountDesk::check(AccountId id) {
  GW_CO_TRY(auto* known, usable(id));
  auto& provider = *known->provider;
  CheckedAccount checked;
  checked.finding = co_await provider.check_account(id);
  // It may have been removed meanwhile.
  GW_CO_TRY(known, usable(id));
  parts_.book.found(provider.host(), id, checked.finding);
  checked.entry = entry(*known);
  co_return checked;
}

Result<AccountEntry> AccountDesk::clear(const AccountId& id) {
  GW_TRY(const auto* known, usable(id));
  parts_.book.clear(known->provider->host(), id);
  return entry(*known);
}

// --- what outlives a restart

void AccountDesk::note_change(const AccountId& id) {
  if (!accounts_.contains(id)) return;
  dirty_.insert(id);
  if (std::exchange(writing_, true)) return;
  work_.spawn(write_memories());
}

// One at a time, each as it is when its turn comes.
Async<void> AccountDesk::write_memories() {
  co_await asio::post(io_, use_awaitable);  // the book is in the middle of something
  while (!dirty_.empty()) {
    const auto id = dirty_.extract(dirty_.begin()).value();
    if (const auto written = co_await write_memory(id); !written) {
      log_.warn("account_not_remembered", {{"account", std::string_view(id.value)},
                                           {"detail", std::string_view(written.error().detail())}});
    }
  }
  writing_ = false;
}

Task<void> AccountDesk::write_memory(AccountId id) {
  const auto found = accounts_.find(id);
  if (found == accounts_.end()) co_return Done();
  const auto view = entry(found->second).view;
  AccountMemory memory{.id = view.id,
                       .state = view.state,
                       .reason = view.reason,
                       .until = view.until,
                       .allowance = view.allowance};
  // Off is said by the settings, and busy passes with the pictures that make it so.
  if (memory.state == AccountState::off || memory.state == AccountState::busy) {
    memory.state = AccountState::ready;
    memory.reason.clear();
    memory.until.reset();
  }
  co_return co_await parts_.store.put_memory(std::move(memory));
}

}  // namespace gw
