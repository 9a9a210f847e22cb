// That an upstream as a whole is not to be asked.
#pragma once

#include "base/error.hpp"

#include <chrono>
#include <optional>

namespace gw {

// The upstream as a whole is not to be asked for a while: an edge refuses or challenges us, it is
// blocked, it told us to go away. What waits is held for a while, what comes is refused with
// `reason` (docs/decisions/0026).
struct HostShut {
  Error reason;
  // Afterwards one real request is let through, and decides. Nothing: until somebody reopens it.
  std::optional<std::chrono::milliseconds> for_at_least = {};
  // An edge in front of it answered in its place: it has not seen what was sent, and the edge's own
  // news open it again. Not set: the upstream itself said so, or does not work.
  bool by_edge = false;
};

}  // namespace gw
