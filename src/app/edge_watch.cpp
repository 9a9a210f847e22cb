#include "app/edge_watch.hpp"

namespace gw::app {

// By the error that it is shut with. An upstream that blocks us by itself says for how long.
bool is_the_edges(const HostView& host) {
  if (host.door == DoorState::open) return true;
  const auto is = [&](ErrorKind kind) { return host.kind == to_string(kind); };
  if (is(ErrorKind::upstream_blocked)) return !host.until;
  return is(ErrorKind::upstream_challenged) || is(ErrorKind::rate_limited);
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
