#include "app/edge_watch.hpp"

namespace gw::app {

bool is_the_edges(const HostView& host) {
  return host.door == DoorState::open || host.by_edge;
}

void follow_edge(Engine& engine, const HostId& id, const HostView& host,
                 const std::optional<HostShut>& shut, WallTime now) {
  if (is_the_edges(host)) {
    if (shut) return engine.shut(id, *shut);
    return engine.reopen(id);
  }
  const bool longer =
      shut && (!shut->for_at_least || (host.until && now + *shut->for_at_least > *host.until));
  if (longer) engine.shut(id, *shut);
}

}  // namespace gw::app
