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
Previews to_be_had(Previews wanted, bool shown_by_model, int n) {
  return shown_by_model && n == 1 ? wanted : Previews::unwanted;
}

bool shares_drawings(const DrawingPlan& plan) {
  return plan.repeat != Repeat::fresh && plan.tasks.front()->cache_key.has_value();
}

bool any_is(const std::vector<Ticket>& tickets, TicketKind kind) {
  return std::ranges::find(tickets, kind, &Ticket::kind) != tickets.end();
}

CacheUse cache_use(bool hit, bool looked, const std::vector<Ticket>& tickets) {
  if (hit) return CacheUse::hit;
  if (any_is(tickets, TicketKind::shared)) return CacheUse::joined;
  return looked ? CacheUse::miss : CacheUse::bypass;
}

Task<Watched> at_once(Result<Watched> watched) {
  co_return watched;
}

// The frame of the admission is gone while it waits.
Task<Generation> drawn(Task<Watched> admission) {
  auto watched = co_await Task<Watched>(std::move(admission));
  if (!watched) co_return fail(std::move(watched).error());
  while (!watched->all_ready()) co_await watched->change();
  co_return co_await watched->gather();
}

}  // namespace

Generator::Generator(const RouteDesk& routes, const StyleBook& styles, Engine& engine,
                     ResultStore& results, Finisher& finisher, Executor io, Random& random,
                     Recall* recall, Sharing sharing)
    : routes_(routes),
      styles_(styles),
      engine_(engine),
      results_(results),
      finisher_(finisher),
      io_(io),
      random_(random),
      recall_(recall),
      sharing_(sharing) {}

Result<void> Generator::expect_room(const RepeatMarks& marks) {
  const bool may_join = marks.retry_count > 0 || !marks.idempotency_key.empty();
  if (may_join && !marks.fresh) return {};
  return engine_.expect_room();
}

// The story of a request: choose who draws the model, plan n tasks that the upstream will not
// refuse, look whether their pictures are there already, let the engine admit them or join the work
// they repeat; then (drawn) wait until each has its picture, and finish what the client asked for.
// No coroutine: what is only needed on the way in must not wait in a frame.
Task<Watched> Generator::watch(const GenerationRequest& request, const RepeatMarks& marks,
                               const RequestContext& context, Previews previews) {
  auto ready = planned(request, marks, context, previews);
  if (!ready) return at_once(fail(std::move(ready).error()));
  if (must_look(*ready)) return looked_and_admitted(*std::move(ready));
  return at_once(admit(*std::move(ready)));
}

Task<Generation> Generator::generate(const GenerationRequest& request, const RepeatMarks& marks,
                                     const RequestContext& context) {
  return drawn(watch(request, marks, context, Previews::unwanted));
}

Result<DrawingPlan> Generator::plan(const GenerationRequest& request, const RepeatMarks& marks,
                                    const RequestContext& context, Durability durability) {
  GW_TRY(const auto routes, routes_.choose(request));
  const auto& models = routes_.book().models();
  const PlanTerms terms{
      .model_name = request.model.empty() ? models.default_model() : request.model,
      .durability = durability,
      .sharing = sharing_};
  return plan_drawing(request, routes, styles_, marks, context, terms, random_);
}

Result<Generator::Planned> Generator::planned(const GenerationRequest& request,
                                              const RepeatMarks& marks,
                                              const RequestContext& context, Previews previews) {
  GW_TRY(auto made, plan(request, marks, context, Durability::ephemeral));
  GW_CHECK(check_storage(request.form, results_));
  const auto shown = to_be_had(previews, made.previews, request.n);
  if (shown != previews) made.ignored.emplace_back("partial_images");
  return Planned{std::move(made), shown, context.gives_up_after};
}

bool Generator::must_look(const Planned& planned) const {
  return recall_ != nullptr && Recall::may_know(planned.plan);
}

Task<Watched> Generator::looked_and_admitted(Planned planned) {
  GW_CO_TRY(planned.plan, co_await recall_->look(std::move(planned.plan)));
  co_return admit(std::move(planned));
}

Result<Watched> Generator::admit(Planned planned) {
  auto& plan = planned.plan;
  // Shared: the engine may ring once more while the answer is written.
  auto news = std::make_shared<Event>(io_);
  const bool shares = shares_drawings(plan);
  Wanted wanted{.tasks = std::move(plan.tasks),
                .recalled = std::move(plan.recalled),
                .repeat = plan.repeat,
                .share_drawings = shares,
                .gives_up_after = planned.gives_up_after,
                .wait_for = wait_for(plan.request->form),
                .wake = [news] { news->set(); },
                .previews = planned.previews};
  GW_TRY(auto tickets, engine_.admit(std::move(wanted)));

  const bool adopted = plan.answered_before || any_is(tickets, TicketKind::adopted);
  Admission admission{.ignored = std::move(plan.ignored),
                      .adopted = adopted,
                      .cache = cache_use(plan.cache_hit, shares, tickets)};
  return Watched(std::move(plan.request), std::move(admission), std::move(tickets), std::move(news),
                 finisher_, planned.previews);
}

}  // namespace gw
