// The sessions of all accounts of one upstream.
#pragma once

#include "base/clock.hpp"
#include "core/accounts/account.hpp"
#include "providers/dreamifly/options.hpp"
#include "providers/dreamifly/session.hpp"
#include "providers/dreamifly/session_keeper.hpp"
#include "transport/http_client.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <unordered_map>

namespace gw::dreamifly {

// I/O thread; what it is given must outlive it. Who works with a session holds it: it may be
// replaced or removed meanwhile.
class Sessions final {
 public:
  // Those of the options; a bad one among them is a bug of the caller: std::invalid_argument.
  Sessions(const Options& options, HttpClient& client, const Clock& clock, SessionKeeper* keeper);

  // A new session only where what it signs in with has changed.
  Result<void> set(const AccountSettings& account);
  void remove(const AccountId& id) { all_.erase(id); }

  // By how they ended, ever.
  const std::map<SignInOutcome, std::uint64_t>& sign_ins() const { return pace_.ended(); }

  bool empty() const { return all_.empty(); }
  std::shared_ptr<Session> find(const AccountId& id) const;  // null: none of this name
  // One whose turn it is to be looked at so that it lives on; null: none.
  std::shared_ptr<Session> coldest() const;

 private:
  const Options& options_;
  SignInPace pace_;
  SessionWorld world_;
  std::unordered_map<AccountId, std::shared_ptr<Session>> all_;
};

}  // namespace gw::dreamifly
