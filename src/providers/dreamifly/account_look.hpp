// The calls that tell for nothing how an account is doing: session, today's count, points.
#pragma once

#include "base/clock.hpp"
#include "core/accounts/account.hpp"
#include "providers/dreamifly/authorization.hpp"
#include "providers/dreamifly/options.hpp"
#include "providers/dreamifly/quota.hpp"
#include "providers/dreamifly/session.hpp"
#include "transport/http_client.hpp"

#include <optional>

namespace gw::dreamifly {

struct AccountLook {
  AccountFinding finding;
  std::optional<Quota> quota;  // where the server told it
};

// Signs in when need be. What the server is too old to tell stays out of it; trouble of the way or
// of the whole host is cooling that is not the account's own. Resting: today's pictures are used
// up, and there are no points to pay further ones with. I/O thread; all that is given must outlive
// it.
Async<AccountLook> look_at_account(const Options& options, HttpClient& client, const Clock& clock,
                                   Authorization& authorization, Session& session);

}  // namespace gw::dreamifly
