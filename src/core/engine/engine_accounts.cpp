// The accounts of each host, and how the hosts are doing: what the engine shows and is told.
#include "core/engine/engine.hpp"

namespace gw {

void Engine::set(const HostId& id, const AccountSettings& account) {
  change_account(id, account.id, [&](AccountPool& pool) { pool.set(account, clock_.now()); });
}

void Engine::restore(const HostId& id, const AccountId& account, const AccountFinding& finding) {
  hosts_.at(id).accounts.restore(account, finding, clock_.now());
}

void Engine::remove(const HostId& id, const AccountId& account) {
  change_account(id, account, [&](AccountPool& pool) { pool.remove(account); });
}

void Engine::resize(const HostId& id, std::size_t limit) {
  auto& slots = hosts_.at(id).slots;
  if (slots.limit() == limit) return;
  slots.resize(limit);
  lease_all();
  arm();
}

void Engine::found(const HostId& id, const AccountId& account, const AccountFinding& finding) {
  change_account(id, account,
                 [&](AccountPool& pool) { pool.found(account, finding, clock_.now()); });
}

void Engine::clear(const HostId& id, const AccountId& account) {
  change_account(id, account, [&](AccountPool& pool) { pool.clear(account, clock_.now()); });
}

void Engine::change_account(const HostId& id, const AccountId& account,
                            const std::function<void(AccountPool&)>& change) {
  const auto host = hosts_.find(id);
  if (host == hosts_.end()) return;
  const auto before = view(id, account);
  change(host->second.accounts);
  tell_change(id, host->second, account, before);
  lease_all();
  arm();
}

// What waits for an account hears of it, and so does whoever remembers them over a restart.
void Engine::tell_change(const HostId& id, Host& host, const AccountId& account,
                         const std::optional<AccountView>& before) {
  const auto now = view(id, account);
  for (auto* observer : observers_) observer->account_changed(host, account, before, now);
  const bool same = before && now && before->state == now->state && before->reason == now->reason;
  if (!same) call_all_back(host);
  const bool told_anew = before && now && before->allowance && now->allowance &&
                         before->allowance->read == now->allowance->read;
  if ((!same || !told_anew) && account_changed_) account_changed_(id, account);
}

std::vector<AccountView> Engine::views(const HostId& id) const {
  const auto host = hosts_.find(id);
  if (host == hosts_.end()) return {};
  return host->second.accounts.views(clock_.now(), clock_.wall());
}

std::optional<AccountView> Engine::view(const HostId& id, const AccountId& account) const {
  const auto host = hosts_.find(id);
  if (host == hosts_.end()) return std::nullopt;
  return host->second.accounts.view(account, clock_.now(), clock_.wall());
}

std::optional<HostView> Engine::host(const HostId& id) const {
  const auto found = hosts_.find(id);
  if (found == hosts_.end()) return std::nullopt;
  const auto& host = found->second;
  const auto now = clock_.now();
  HostView view{.limit = host.slots.limit(),
                .held = host.slots.held(),
                .unsure = host.slots.unsure(),
                .free = host.slots.free(now),
                .ready = host.queue.size(),
                .door = host.door.state(now),
                .reason = {},
                .until = {},
                .trips = host.breaker.trips(),
                .opened = host.breaker.opened(),
                .turned_away = host.turned_away};
  if (const auto* reason = host.door.reason()) {
    view.reason = reason->message();
    view.kind = to_string(reason->kind());
    view.by_edge = host.door.by_edge();
  }
  if (const auto until = host.door.until())
    view.until = clock_.wall() + std::chrono::duration_cast<WallTime::duration>(*until - now);
  return view;
}

// What it was shut for before does not count: who says this knows how it is now.
void Engine::shut(const HostId& id, HostShut shut) {
  auto& door = hosts_.at(id).door;
  const auto now = clock_.now();
  const bool sooner =
      shut.for_at_least && (!door.until() || now + *shut.for_at_least < *door.until());
  if (sooner) door.try_one(now);
  this->shut(id, hosts_.at(id), std::move(shut));
  lease_all();
  arm();
}

void Engine::reopen(const HostId& id) {
  auto& host = hosts_.at(id);
  open_door(id, host);
  lease_all();
  arm();
}

void Engine::try_one(const HostId& id) {
  hosts_.at(id).door.try_one(clock_.now());
  lease_all();
  arm();
}

}  // namespace gw
