// How each upstream is doing: slots, door, breaker, tokens, sign-ins, and the edge in front of it.
#pragma once

#include "base/clock.hpp"
#include "core/engine/host_book.hpp"
#include "core/ports/provider.hpp"
#include "telemetry/metrics.hpp"

#include <vector>

namespace gw::app {

// All of it outlives the registry's last exposition.
void publish_upstreams(MetricsRegistry& metrics, std::vector<Provider*> providers,
                       const HostBook& hosts, const Clock& clock);

}  // namespace gw::app
