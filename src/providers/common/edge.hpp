// The edge in front of one upstream: the client that passes it, and the operator's door to it.
#pragma once

#include "base/clock.hpp"
#include "core/ports/clearance_door.hpp"
#include "telemetry/log.hpp"
#include "transport/edge/gate.hpp"
#include "transport/edge/zone_desk.hpp"
#include "transport/http_client.hpp"

#include <memory>

namespace gw {

// I/O thread; its parts must outlive it, and it must outlive the provider.
class Edge final : public ClearanceDoor {
 public:
  struct Parts {
    StreamingHttpClient& client;
    const Clock& clock;
    Log& log;
    edge::ZoneKeeper* keeper = nullptr;  // null: nothing outlives the process
  };

  Edge(Parts parts, edge::ZoneOptions options)
      : desk_(std::make_shared<edge::ZoneDesk>(parts.client, std::move(options), parts.clock,
                                               parts.log, parts.keeper)),
        gate_(parts.client, desk_) {}

  // Every request to the upstream goes through it.
  StreamingHttpClient& client() { return gate_; }

  ClearanceView clearance() const override;
  EdgeTally tally() const override;
  Task<ClearanceView> paste(PastedClearance pasted) override;
  Task<ClearanceView> try_again() override;
  Result<ClearanceView> try_without() override;
  Task<ClearanceView> forget() override;
  Async<void> open() override { return desk_->recall(); }
  Async<void> tend(bool wanted) override { return desk_->tend(wanted); }
  Async<void> finish() override { return desk_->keep(); }
  void on_changed(Changed changed) override;

 private:
  const std::shared_ptr<edge::ZoneDesk> desk_;
  edge::Gate gate_;
};

}  // namespace gw
