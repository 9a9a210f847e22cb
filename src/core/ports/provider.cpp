#include "core/ports/provider.hpp"

namespace gw {

std::string_view to_string(Act act) {
  switch (act) {
    case Act::fail:
      return "fail";
    case Act::wait:
      return "wait";
    case Act::once:
      return "once";
    case Act::relogin:
      return "relogin";
    case Act::other:
      return "other";
  }
  return "fail";
}

std::string_view to_string(SignInOutcome outcome) {
  switch (outcome) {
    case SignInOutcome::signed_in:
      return "signed_in";
    case SignInOutcome::refused:
      return "refused";
    case SignInOutcome::too_many:
      return "too_many";
    case SignInOutcome::failed:
      return "failed";
  }
  return "failed";
}

const AccountId& Attempt::account() const {
  static const AccountId nobody;
  return nobody;
}

Task<void> Provider::reach() {
  co_await refresh();
  co_return Done();
}

Result<void> Provider::set_account(const AccountSettings&) {
  return fail(Error::invalid_request("provider",
                                     "the upstream '" + std::string(name()) + "' has no accounts"));
}

Async<AccountFinding> Provider::check_account(AccountId) {
  co_return AccountFinding();
}

}  // namespace gw
