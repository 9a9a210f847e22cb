// The story of a request: from what a client asked to the pictures it gets.
#pragma once

#include "base/random.hpp"
#include "base/request_context.hpp"
#include "base/task.hpp"
#include "core/drawing_plan.hpp"
#include "core/engine/engine.hpp"
#include "core/finishing.hpp"
#include "core/generation.hpp"
#include "core/library/recall.hpp"
#include "core/library/results.hpp"
#include "core/routing/route_desk.hpp"
#include "core/style.hpp"
#include "core/watch.hpp"

namespace gw {

// Owned by the composition root; I/O thread. Cancelling `generate` is how a client leaves: its
// tasks are parked or go on as orphans (design: engine table), nothing is cut off.
class Generator final {
 public:
  // Without `recall` nothing of earlier processes and no cached picture answers a request.
  Generator(const RouteDesk& routes, const StyleBook& styles, Engine& engine, ResultStore& results,
            Finisher& finisher, Executor io, Random& random, Recall* recall = nullptr,
            Sharing sharing = Sharing::off);

  // Every rule applied, nothing admitted yet. `form` must have been decided by the caller.
  Result<DrawingPlan> plan(const GenerationRequest& request, const RepeatMarks& marks,
                           const RequestContext& context, Durability durability);

  // For those who have much to read before they know what is asked: whether there is room for
  // anything, or else queue_full. What says that it is a repeat may join its task without any.
  Result<void> expect_room(const RepeatMarks& marks);

  // All pictures at once. Fails as a whole only when every one failed (then with the most telling
  // error) or nothing was admitted. `form` must have been decided by the caller: b64_json or url.
  Task<Generation> generate(const GenerationRequest& request, const RepeatMarks& marks,
                            const RequestContext& context);

  // One after the other, and what happens in between. Refusals come from here, before anything is
  // answered. Previews are only of a single picture, because nothing would tell those of several
  // apart; wanted in vain they are named in facts().ignored, as "partial_images". It has admitted
  // when it returns, unless it must look for earlier pictures first; nothing it is given must
  // outlive it.
  Task<Watched> watch(const GenerationRequest& request, const RepeatMarks& marks,
                      const RequestContext& context, Previews previews);

 private:
  struct Planned {
    DrawingPlan plan;
    Previews previews = Previews::unwanted;
    std::optional<std::chrono::seconds> gives_up_after;
  };
  Result<Planned> planned(const GenerationRequest& request, const RepeatMarks& marks,
                          const RequestContext& context, Previews previews);
  bool must_look(const Planned& planned) const;
  Task<Watched> looked_and_admitted(Planned planned);
  Result<Watched> admit(Planned planned);

  const RouteDesk& routes_;
  const StyleBook& styles_;
  Engine& engine_;
  ResultStore& results_;
  Finisher& finisher_;
  Executor io_;
  Random& random_;
  Recall* recall_;
  Sharing sharing_;
};

}  // namespace gw
