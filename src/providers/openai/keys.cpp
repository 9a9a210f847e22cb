#include "providers/openai/keys.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

namespace gw::openai {
namespace {

constexpr std::string_view kApiKey = "api_key";
constexpr std::size_t kLongestKey = 4096;

std::unexpected<Error> misfit(std::string_view name, std::string message) {
  return fail(Error::invalid_request("credentials." + std::string(name), std::move(message)));
}

AccountSettings with_id(AccountSettings account, const Options& options, std::size_t place) {
  const auto key = account.credentials.find(std::string(kApiKey));
  account.provider = "openai";
  account.id = derived_account_id(
      options.base_url, key == account.credentials.end() ? std::string() : key->second.reveal());
  if (account.label.empty()) account.label = fmt::format("key {}", place);
  return account;
}

}  // namespace

Result<Secret> read_key(const AccountSettings& account) {
  Secret key;
  for (const auto& [name, value] : account.credentials) {
    if (name != kApiKey) return misfit(name, "an account is given by api_key");
    key = value;
  }
  const auto& text = key.reveal();
  if (text.empty()) return misfit(kApiKey, "it is missing");
  const bool sendable = std::ranges::all_of(text, [](char c) { return c > ' ' && c < 0x7f; });
  if (!sendable || text.size() > kLongestKey)
    return misfit(kApiKey, "it cannot be sent in a header");
  return key;
}

std::vector<AccountSettings> accounts_of(const Options& options) {
  std::vector<AccountSettings> all;
  if (!options.api_key.empty()) {
    AccountSettings single;
    single.credentials.emplace(kApiKey, options.api_key);
    all.push_back(with_id(std::move(single), options, 1));
  }
  for (const auto& account : options.accounts)
    all.push_back(with_id(account, options, all.size() + 1));
  return all;
}

Options with_key(const Options& options, AccountId account, Secret key) {
  auto own = options;
  own.accounts.clear();
  own.models.clear();
  own.account = std::move(account);
  own.api_key = std::move(key);
  return own;
}

// The first account's.
Options with_general_key(const Options& options) {
  auto own = options;
  const auto accounts = accounts_of(options);
  if (accounts.empty()) return own;
  own.account = accounts.front().id;
  own.api_key = read_key(accounts.front()).value_or(Secret());
  return own;
}

}  // namespace gw::openai
