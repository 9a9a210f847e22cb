// Everything below /admin/api, and what it works with.
#pragma once

#include "api/admin/accounts.hpp"
#include "api/admin/clearance.hpp"
#include "api/admin/door.hpp"
#include "api/admin/model_routes.hpp"
#include "api/admin/queue.hpp"
#include "api/admin/upstreams.hpp"

#include <utility>
#include <vector>

namespace gw::api {

// All owned by the composition root, and outliving the router.
struct AdminParts {
  AccountDesk& accounts;
  Engine& engine;
  const RouteDesk& routes;
  RouteEditor& route_editor;
  std::vector<Provider*> providers;
  const Clock& clock;
  Random& random;
  Log& log;
};

struct AdminOptions {
  Secret key;  // ADMIN_KEY; not empty
  ForwardedOptions forwarded;
};

struct AdminEndpoints {
  AdminEndpoints(const AdminParts& parts, AdminOptions options)
      : door(std::move(options.key), std::move(options.forwarded), parts.clock, parts.random,
             parts.log),
        accounts(parts.accounts, parts.log),
        upstreams(parts.providers, parts.engine, parts.log),
        clearance(parts.providers, parts.log),
        routes(parts.routes, parts.route_editor, parts.log),
        queue(parts.engine, parts.providers, parts.clock, parts.log) {}

  AdminDoor door;
  AccountsEndpoint accounts;
  UpstreamsEndpoint upstreams;
  ClearanceEndpoint clearance;
  ModelRoutesEndpoint routes;
  QueueEndpoint queue;
};

}  // namespace gw::api
