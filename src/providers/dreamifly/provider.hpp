// A Dreamifly server as a provider.
#pragma once

#include "base/clock.hpp"
#include "core/ports/provider.hpp"
#include "providers/dreamifly/options.hpp"
#include "providers/dreamifly/session_keeper.hpp"
#include "transport/http_client.hpp"

#include <memory>

namespace gw::dreamifly {

// `client`, `clock`, `keeper` and `edge` must outlive it; without a keeper no session outlives the
// process. `edge`: what `client` passes (common/edge.hpp); null: nothing.
// With a site key the per-minute scheme is used, else the static token as it is, else no
// Authorization at all. A base URL of which address_of() makes nothing, and an account that
// read_login() refuses, is a bug of the caller: std::invalid_argument.
std::unique_ptr<Provider> make_provider(Options options, HttpClient& client, const Clock& clock,
                                        SessionKeeper* keeper = nullptr,
                                        ClearanceDoor* edge = nullptr);

}  // namespace gw::dreamifly
