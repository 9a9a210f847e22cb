// What browsers ask for: CORS preflights, and the headers that every response carries.
#pragma once

#include "base/request_context.hpp"
#include "http/message.hpp"

#include <optional>

namespace gw::api {

// The answer to OPTIONS on any path, without a key: 204, the requested method and headers
// reflected, because SDKs keep adding headers and fixed lists have broken them again and again.
// Nothing for other methods.
std::optional<http::Response> preflight(const http::RequestHead& head);

// Request id, CORS and security headers for any response, errors and pictures included. What an
// endpoint has set itself stays. Keys travel in headers, never in cookies, so any origin may call:
// "*" hands out nothing that the caller's key would not. /admin and /metrics are for no other
// origin.
void decorate(const http::RequestHead& head, const RequestContext& context,
              http::Response& response);

}  // namespace gw::api
