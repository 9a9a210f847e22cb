// What the answers of the login routes mean (protocol §4.1, §4.3). Pure.
#pragma once

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

std::string sign_in_body(std::string_view email, std::string_view password);

// Of POST /api/auth/sign-in/email. Every failure says what it says of the account; nothing was sent
// that counts.
std::expected<SessionCookie, UpstreamFailure> judge_sign_in(const IncomingAnswer& answer);

enum class SessionHealth : std::uint8_t { live, dead, banned };

// Of GET /api/auth/get-session. A banned account signs in fine, and only isActive tells. A failure
// when the answer tells nothing about the session.
std::expected<SessionHealth, UpstreamFailure> judge_session(const IncomingAnswer& answer);

// Whose session it is, by the same answer; empty: not told, or nobody's.
std::string session_email(const IncomingAnswer& answer);

// The same from other signs.
UpstreamFailure banned_account();
UpstreamFailure dead_pasted_session();
UpstreamFailure forgotten_session();
// The server is not to be asked to sign anybody in yet.
UpstreamFailure sign_in_must_wait(std::chrono::milliseconds left);

}  // namespace gw::dreamifly
