// /admin/api/routes: which upstream draws which model, what would be chosen now, and the routes
// that an operator gives to names.
#pragma once

#include "core/routing/route_desk.hpp"
#include "core/routing/route_editor.hpp"
#include "http/message.hpp"
#include "telemetry/log.hpp"

namespace gw::api {

// I/O thread; what it refers to outlives it. Route parameter `name`. Every change is in the log.
class ModelRoutesEndpoint final {
 public:
  ModelRoutesEndpoint(const RouteDesk& routes, RouteEditor& editor, Log& log)
      : routes_(routes), editor_(editor), log_(log) {}

  // Every public name. With `model`, and `references` and `size` of a request for it, also what
  // would be chosen, and why not the others; nothing is drawn or counted by it.
  Task<http::Response> list(http::Request request, RequestContext& context);
  Task<http::Response> put(http::Request request, RequestContext& context);
  Task<http::Response> remove(http::Request request, RequestContext& context);

 private:
  const RouteDesk& routes_;
  RouteEditor& editor_;
  Log& log_;
};

}  // namespace gw::api
