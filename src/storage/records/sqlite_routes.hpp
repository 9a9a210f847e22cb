// The route store in the file of the records.
#pragma once

#include "core/ports/route_store.hpp"
#include "storage/records/sqlite_store.hpp"

#include <memory>

namespace gw {

// Owned by the composition root, and goes before the pool of `records`, whose connections it
// shares.
class SqliteRoutes final : public RouteStore {
 public:
  explicit SqliteRoutes(const SqliteStore& records) : database_(records.database()) {}

  Task<RouteTable> routes() override;
  Task<void> put_routes(RouteTable routes) override;

 private:
  std::shared_ptr<records::Database> database_;
};

}  // namespace gw
