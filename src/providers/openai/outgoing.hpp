// What every request to the server has in common.
#pragma once

#include "providers/openai/options.hpp"
#include "transport/edge/zone_desk.hpp"
#include "transport/http_client.hpp"

#include <string_view>

namespace gw::openai {

// A GET of `path` below the API's root: the operator's key, his way out and his extra headers.
OutgoingRequest request_to(const Options& options, std::string_view path);

// The edge zone that the server may stand behind, and the free call that looks at it.
edge::ZoneOptions zone_of(const Options& options);

// Whether the answer's content-type is this one, whatever its parameters.
bool has_type(const IncomingAnswer& answer, std::string_view lower_case_type);

}  // namespace gw::openai
