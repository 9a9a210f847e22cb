// Who we are to the server: nobody, or one account with its session.
#pragma once

#include "base/clock.hpp"
#include "core/ports/provider.hpp"
#include "providers/dreamifly/cookie.hpp"
#include "providers/dreamifly/options.hpp"
#include "providers/dreamifly/session_answers.hpp"
#include "providers/dreamifly/single_flight.hpp"
#include "transport/http_client.hpp"

#include <expected>
#include <optional>
#include <string>

namespace gw::dreamifly {

// What an operator is told.
struct SessionView {
  AccountState state = AccountState::unchecked;
  std::string reason;               // empty while there is nothing to mend
  std::optional<SteadyTime> until;  // nothing: open-ended
  std::string email;                // whose session it was when it was last seen alive
};

// To the server a dead cookie is no error but a caller without an account, so the session is looked
// at before it is trusted, and whoever asked for an account never draws without one. I/O thread;
// `options`, `client` and `clock` must outlive it. One sign-in or look at a time, the others wait.
class Session final {
 public:
  Session(const Options& options, HttpClient& client, const Clock& clock);

  // Whether a login was asked for at all.
  bool configured() const { return options_.has_login(); }

  // What to send as Cookie; empty when no login is configured. Signs in when need be. A failure
  // means that the account cannot be had, and that nothing was sent that counts.
  Async<std::expected<std::string, UpstreamFailure>> cookie();

  // The server took us for nobody although we sent the cookie: look again before its next use.
  void doubt() { checked_.reset(); }
  // The server said that the account is banned.
  void ban() { set_aside(banned_account()); }

  SessionView view() const;

 private:
  using Step = std::expected<void, UpstreamFailure>;

  struct Aside {
    SteadyTime until;  // max: for good
    Trouble trouble;
  };

  Async<Step> check();
  Async<Step> sign_in();
  bool trusted() const;
  bool is_aside() const { return aside_ && clock_.now() < aside_->until; }
  void set_aside(Trouble trouble);
  std::unexpected<UpstreamFailure> refuse() const;
  OutgoingRequest request(std::string_view path) const;

  const Options& options_;
  HttpClient& client_;
  const Clock& clock_;
  SingleFlight flight_;
  std::optional<SessionCookie> cookie_;
  std::optional<SteadyTime> checked_;    // when it was last seen alive
  std::optional<SteadyTime> signed_in_;  // the last try
  std::optional<Aside> aside_;
  std::string email_;  // as the server has it
  int failures_ = 0;   // in a row
};

}  // namespace gw::dreamifly
