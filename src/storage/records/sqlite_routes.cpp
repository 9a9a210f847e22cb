#include "storage/records/sqlite_routes.hpp"

#include "storage/records/database.hpp"
#include "storage/records/route_tables.hpp"

#include <utility>

namespace gw {

using records::Connection;

Task<RouteTable> SqliteRoutes::routes() {
  auto work = [](Connection& db) { return records::read_routes(db); };
  co_return co_await database_->read(work);
}

Task<void> SqliteRoutes::put_routes(RouteTable routes) {
  auto work = [routes = std::move(routes)](Connection& db) { records::put_routes(db, routes); };
  co_return co_await database_->change(std::move(work), records::Commit::durable);
}

}  // namespace gw
