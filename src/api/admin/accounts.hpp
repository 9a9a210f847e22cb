// /admin/api/accounts: the logins at the upstreams.
#pragma once

#include "core/accounts/account_desk.hpp"
#include "http/message.hpp"
#include "telemetry/log.hpp"

namespace gw::api {

// I/O thread; what it refers to outlives it. Route parameter `id`. Every change is in the log.
class AccountsEndpoint final {
 public:
  AccountsEndpoint(AccountDesk& desk, Log& log) : desk_(desk), log_(log) {}

  Task<http::Response> list(http::Request request, RequestContext& context);
  Task<http::Response> item(http::Request request, RequestContext& context);
  Task<http::Response> add(http::Request request, RequestContext& context);  // 201
  Task<http::Response> change(http::Request request, RequestContext& context);
  Task<http::Response> remove(http::Request request, RequestContext& context);
  Task<http::Response> check(http::Request request, RequestContext& context);
  Task<http::Response> clear(http::Request request, RequestContext& context);

 private:
  AccountDesk& desk_;
  Log& log_;
};

}  // namespace gw::api
