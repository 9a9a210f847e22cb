// What is known of the edges in front of the upstreams outlives a restart in the record store,
// encrypted: there are clearances in it.
#pragma once

#include "core/ports/account_store.hpp"
#include "telemetry/log.hpp"
#include "transport/edge/zone_keeper.hpp"

#include <string>

namespace gw::app {

// Under "zone/<host>". What the store does not give or take is said in the log: the zone then
// begins anew. Both must outlive it; I/O thread.
class KeptZones final : public edge::ZoneKeeper {
 public:
  KeptZones(AccountStore& store, Log& log) : store_(store), log_(log) {}

  Async<std::optional<Secret>> load(std::string host) override;
  Async<bool> save(std::string host, Secret record) override;

 private:
  AccountStore& store_;
  Log& log_;
};

}  // namespace gw::app
