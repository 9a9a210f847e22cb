// The calls that ask a server for its prices.
#pragma once

#include "providers/dreamifly/options.hpp"
#include "providers/dreamifly/prices.hpp"
#include "transport/http_client.hpp"

#include <string>
#include <vector>

namespace gw::dreamifly {

// GET /api/points/model-base-cost for each of the models: without token or session, and free. Ends
// at the first answer that tells nothing, with what was known of the rest; a server without this
// call is older than points. I/O thread; all that is given must outlive it.
Async<void> fetch_prices(const Options& options, HttpClient& client,
                         std::vector<std::string> upstream_models, Prices& prices);

}  // namespace gw::dreamifly
