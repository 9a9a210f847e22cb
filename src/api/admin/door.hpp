// Signing in to /admin/api, and the guard of everything behind it.
#pragma once

#include "api/admin/attempts.hpp"
#include "api/admin/origin.hpp"
#include "api/admin/sessions.hpp"
#include "http/router.hpp"
#include "telemetry/log.hpp"

namespace gw::api {

// I/O thread; outlives the router. ADMIN_KEY comes in two ways. A browser trades it for a session:
// a cookie that scripts cannot read and other sites cannot send, and a token that its page sends
// with every change. A script sends `Authorization: Bearer <admin key>`, and needs neither. The key
// of the API opens nothing here.
class AdminDoor final {
 public:
  // `key` is not empty.
  AdminDoor(Secret key, ForwardedOptions forwarded, const Clock& clock, Random& random, Log& log);

  // The caller is "key" or "session <tag>": for the log. unauthenticated; rate_limited for wrong
  // keys; forbidden for a change that another site's page or a page without the token sends.
  http::Guard guard();
  // Of the sign-in itself, before its body is read.
  http::Guard sign_in_guard();

  // For another door that the admin key opens too: wrong keys are bounded there as well.
  http::Guard limited(http::Guard other);

  Result<http::Response> sign_in(const http::Request& request, const RequestContext& context);
  Result<http::Response> session(const http::Request& request, const RequestContext& context);
  Result<http::Response> sign_out(const http::Request& request, const RequestContext& context);

 private:
  Result<CallerId> admit(const http::RequestHead& head);
  Result<CallerId> admit_key(const http::RequestHead& head, std::string_view presented);
  Result<void> try_key(std::string_view client, std::string_view presented);
  Result<void> expect_own_page(const http::RequestHead& head) const;
  const AdminSession* session_of(const http::RequestHead& head);

  const Secret key_;
  const AdminOrigin origin_;
  Attempts attempts_;
  Attempts attempts_elsewhere_;
  AdminSessions sessions_;
  Log& log_;
};

}  // namespace gw::api
