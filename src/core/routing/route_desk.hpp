// Decides which route a request goes, by how the upstreams are doing now.
#pragma once

#include "base/clock.hpp"
#include "base/random.hpp"
#include "core/engine/host_book.hpp"
#include "core/generation.hpp"
#include "core/routing/recent_durations.hpp"
#include "core/routing/route_book.hpp"
#include "core/routing/route_choice.hpp"

namespace gw {

// Owned by the composition root; I/O thread. Nothing is admitted or counted by asking.
class RouteDesk final {
 public:
  RouteDesk(const RouteBook& book, const HostBook& hosts, const RecentDurations& durations,
            const Clock& clock, Random& random)
      : book_(book), hosts_(hosts), durations_(durations), clock_(clock), random_(random) {}

  const RouteBook& book() const { return book_; }
  // As route_choice.hpp; of a name without routes its one model, whatever it can do. Errors also
  // of RouteBook::find.
  Result<RouteChoice> choose(const GenerationRequest& request) const;

 private:
  RouteFacts facts_of(const ModelRoute& route) const;

  const RouteBook& book_;
  const HostBook& hosts_;
  const RecentDurations& durations_;
  const Clock& clock_;
  Random& random_;
};

}  // namespace gw
