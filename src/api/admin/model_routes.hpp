// /admin/api/routes: which upstream draws which model, and what would be chosen now. To look at;
// routes are written in the configuration.
#pragma once

#include "core/routing/route_desk.hpp"
#include "http/message.hpp"

namespace gw::api {

// I/O thread; what it refers to outlives it.
class ModelRoutesEndpoint final {
 public:
  explicit ModelRoutesEndpoint(const RouteDesk& routes) : routes_(routes) {}

  // Every public name. With `model`, and `references` and `size` of a request for it, also what
  // would be chosen, and why not the others; nothing is drawn or counted by it.
  Result<http::Response> list(const http::Request& request);

 private:
  const RouteDesk& routes_;
};

}  // namespace gw::api
