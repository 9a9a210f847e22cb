// What an edge in front of an upstream means for a task. Pure.
#pragma once

#include "core/ports/provider.hpp"
#include "transport/http_client.hpp"

namespace gw {

// Of a fault with `edge`. What never reached the upstream is unpaid, and held or sent again as the
// edge's zone says; what may have reached it is never sent again.
UpstreamFailure edge_failure(const TransferFault& fault);

}  // namespace gw
