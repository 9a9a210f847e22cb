// The account store in the file of the records.
#pragma once

#include "base/secret.hpp"
#include "core/ports/account_store.hpp"
#include "storage/records/sqlite_store.hpp"
#include "telemetry/log.hpp"

#include <memory>
#include <string>
#include <string_view>

namespace gw {

// Owned by the composition root, and goes before the pool of `records`, whose connections it
// shares. Credentials and secrets are sealed with `key`, each for its own place: whoever has the
// file but not the key has none of them. What the operator or a sign-in has given survives a loss
// of power when the call has returned; a memory need not.
class SqliteAccounts final : public AccountStore {
 public:
  SqliteAccounts(const SqliteStore& records, Secret key, Log& log);

  Task<std::vector<AccountSettings>> accounts() override;
  Task<void> put_account(AccountSettings account) override;
  Task<void> remove_account(AccountId id) override;

  Task<std::vector<AccountMemory>> memories() override;
  Task<void> put_memory(AccountMemory memory) override;

  Task<std::optional<Secret>> secret(std::string name) override;
  Task<void> put_secret(std::string name, Secret value) override;
  Task<void> forget_secret(std::string name) override;

 private:
  std::string sealed(const Secret& value, const std::string& place) const;
  std::optional<Secret> opened(const std::string& sealed, const std::string& place);

  std::shared_ptr<records::Database> database_;
  const Secret key_;
  Log& log_;
  bool said_ = false;
};

}  // namespace gw
