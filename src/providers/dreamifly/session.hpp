// One account's session at the server.
#pragma once

#include "base/clock.hpp"
#include "core/ports/provider.hpp"
#include "providers/dreamifly/cookie.hpp"
#include "providers/dreamifly/login.hpp"
#include "providers/dreamifly/options.hpp"
#include "providers/dreamifly/session_keeper.hpp"
#include "providers/dreamifly/sign_in_pace.hpp"
#include "providers/dreamifly/single_flight.hpp"
#include "transport/http_client.hpp"

#include <expected>
#include <optional>
#include <string>

namespace gw::dreamifly {

// What the sessions of one upstream share; all of it outlives them.
struct SessionWorld {
  const Options& options;
  HttpClient& client;
  const Clock& clock;
  SignInPace& pace;
  SessionKeeper* keeper = nullptr;  // null: nothing outlives the process
};

// To the server a dead cookie is no error but a caller without an account, so the session is looked
// at before it is trusted, and whoever asked for an account never draws without one. Whether the
// account may be used at all is the pool's to know: this only says what it found. I/O thread. One
// sign-in or look at a time, the others wait.
class Session final {
 public:
  Session(SessionWorld world, AccountId account, Login login);

  const Login& login() const { return login_; }
  const AccountId& account() const { return account_; }

  // What to send as Cookie; signs in when need be. A failure means that nothing was sent that
  // counts, and says what it tells of the account.
  Async<std::expected<std::string, UpstreamFailure>> cookie();

  // The server took us for nobody although we sent the cookie: look again before its next use.
  void doubt() {
    checked_.reset();
    untold_.reset();
  }

  // The same ahead of need. What only people can mend is kept for whoever asks next, because asking
  // the server again would be held against us.
  Async<void> warm();

  // As the server has it; empty until it was seen alive.
  const std::string& email() const { return email_; }
  // Whether a look at it is due so that it lives on: it ends when it was not used for a week.
  bool wants_warming() const;

 private:
  using Step = std::expected<void, UpstreamFailure>;

  Async<Step> make_usable();
  Async<void> recall();
  Async<void> keep();
  Async<Step> check();
  Async<Step> sign_in();
  Async<Transfer> perform(OutgoingRequest request);
  bool trusted() const;
  OutgoingRequest request(std::string_view path) const;

  const SessionWorld world_;
  const AccountId account_;
  const Login login_;
  SingleFlight flight_;
  std::optional<SessionCookie> cookie_;
  std::optional<SteadyTime> checked_;  // when it was last seen alive
  std::optional<SteadyTime> warm_;     // the last call, whatever it showed
  std::string email_;
  bool recalled_ = false;
  bool hopeless_ = false;                  // the last look showed what only people can mend
  std::optional<UpstreamFailure> untold_;  // of warm()
};

}  // namespace gw::dreamifly
