// What the answers of the login routes mean (protocol §4.1, §4.3). Pure.
#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "core/ports/provider.hpp"
#include "providers/dreamifly/cookie.hpp"
#include "transport/http_client.hpp"

#include <chrono>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

namespace gw::dreamifly {

// Names are the design's; `unchecked`: nobody has looked since the start or since a doubt.
enum class AccountState : std::uint8_t { unchecked, ready, cooling, needs_sign_in, banned };
std::string_view to_string(AccountState state);

// Why the account cannot be used and how long it is left alone.
struct Trouble {
  enum class Rest : std::uint8_t {
    growing,   // longer each time in a row
    told,      // `rest`
    for_good,  // until somebody mends the settings or the account, and starts us anew
  };
  AccountState state = AccountState::cooling;
  Error error;  // the reason, for the operator, is its detail
  Act act = Act::other;
  Rest kind = Rest::growing;
  std::chrono::seconds rest{0};
};

std::string sign_in_body(std::string_view email, std::string_view password);

// Of POST /api/auth/sign-in/email. Refusals that say the same next time rest for good.
std::expected<SessionCookie, Trouble> judge_sign_in(const IncomingAnswer& answer, WallTime now);

enum class SessionHealth : std::uint8_t { live, dead, banned };

// Of GET /api/auth/get-session. A banned account signs in fine, and only isActive tells. A failure
// when the answer tells nothing about the session.
std::expected<SessionHealth, UpstreamFailure> judge_session(const IncomingAnswer& answer);

// Whose session it is, by the same answer; empty: not told, or nobody's.
std::string session_email(const IncomingAnswer& answer);

// The same troubles from other signs.
Trouble banned_account();
Trouble dead_pasted_session();
Trouble forgotten_session();

}  // namespace gw::dreamifly
