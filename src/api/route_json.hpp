// The routes of names as JSON: in settings, and at the admin door. Pure.
#pragma once

#include "core/routing/route.hpp"

#include <boost/json/object.hpp>

#include <expected>
#include <string>
#include <string_view>
#include <vector>

namespace gw::api {

// {"name": {"strategy": "weighted", "routes": [{"model": "provider/model", "weight": 3}, …]}, …}.
// The fault names all that is wrong, each with its path ("auto.routes[1].weight must be …").
// Whether there are such models is judged elsewhere (app/config_models.hpp,
// core/routing/route_editor.hpp).
std::expected<RouteTable, std::string> parse_routes(std::string_view text);

struct RouteFault {
  std::string path;  // "routes[1].weight"; empty: of the name
  std::string what;  // "must be …"
};

// Of one name: {"strategy": …, "routes": […]}.
std::expected<RouteSettings, std::vector<RouteFault>> read_route_settings(
    const boost::json::object& object);
// What a name may be spelled like; empty, or what it must be.
std::string_view name_fault(std::string_view name);

std::string show_routes(const RouteTable& table);  // empty when there are none

}  // namespace gw::api
