#include "storage/records/sqlite_accounts.hpp"

#include "base/base64.hpp"
#include "base/seal.hpp"
#include "storage/records/account_tables.hpp"
#include "storage/records/database.hpp"
#include "storage/records/words.hpp"

#include <utility>

namespace gw {
namespace {

using records::Commit;
using records::Connection;

// Where something sealed is: it opens nowhere else.
std::string place_of(const AccountId& account) {
  return "accounts/" + account.value;
}
std::string place_of(const std::string& secret) {
  return "secrets/" + secret;
}

std::string secrets_of(const AccountId& account) {
  return "account/" + account.value + "/";
}

}  // namespace

SqliteAccounts::SqliteAccounts(const SqliteStore& records, Secret key, Log& log)
    : database_(records.database()), key_(std::move(key)), log_(log) {}

Task<std::vector<AccountSettings>> SqliteAccounts::accounts() {
  auto work = [](Connection& db) { return records::read_accounts(db); };
  GW_CO_TRY(auto rows, co_await database_->read(work));
  std::vector<AccountSettings> accounts;
  for (auto& row : rows) {
    const auto credentials = opened(row.sealed, place_of(row.settings.id));
    if (credentials) row.settings.credentials = records::unpack_credentials(*credentials);
    accounts.push_back(std::move(row.settings));
  }
  co_return accounts;
}

Task<void> SqliteAccounts::put_account(AccountSettings account) {
  const auto credentials = records::pack(account.credentials);
  records::AccountRow row{std::move(account), {}};
  row.sealed = sealed(credentials, place_of(row.settings.id));
  row.settings.credentials.clear();
  auto work = [row = std::move(row)](Connection& db) { records::put_account(db, row); };
  co_return co_await database_->change(std::move(work), Commit::durable);
}

Task<void> SqliteAccounts::remove_account(AccountId id) {
  auto work = [id](Connection& db) { records::remove_account(db, id, secrets_of(id)); };
  co_return co_await database_->change(std::move(work), Commit::durable);
}

Task<std::vector<AccountMemory>> SqliteAccounts::memories() {
  auto work = [](Connection& db) { return records::read_memories(db); };
  co_return co_await database_->read(work);
}

Task<void> SqliteAccounts::put_memory(AccountMemory memory) {
  auto work = [memory = std::move(memory)](Connection& db) { records::put_memory(db, memory); };
  co_return co_await database_->change(std::move(work), Commit::lazy);
}

Task<std::optional<Secret>> SqliteAccounts::secret(std::string name) {
  auto work = [name](Connection& db) { return records::read_secret(db, name); };
  GW_CO_TRY(const auto kept, co_await database_->read(std::move(work)));
  if (!kept) co_return std::nullopt;
  co_return opened(*kept, place_of(name));
}

Task<void> SqliteAccounts::put_secret(std::string name, Secret value) {
  auto work = [name, sealed = sealed(value, place_of(name))](Connection& db) {
    records::put_secret(db, name, sealed);
  };
  co_return co_await database_->change(std::move(work), Commit::durable);
}

Task<void> SqliteAccounts::forget_secret(std::string name) {
  auto work = [name = std::move(name)](Connection& db) { records::forget_secret(db, name); };
  co_return co_await database_->change(std::move(work), Commit::durable);
}

// As text, because a column of text is what every engine and every tool can show.
std::string SqliteAccounts::sealed(const Secret& value, const std::string& place) const {
  return base64_encode(seal(key_, value.reveal(), place));
}

std::optional<Secret> SqliteAccounts::opened(const std::string& text, const std::string& place) {
  if (const auto bytes = base64_decode(text)) {
    if (auto value = open_sealed(key_, *bytes, place)) return Secret(std::move(*value));
  }
  if (!std::exchange(said_, true)) {
    log_.error("secret_not_readable",
               {{"place", place},
                {"detail",
                 "it was sealed with another key than DATA_DIR/keys/sealing_key; what "
                 "cannot be read is treated as not given"}});
  }
  return std::nullopt;
}

}  // namespace gw
