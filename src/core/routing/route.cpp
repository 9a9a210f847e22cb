#include "core/routing/route.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace gw {
namespace {

using enum RouteStrategy;

constexpr std::array<std::pair<RouteStrategy, std::string_view>, 4> kNames{
    {{priority, "priority"},
     {weighted, "weighted"},
     {least_busy, "least_busy"},
     {fastest, "fastest"}}};

}  // namespace

std::string_view to_string(RouteStrategy strategy) {
  return kNames.at(static_cast<std::size_t>(strategy)).second;
}

std::optional<RouteStrategy> route_strategy_of(std::string_view text) {
  const auto* const found =
      std::ranges::find(kNames, text, &std::pair<RouteStrategy, std::string_view>::second);
  return found == kNames.end() ? std::nullopt : std::optional(found->first);
}

DrawnRoute after_reroute(DrawnRoute chosen, const std::string& provider) {
  if (!chosen.note || provider.empty() || provider == chosen.provider) return chosen;
  auto note = *chosen.note;
  const auto drew = std::ranges::find(note.rejected, provider, &RejectedRoute::provider);
  if (drew == note.rejected.end()) return chosen;
  DrawnRoute route{provider, std::move(drew->model)};
  *drew = {std::move(chosen.provider), std::move(chosen.model), std::string(kGaveWay)};
  route.note = std::make_shared<const RouteNote>(std::move(note));
  return route;
}

}  // namespace gw
