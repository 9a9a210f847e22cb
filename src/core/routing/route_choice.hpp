// Which of a model's routes draws a request, which may take its place, and why not the others.
#pragma once

#include "base/error.hpp"
#include "base/random.hpp"
#include "core/generation.hpp"
#include "core/model_catalog.hpp"
#include "core/routing/route.hpp"

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gw {

// A route as its settings and the catalogue know it.
struct Candidate {
  std::string name;                      // as it was configured
  std::optional<ModelRoute> route = {};  // nothing: not offered at present
  int priority = 1;
  int weight = 1;
};

// How its upstream is doing.
struct RouteFacts {
  std::size_t limit = 1;    // slots of its host
  std::size_t drawing = 0;  // of these, taken
  std::size_t queued = 0;   // in line there
  std::string shut = {};    // why it is not asked at present; empty: it is
  std::optional<std::chrono::milliseconds> recent = {};  // median of what this model took of late
};

struct RouteOption {
  Candidate candidate;
  RouteFacts facts = {};
};

struct RankedRoute {
  ModelRoute route;
  std::string reason = {};  // why it is not the first
};

struct RouteChoice {
  // The model that was asked for when it has routes; empty: it is itself drawn by `ranked`.
  std::string routed = {};
  RouteStrategy strategy = RouteStrategy::priority;
  std::vector<RankedRoute> ranked;  // the chosen one, then those that may take its place
  std::vector<RejectedRoute> unfit = {};

  // Of a model without routes of its own.
  static RouteChoice only(ModelRoute route);
  // What is noted of a drawing by the one at `index`, after those before it. Null without routes.
  std::shared_ptr<const RouteNote> note(std::size_t index) const;
};

// model_not_found: none of the routes of that name is offered.
Error not_offered(std::string_view name);

// What a request may ask of a name with several routes.
struct RouteQuestion {
  std::string name;  // public
  RouteStrategy strategy = RouteStrategy::priority;
  std::vector<RouteOption> options;  // as they are written; at least one
};

// Pure, but for chance where weights decide. Whoever cannot do what is asked is left out; one whose
// upstream is shut goes last; then priorities count, and among equals the strategy.
// invalid_request or model_not_found when nobody is left.
Result<RouteChoice> choose_route(const GenerationRequest& request, RouteQuestion question,
                                 Random& random);

}  // namespace gw
