// What every door does to the answer of a request whose pictures are all there, whatever it looks
// like.
#pragma once

#include "base/clock.hpp"
#include "base/request_context.hpp"
#include "core/engine/byte_budget.hpp"
#include "core/watch.hpp"
#include "http/message.hpp"

#include <cstdint>

namespace gw::api {

// Headers (x-provider, x-seed, x-ignored-params, times), the log's fields, the budget, which each
// piece counts for, and the tickets: they learn that all was delivered, or that the client went
// before.
void complete(http::Response& response, Generation generation, RequestContext& context,
              const Clock& clock, ByteBudget& pictures);

// For `created`.
std::int64_t unix_seconds(const Clock& clock);

}  // namespace gw::api
