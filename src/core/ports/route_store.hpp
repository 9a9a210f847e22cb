// The port for the routes that an operator gave to names while the gateway ran.
#pragma once

#include "base/task.hpp"
#include "core/routing/route.hpp"

namespace gw {

// Owned by the composition root; I/O thread, the database on the worker pool. What the disk does
// not take is storage_unavailable, and then it is as it was.
class RouteStore {
 public:
  virtual ~RouteStore() = default;
  virtual Task<RouteTable> routes() = 0;
  // In place of all that were there. Survives a loss of power when it has returned.
  virtual Task<void> put_routes(RouteTable routes) = 0;
};

}  // namespace gw
