#include "core/accounts/account.hpp"

namespace gw {

std::string_view to_string(AccountState state) {
  switch (state) {
    case AccountState::ready:
      return "ready";
    case AccountState::busy:
      return "busy";
    case AccountState::cooling:
      return "cooling";
    case AccountState::resting:
      return "resting";
    case AccountState::needs_sign_in:
      return "needs_sign_in";
    case AccountState::banned:
      return "banned";
    case AccountState::needs_clearance:
      return "needs_clearance";
    case AccountState::off:
      return "off";
  }
  return "off";
}

}  // namespace gw
