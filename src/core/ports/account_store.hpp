// The port for what must outlive a restart about accounts: those the operator added, how each was
// doing, and their secrets, which are encrypted at rest (design rule 6).
#pragma once

#include "base/clock.hpp"
#include "base/ids.hpp"
#include "base/secret.hpp"
#include "base/task.hpp"
#include "core/accounts/account.hpp"

#include <optional>
#include <string>
#include <vector>

namespace gw {

// How an account of any origin was doing when that last changed.
struct AccountMemory {
  AccountId id;
  AccountState state = AccountState::ready;
  std::string reason;
  std::optional<WallTime> until;
  std::optional<Allowance> allowance;
};

// Owned by the composition root; I/O thread, the database on the worker pool. What the disk does
// not take is storage_unavailable. A secret that cannot be decrypted (the key file was replaced) is
// absent, and said once in the log.
class AccountStore {
 public:
  virtual ~AccountStore() = default;

  virtual Task<std::vector<AccountSettings>> accounts() = 0;  // of origin admin, by label
  virtual Task<void> put_account(AccountSettings account) = 0;
  // With its memory, and the secrets whose name starts with "account/<id>/".
  virtual Task<void> remove_account(AccountId id) = 0;

  virtual Task<std::vector<AccountMemory>> memories() = 0;
  virtual Task<void> put_memory(AccountMemory memory) = 0;

  // Small things under a name, such as "account/<id>/session" and "zone/<host>".
  virtual Task<std::optional<Secret>> secret(std::string name) = 0;
  virtual Task<void> put_secret(std::string name, Secret value) = 0;
  virtual Task<void> forget_secret(std::string name) = 0;
};

}  // namespace gw
