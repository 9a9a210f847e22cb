// Sessions at a Dreamifly server outlive a restart in the record store, encrypted.
#pragma once

#include "core/ports/account_store.hpp"
#include "providers/dreamifly/session_keeper.hpp"
#include "telemetry/log.hpp"

namespace gw::app {

// Under "account/<id>/session", so that removing an account takes it along. What the store does not
// give or take is said in the log: who finds no session signs in. Both must outlive it; I/O thread.
class KeptSessions final : public dreamifly::SessionKeeper {
 public:
  KeptSessions(AccountStore& store, Log& log) : store_(store), log_(log) {}

  Async<std::optional<Secret>> load(AccountId account) override;
  Async<void> save(AccountId account, Secret session) override;

 private:
  AccountStore& store_;
  Log& log_;
};

}  // namespace gw::app
