// A JSON document that is announced before it is there: white space goes ahead of it, so that
// nothing on the way takes the connection for dead.
#pragma once

#include "base/request_context.hpp"
#include "core/watch.hpp"
#include "http/message.hpp"

#include <chrono>
#include <functional>

namespace gw::api {

// Whether the client asked for it: `x-heartbeat: whitespace`. invalid_request for any other value.
Result<bool> wants_heartbeat(const http::Headers& headers);

// The whole answer as it would have come without a heartbeat, of which only the body is used.
using Render = std::function<http::Response(Result<Generation>)>;

// 200 at once and a space at least every `heartbeat`; then the body of what `render` makes, an
// error's too. The price: by then neither status nor headers can say anything.
http::Response late_json(Watched watched, std::chrono::milliseconds heartbeat, Render render);

}  // namespace gw::api
