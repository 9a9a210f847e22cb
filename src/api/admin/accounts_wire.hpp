// Accounts ↔ JSON for the admin door. Pure. Credentials go in and never come out.
#pragma once

#include "core/accounts/account_desk.hpp"

#include <boost/json/object.hpp>

#include <string_view>

namespace gw::api {

// Body of POST /admin/api/accounts. invalid_request names the field. Total: any bytes.
Result<AccountSettings> parse_new_account(std::string_view body);
// Body of PATCH /admin/api/accounts/{id}; a credential that is null is forgotten.
Result<AccountChange> parse_account_change(std::string_view body);

boost::json::object account_json(const AccountEntry& entry);
boost::json::object finding_json(const AccountFinding& finding);

}  // namespace gw::api
