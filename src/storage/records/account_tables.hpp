// Upstream accounts: those of the operator, how each was doing, and secrets, which come and go
// sealed. Called inside a transaction; throws soci_error.
#pragma once

#include "core/ports/account_store.hpp"
#include "storage/records/connection.hpp"

#include <optional>
#include <string>
#include <vector>

namespace gw::records {

// `settings` without its credentials: they are in `sealed`, in a writing that is text.
struct AccountRow {
  AccountSettings settings;
  std::string sealed;
};

std::vector<AccountRow> read_accounts(Connection& db);  // by label
void put_account(Connection& db, const AccountRow& row);
// With its memory, and the secrets whose name starts with `prefix`.
void remove_account(Connection& db, const AccountId& id, const std::string& prefix);

std::vector<AccountMemory> read_memories(Connection& db);
void put_memory(Connection& db, const AccountMemory& memory);

std::optional<std::string> read_secret(Connection& db, const std::string& name);
void put_secret(Connection& db, const std::string& name, const std::string& sealed);
void forget_secret(Connection& db, const std::string& name);

}  // namespace gw::records
