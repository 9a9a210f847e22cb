#include "core/routing/route_desk.hpp"

#include <utility>

namespace gw {

Result<RouteChoice> RouteDesk::choose(const GenerationRequest& request) const {
  const auto purpose = request.references.empty() ? Purpose::draw : Purpose::edit;
  GW_TRY(auto entry, book_.find(request.model, purpose));
  if (!entry.routed) return RouteChoice::only(entry.candidates.front().route.value());
  RouteQuestion question{.name = std::move(entry.name), .strategy = entry.strategy, .options = {}};
  for (auto& candidate : entry.candidates) {
    auto facts = candidate.route ? facts_of(*candidate.route) : RouteFacts{};
    question.options.push_back({std::move(candidate), std::move(facts)});
  }
  return choose_route(request, std::move(question), random_);
}

// One that is ajar lets a request through to find out, and is as good as any.
RouteFacts RouteDesk::facts_of(const ModelRoute& route) const {
  const auto& host = route.provider->host();
  RouteFacts facts;
  facts.recent = durations_.median(host, route.model->upstream_id, clock_.now());
  const auto view = hosts_.host(host);
  if (!view) return facts;
  facts.limit = view->limit;
  facts.drawing = view->held + view->unsure;
  facts.queued = view->ready;
  if (view->door == DoorState::shut) facts.shut = view->kind;
  return facts;
}

}  // namespace gw
