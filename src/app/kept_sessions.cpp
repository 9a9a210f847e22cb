#include "app/kept_sessions.hpp"

#include <string>
#include <utility>

namespace gw::app {
namespace {

std::string name_of(const AccountId& account) {
  return "account/" + account.value + "/session";
}

}  // namespace

Async<std::optional<Secret>> KeptSessions::load(AccountId account) {
  auto kept = co_await store_.secret(name_of(account));
  if (kept) co_return *std::move(kept);
  log_.warn("session_not_read", {{"account", account.value}, {"detail", kept.error().detail()}});
  co_return std::nullopt;
}

Async<void> KeptSessions::save(AccountId account, Secret session) {
  const auto kept = co_await store_.put_secret(name_of(account), std::move(session));
  if (kept) co_return;
  log_.warn("session_not_kept", {{"account", account.value}, {"detail", kept.error().detail()}});
}

}  // namespace gw::app
