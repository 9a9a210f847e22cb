// A public model may be drawn by several routes, each a model of some provider. Values without
// behaviour: what the operator said of them, and what was decided for a request.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace gw {

// Which of the routes of the same priority goes first.
enum class RouteStrategy : std::uint8_t {
  priority,    // as they are written
  weighted,    // by chance, in proportion to their weights
  least_busy,  // whose host has the least to do for its slots
  fastest,     // by the median of its recent drawings, and what is in line there
};

std::string_view to_string(RouteStrategy strategy);
std::optional<RouteStrategy> route_strategy_of(std::string_view text);

// What the operator says of one route.
struct RouteSetting {
  std::string model;  // "provider/model"
  int priority = 1;   // 1 goes first; a later one only where none of an earlier one fits or is open
  int weight = 1;
  friend bool operator==(const RouteSetting&, const RouteSetting&) = default;
};

struct RouteSettings {
  RouteStrategy strategy = RouteStrategy::priority;
  std::vector<RouteSetting> routes;
  friend bool operator==(const RouteSettings&, const RouteSettings&) = default;
};

// By the public name.
using RouteTable = std::map<std::string, RouteSettings, std::less<>>;

struct RejectedRoute {
  std::string provider;
  std::string model;   // what the provider calls it
  std::string reason;  // "takes no pictures", "busy: 12 in line"; never a client's text
  friend bool operator==(const RejectedRoute&, const RejectedRoute&) = default;
};

// Why a request is drawn where it is. Only of names that have several routes.
struct RouteNote {
  RouteStrategy strategy = RouteStrategy::priority;
  std::vector<RejectedRoute> rejected;
  friend bool operator==(const RouteNote&, const RouteNote&) = default;
};

// Where a request is drawn, or was.
struct DrawnRoute {
  std::string provider;
  std::string model;  // what the provider calls it
  std::shared_ptr<const RouteNote> note = {};
};

// The same when `provider` drew in place of the one that was chosen: known by the note.
DrawnRoute after_reroute(DrawnRoute chosen, const std::string& provider);

// Why the chosen one did not draw after all.
inline constexpr std::string_view kGaveWay = "gave way";

}  // namespace gw
