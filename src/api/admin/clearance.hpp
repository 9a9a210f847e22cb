// /admin/api/clearance: what the operator's own browser was given by an edge in front of an
// upstream.
#pragma once

#include "core/ports/clearance_door.hpp"
#include "core/ports/provider.hpp"
#include "http/message.hpp"
#include "telemetry/log.hpp"

#include <string_view>
#include <utility>
#include <vector>

namespace gw::api {

// I/O thread; what it refers to outlives it. Route parameter `provider`: not_found for one that has
// no edge we know of. Cookies go in and never come out.
class ClearanceEndpoint final {
 public:
  ClearanceEndpoint(std::vector<Provider*> providers, Log& log)
      : providers_(std::move(providers)), log_(log) {}

  Task<http::Response> list(http::Request request, RequestContext& context);
  Task<http::Response> paste(http::Request request, RequestContext& context);
  Task<http::Response> try_again(http::Request request, RequestContext& context);
  Task<http::Response> try_without(http::Request request, RequestContext& context);
  Task<http::Response> forget(http::Request request, RequestContext& context);

 private:
  Result<ClearanceDoor*> door_in(const http::Request& request) const;
  http::Response changed(const http::Request& request, const RequestContext& context,
                         std::string_view did, const ClearanceView& view);

  const std::vector<Provider*> providers_;
  Log& log_;
};

// Body of POST /admin/api/clearance/{provider}. Total: any bytes.
Result<PastedClearance> parse_clearance(std::string_view body);

}  // namespace gw::api
