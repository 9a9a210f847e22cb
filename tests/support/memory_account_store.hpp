// Accounts in memory, on a disk that can be full.
#pragma once

#include "core/ports/account_store.hpp"

#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>

namespace gw::test {

class MemoryAccountStore final : public AccountStore {
 public:
  Task<std::vector<AccountSettings>> accounts() override {
    std::vector<AccountSettings> all;
    for (const auto& [id, account] : kept) all.push_back(account);
    std::ranges::sort(all, {}, [](const auto& one) { return std::tie(one.label, one.id); });
    co_return all;
  }
  Task<void> put_account(AccountSettings account) override {
    if (is_full) co_return fail(full());
    auto id = account.id;
    account.origin = AccountOrigin::admin;
    kept.insert_or_assign(std::move(id), std::move(account));
    co_return Done();
  }
  Task<void> remove_account(AccountId id) override {
    if (is_full) co_return fail(full());
    kept.erase(id);
    known.erase(id);
    const auto prefix = "account/" + id.value + "/";
    std::erase_if(secrets, [&](const auto& entry) { return entry.first.starts_with(prefix); });
    co_return Done();
  }

  Task<std::vector<AccountMemory>> memories() override {
    std::vector<AccountMemory> all;
    for (const auto& [id, memory] : known) all.push_back(memory);
    co_return all;
  }
  Task<void> put_memory(AccountMemory memory) override {
    if (is_full) co_return fail(full());
    auto id = memory.id;
    known.insert_or_assign(std::move(id), std::move(memory));
    co_return Done();
  }

  Task<std::optional<Secret>> secret(std::string name) override {
    const auto found = secrets.find(name);
    if (found == secrets.end()) co_return std::nullopt;
    co_return found->second;
  }
  Task<void> put_secret(std::string name, Secret value) override {
    if (is_full) co_return fail(full());
    secrets.insert_or_assign(std::move(name), std::move(value));
    co_return Done();
  }
  Task<void> forget_secret(std::string name) override {
    if (is_full) co_return fail(full());
    secrets.erase(name);
    co_return Done();
  }

  std::map<AccountId, AccountSettings> kept;
  std::map<AccountId, AccountMemory> known;
  std::map<std::string, Secret, std::less<>> secrets;
  bool is_full = false;

 private:
  static Error full() { return {ErrorKind::storage_unavailable, "the disk is full"}; }
};

}  // namespace gw::test
