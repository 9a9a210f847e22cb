#include "providers/common/edge_failure.hpp"

namespace gw {

UpstreamFailure edge_failure(const TransferFault& fault) {
  const auto& trouble = *fault.edge;
  const bool maybe_seen = fault.stage == TransferFault::Stage::unsure;
  const bool goes_again = !maybe_seen && trouble.advice != EdgeTrouble::Advice::fail;
  UpstreamFailure failure;
  failure.error = fault.error;
  failure.act = goes_again ? Act::wait : Act::fail;
  // Stale news is no other task's.
  failure.scope = trouble.advice == EdgeTrouble::Advice::again ? Scope::request : Scope::host;
  failure.slot_unsure = maybe_seen;
  failure.transport_fault = maybe_seen;
  failure.unpaid = !maybe_seen;
  failure.challenged = trouble.challenged;
  if (trouble.shut)
    failure.shut =
        HostShut{.reason = fault.error, .for_at_least = trouble.shut_for, .by_edge = true};
  return failure;
}

}  // namespace gw
