// How the accounts of all upstreams are doing, and the operator's word on them: what the engine
// shows of its pools.
#pragma once

#include "base/ids.hpp"
#include "core/accounts/account.hpp"

#include <cstddef>
#include <functional>
#include <optional>
#include <vector>

namespace gw {

// Implemented by the engine, which owns a pool for each host and adds the time; I/O thread. A host
// it does not know has no accounts.
class AccountBook {
 public:
  virtual ~AccountBook() = default;

  // Adds, or changes the settings of one that is there (AccountPool::set).
  virtual void set(const HostId& host, const AccountSettings& account) = 0;
  // As it was known by an earlier process; after set(), before anything is leased.
  virtual void restore(const HostId& host, const AccountId& id, const AccountFinding& finding) = 0;
  virtual void remove(const HostId& host, const AccountId& id) = 0;
  // How many tasks the host takes now: with accounts it may be more than without.
  virtual void resize(const HostId& host, std::size_t limit) = 0;
  // What a free call has shown.
  virtual void found(const HostId& host, const AccountId& id, const AccountFinding& finding) = 0;
  // The operator's word: ready again at once.
  virtual void clear(const HostId& host, const AccountId& id) = 0;

  virtual std::vector<AccountView> views(const HostId& host) const = 0;
  virtual std::optional<AccountView> view(const HostId& host, const AccountId& id) const = 0;

  // Told when state, reason or allowance of one has changed, whatever changed them; not of leases.
  // It must not call back before it returns.
  using Changed = std::function<void(const HostId& host, const AccountId& id)>;
  virtual void on_changed(Changed changed) = 0;
};

}  // namespace gw
