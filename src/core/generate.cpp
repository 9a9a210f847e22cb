#include "core/generate.hpp"

#include "base/event.hpp"

#include <algorithm>
#include <memory>
#include <utility>

namespace gw {
namespace {

Result<void> check_storage(ResponseForm form, const ResultStore& results) {
  if (form != ResponseForm::url || results.accepting()) return {};
  return fail(Error(ErrorKind::storage_unavailable,
                    "pictures cannot be stored at the moment, so no link can be "
                    "given; ask for response_format b64_json"));
}

WaitFor wait_for(ResponseForm form) {
  if (form == ResponseForm::both) return WaitFor::file_in_time;
  return has_link(form) ? WaitFor::file : WaitFor::picture;
}

// What of the previews that are wanted there can be.
Previews to_be_had(Previews wanted, const ModelInfo& model, int n) {
  return model.previews && n == 1 ? wanted : Previews::unwanted;
}

Task<Generation> refused(Error error) {
  co_return fail(std::move(error));
}

// This frame times ten thousand is what a full queue holds in memory.
Task<Generation> drawn(Watched watched) {
  while (!watched.all_ready()) co_await watched.change();
  co_return co_await watched.gather();
}

}  // namespace

Generator::Generator(const ModelCatalog& models, const StyleBook& styles, Engine& engine,
                     ResultStore& results, Finisher& finisher, Executor io, Random& random)
    : models_(models),
      styles_(styles),
      engine_(engine),
      results_(results),
      finisher_(finisher),
      io_(io),
      random_(random) {}

Result<void> Generator::expect_room(const RepeatMarks& marks) {
  const bool may_join = marks.retry_count > 0 || !marks.idempotency_key.empty();
  if (may_join && !marks.fresh) return {};
  return engine_.expect_room();
}

// The story of a request: find who draws the model, plan n tasks that the upstream will not refuse,
// let the engine admit them or join the work they repeat; then wait until each has its picture, and
// finish what the client asked for.
Task<Generation> Generator::generate(GenerationRequest request, RepeatMarks marks,
                                     const RequestContext& context) {
  auto watched = watch(request, marks, context, Previews::unwanted);
  if (!watched) return refused(std::move(watched).error());
  return drawn(std::move(*watched));
}

// No coroutine: what is only needed on the way in must not wait in a frame.
Result<Watched> Generator::watch(const GenerationRequest& request, const RepeatMarks& marks,
                                 const RequestContext& context, Previews previews) {
  const auto purpose = request.references.empty() ? Purpose::draw : Purpose::edit;
  GW_TRY(const auto route, models_.resolve(request.model, purpose));
  GW_TRY(auto plan, plan_drawing(request, route, styles_, marks, context, random_));
  GW_CHECK(check_storage(request.form, results_));

  const auto shown = to_be_had(previews, *route.model, request.n);
  if (shown != previews) plan.ignored.emplace_back("partial_images");
  // Shared: the engine may ring once more while the answer is written.
  auto news = std::make_shared<Event>(io_);
  Wanted wanted{.tasks = std::move(plan.tasks),
                .repeat = plan.repeat,
                .wait_for = wait_for(request.form),
                .wake = [news] { news->set(); },
                .previews = shown};
  GW_TRY(auto tickets, engine_.admit(std::move(wanted)));

  GenerationFacts facts;
  facts.model = request.model.empty() ? models_.default_model() : request.model;
  facts.provider = route.provider->name();
  facts.revised_prompt = std::move(plan.revised_prompt);
  facts.quality = plan.quality;
  facts.ignored = std::move(plan.ignored);
  facts.adopted = std::ranges::find(tickets, TicketKind::adopted, &Ticket::kind) != tickets.end();
  return Watched(std::move(facts), std::move(tickets), std::move(news), finisher_, request.output,
                 request.form, shown);
}

}  // namespace gw
