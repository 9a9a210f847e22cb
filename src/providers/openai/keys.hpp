// The keys a server may be asked with: each is an account. Pure.
#pragma once

#include "base/error.hpp"
#include "base/secret.hpp"
#include "core/accounts/account.hpp"
#include "providers/openai/options.hpp"

#include <vector>

namespace gw::openai {

// Of the credential "api_key". invalid_request names the credential that does not fit; no message
// repeats a value.
Result<Secret> read_key(const AccountSettings& account);

// Those of the options, with their ids; the single one first. They are checked by read_key().
std::vector<AccountSettings> accounts_of(const Options& options);

// The options as one key has them: everything asked with them goes out under it, and nothing that
// comes back shows it.
Options with_key(const Options& options, AccountId account, Secret key);

// The same for what belongs to no account: chat, and the list of models.
Options with_general_key(const Options& options);

}  // namespace gw::openai
