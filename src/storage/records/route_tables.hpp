// The routes of names. Called inside a transaction; throws soci_error.
#pragma once

#include "core/routing/route.hpp"
#include "storage/records/connection.hpp"

namespace gw::records {

// A strategy that no version of ours has written is `priority`.
RouteTable read_routes(Connection& db);
void put_routes(Connection& db, const RouteTable& routes);

}  // namespace gw::records
