// /admin/api/upstreams: what each upstream is doing, and whether it answers.
#pragma once

#include "core/engine/engine.hpp"
#include "core/ports/provider.hpp"
#include "http/message.hpp"
#include "telemetry/log.hpp"

#include <boost/json/object.hpp>

#include <string_view>
#include <vector>

namespace gw::api {

// The provider that the route parameter `provider` names; not_found.
Result<Provider*> provider_in(const std::vector<Provider*>& providers,
                              const http::Request& request);

// I/O thread; what it refers to outlives it.
class UpstreamsEndpoint final {
 public:
  UpstreamsEndpoint(std::vector<Provider*> providers, Engine& engine, Log& log)
      : providers_(std::move(providers)), engine_(engine), log_(log) {}

  Task<http::Response> list(http::Request request, RequestContext& context);
  // Asks it something that costs nothing. Whether it answered is part of a 200; if it did, one
  // picture may try a host that is shut before its time.
  Task<http::Response> check(http::Request request, RequestContext& context);

 private:
  boost::json::object shown(Provider& provider) const;

  const std::vector<Provider*> providers_;
  Engine& engine_;
  Log& log_;
};

}  // namespace gw::api
