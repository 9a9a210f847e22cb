// What every request to the server has in common.
#pragma once

#include "providers/dreamifly/options.hpp"
#include "transport/edge/zone_desk.hpp"
#include "transport/http_client.hpp"

#include <string_view>

namespace gw::dreamifly {

// A GET of `path` below the base URL: the operator's way out and his extra headers.
OutgoingRequest request_to(const Options& options, std::string_view path);

// The edge zone that the server may stand behind, and the free call that looks at it.
edge::ZoneOptions zone_of(const Options& options);

}  // namespace gw::dreamifly
