// The call that asks a server for its models.
#pragma once

#include "core/ports/provider.hpp"
#include "providers/dreamifly/offer.hpp"
#include "providers/dreamifly/options.hpp"
#include "transport/http_client.hpp"

#include <expected>
#include <vector>

namespace gw::dreamifly {

// GET /api/models: without token or session, and free. `options` and `client` must outlive it. I/O
// thread.
Async<std::expected<std::vector<OfferedModel>, UpstreamFailure>> fetch_offer(const Options& options,
                                                                             HttpClient& client);

}  // namespace gw::dreamifly
