// What an upstream's edge does to its door. The breaker and the upstream itself shut it too: what
// they have shut is not the edge's to open, nor to open sooner.
#pragma once

#include "base/clock.hpp"
#include "core/engine/engine.hpp"
#include "core/engine/host_book.hpp"
#include "core/ports/host_shut.hpp"

#include <optional>

namespace gw::app {

// Whether the door is open, or an edge has shut it.
bool is_the_edges(const HostView& host);

// Shuts and opens the host for its edge, as far as that may. `shut`: nothing, it lets through
// again.
void follow_edge(Engine& engine, const HostId& id, const HostView& host,
                 const std::optional<HostShut>& shut, WallTime now);

}  // namespace gw::app
