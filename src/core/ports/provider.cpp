#include "core/ports/provider.hpp"

namespace gw {

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
