// Where accounts are added, changed, looked at and taken away: it ties what is stored, the
// providers that own the logins, and the engine's pools, which know how each is doing.
#pragma once

#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/task.hpp"
#include "base/task_group.hpp"
#include "core/accounts/account_book.hpp"
#include "core/ports/account_store.hpp"
#include "core/ports/provider.hpp"
#include "telemetry/log.hpp"

#include <cstddef>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace gw {

// One account as an operator sees it. Its credentials are for providers; nobody shows them.
struct AccountEntry {
  AccountSettings settings;
  AccountView view;
};

// Nothing: stays as it is. A credential without a value is forgotten.
struct AccountChange {
  std::optional<std::string> label = {};
  std::map<std::string, std::optional<Secret>> credentials = {};
  std::optional<int> weight = {};
  std::optional<int> parallel = {};
  std::optional<std::vector<std::string>> models = {};
  std::optional<bool> enabled = {};
};

struct CheckedAccount {
  AccountFinding finding;
  AccountEntry entry;
};

// Owned by the composition root; I/O thread. A change is on disk, known to the provider and in the
// pool, or nowhere; it is carried through when the client who asked for it goes. Accounts of the
// configuration cannot be changed or removed here: conflict. So is what is changed twice at a time.
class AccountDesk final {
 public:
  static constexpr std::size_t kMostAccounts = 1'000;

  struct Parts {  // all outlive it
    AccountStore& store;
    AccountBook& book;
    std::vector<Provider*> providers;
  };
  AccountDesk(Parts parts, Executor io, const Clock& clock, Random& random, Log& log);
  ~AccountDesk();

  // Before anything is leased: sets those of the configuration and those that were stored, as they
  // were known. One that its provider does not take any more stays listed, off, and says why.
  Task<void> open();
  // Waits for what is being written.
  Async<void> finish();

  std::vector<AccountEntry> list() const;  // by provider, then label
  Result<AccountEntry> get(const AccountId& id) const;

  // `account.id` is chosen here. invalid_request names what does not fit ("provider",
  // "credentials.email"); conflict when that login is there already, or there are too many.
  Task<AccountEntry> add(AccountSettings account);
  Task<AccountEntry> change(AccountId id, AccountChange change);
  Task<void> remove(AccountId id);

  // A call to the upstream that costs nothing.
  Task<CheckedAccount> check(AccountId id);
  // Ready again at once, whatever it was set aside for.
  Result<AccountEntry> clear(const AccountId& id);

 private:
  struct Known {
    AccountSettings settings;
    Provider* provider = nullptr;  // null: of none that runs
    std::string trouble;           // why its provider did not take it
  };
  class Turn;  // of whoever works on an account

  Provider* provider_of(std::string_view name) const;
  void know(AccountSettings account);
  void put_in_use(Provider& provider, const AccountSettings& account);
  void remember(const AccountMemory& memory);
  Result<Known*> find(const AccountId& id);
  Result<Known*> usable(const AccountId& id);
  Result<Known*> changeable(const AccountId& id);
  Result<void> check_new(const AccountSettings& account) const;
  AccountEntry entry(const Known& known) const;

  Task<AccountEntry> added(AccountSettings account);
  Task<AccountEntry> changed(AccountId id, AccountChange change);
  Task<void> removed(AccountId id);

  void note_change(const AccountId& id);
  Async<void> write_memories();
  Task<void> write_memory(AccountId id);

  Parts parts_;
  Executor io_;
  const Clock& clock_;
  Random& random_;
  Log& log_;
  std::map<AccountId, Known> accounts_;
  std::set<AccountId> busy_;   // being changed
  std::set<AccountId> dirty_;  // changed since they were last written
  bool writing_ = false;
  TaskGroup work_;
};

}  // namespace gw
