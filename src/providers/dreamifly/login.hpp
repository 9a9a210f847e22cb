// What one account signs in with, and the accounts of the configuration. Pure.
#pragma once

#include "base/error.hpp"
#include "base/secret.hpp"
#include "core/accounts/account.hpp"
#include "providers/dreamifly/cookie.hpp"
#include "providers/dreamifly/options.hpp"

#include <optional>
#include <string>
#include <vector>

namespace gw::dreamifly {

struct Login {
  std::string email;
  Secret password;
  std::optional<SessionCookie> pasted;  // in place of both

  bool signs_in() const { return !pasted; }
  friend bool operator==(const Login& left, const Login& right);
};

// Of the credentials "email" and "password", or "session_cookie". invalid_request names the one
// that does not fit; no message repeats a value.
Result<Login> read_login(const AccountSettings& account, const Options& options);

// Those of the options, with their ids; the single one first. They are checked by read_login().
std::vector<AccountSettings> accounts_of(const Options& options);

// Of base URL, address and password: a kept session is another account's when this has changed.
std::string login_mark(const Options& options, const Login& login);

}  // namespace gw::dreamifly
