// Further accounts of an upstream as settings: read from JSON, and shown without what they hold.
#pragma once

#include "core/accounts/account.hpp"
#include "core/ports/provider.hpp"

#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace gw::app {

using Accounts = std::vector<AccountSettings>;

// [{"label", "email", "password" | "session_cookie", "weight", "parallel", "models"}, …]. The fault
// names all that is wrong, each with its place ("[1].weight must be …"), and no credential.
std::expected<Accounts, std::string> parse_dreamifly_accounts(std::string_view text);
// [{"label", "api_key", "weight", "parallel", "models"}, …].
std::expected<Accounts, std::string> parse_openai_accounts(std::string_view text);

std::string show_accounts(const Accounts& accounts);  // how many; empty when there are none

std::expected<OnExhausted, std::string> parse_on_exhausted(std::string_view text);
std::string_view to_string(OnExhausted on_exhausted);

// Where two of them are the same one, by the place of the later among them.
std::vector<std::size_t> repeated(const Accounts& accounts);

}  // namespace gw::app
