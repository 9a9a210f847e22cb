#include "core/accounts/account.hpp"

#include "base/digest.hpp"

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

AccountId derived_account_id(std::string_view base_url, std::string_view login) {
  constexpr std::string_view kLetters = "abcdefghijklmnopqrstuvwxyz234567";
  constexpr std::size_t kLength = 12;
  std::string what(base_url);
  what += '\0';
  what += login;
  const auto digest = sha256(what);
  AccountId id{"acc_"};
  for (std::size_t i = 0; i < kLength; ++i) id.value += kLetters[digest[i] % kLetters.size()];
  return id;
}

}  // namespace gw
