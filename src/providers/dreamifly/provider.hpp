// A Dreamifly server as a provider.
#pragma once

#include "base/clock.hpp"
#include "core/ports/provider.hpp"
#include "providers/dreamifly/options.hpp"
#include "transport/http_client.hpp"

#include <memory>

namespace gw::dreamifly {

// `client` and `clock` must outlive it. With a site key the per-minute scheme is used, else the
// static token as it is, else no Authorization at all. A base URL of which address_of() makes
// nothing is a bug of the caller: std::invalid_argument.
std::unique_ptr<Provider> make_provider(Options options, HttpClient& client, const Clock& clock);

}  // namespace gw::dreamifly
