// The routes of models as settings: read from JSON, and shown as such.
#pragma once

#include "core/routing/route.hpp"

#include <expected>
#include <string>
#include <string_view>

namespace gw::app {

// {"name": {"strategy": "weighted", "routes": [{"model": "provider/model", "weight": 3}, …]}, …}.
// The fault names all that is wrong, each with its path ("auto.routes[1].weight must be …").
// Whether there are such models is judged with all settings (config_models.hpp).
std::expected<RouteTable, std::string> parse_routes(std::string_view text);

std::string show_routes(const RouteTable& table);  // empty when there are none

}  // namespace gw::app
