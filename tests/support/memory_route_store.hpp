// Routes in memory, on a disk that can be full.
#pragma once

#include "core/ports/route_store.hpp"

#include <utility>

namespace gw::test {

class MemoryRouteStore final : public RouteStore {
 public:
  Task<RouteTable> routes() override { co_return kept; }
  Task<void> put_routes(RouteTable routes) override {
    if (is_full) co_return fail(Error(ErrorKind::storage_unavailable, "the disk is full"));
    kept = std::move(routes);
    co_return Done();
  }

  RouteTable kept;
  bool is_full = false;
};

}  // namespace gw::test
