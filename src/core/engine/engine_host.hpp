// What the engine keeps for each upstream host.
#pragma once

#include "core/accounts/account_pool.hpp"
#include "core/engine/breaker.hpp"
#include "core/engine/fair_queue.hpp"
#include "core/engine/host_door.hpp"
#include "core/engine/host_slots.hpp"

#include <map>
#include <string>

namespace gw {

// Owned by the engine. Whoever leaves it draws with all three: an open door, a slot, and an account
// where the upstream has any.
struct EngineHost {
  EngineHost(std::string provider_name, std::size_t limit)
      : provider(std::move(provider_name)), slots(limit) {}

  std::string provider;
  HostSlots slots;
  FairQueue queue;
  // Those whose need no account could meet when their turn came, by that need. They keep their
  // places and do not hold up the others.
  std::map<std::string, FairQueue> aside;
  AccountPool accounts;
  HostDoor door;
  Breaker breaker;
  std::uint64_t turned_away = 0;  // requests that were refused because the door was shut
  SteadyTime count_again{};       // the places in a long line
};

}  // namespace gw
