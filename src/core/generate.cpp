#include "core/generate.hpp"

#include "base/event.hpp"

#include <algorithm>

namespace gw {
namespace {

// When all pictures failed, the client hears of the failure that it can do most about.
int telling(const Error& error) {
  switch (error.kind()) {
    case ErrorKind::content_rejected:
      return 6;
    case ErrorKind::invalid_request:
      return 5;
    case ErrorKind::quota_exhausted:
      return 4;
    case ErrorKind::storage_unavailable:
    case ErrorKind::upstream_blocked:
    case ErrorKind::upstream_challenged:
    case ErrorKind::no_account_available:
      return 3;
    case ErrorKind::upstream_error:
    case ErrorKind::upstream_unavailable:
      return 2;
    case ErrorKind::internal:
      return 0;
    default:
      return 1;
  }
}

Result<void> check_storage(ResponseForm form, const ResultStore& results) {
  if (form != ResponseForm::url || results.accepting()) return {};
  return fail(Error(ErrorKind::storage_unavailable,
                    "pictures cannot be stored at the moment, so no link can be "
                    "given; ask for response_format b64_json"));
}

Async<void> wait_for_all(const std::vector<Ticket>& tickets, Event& news) {
  while (!std::ranges::all_of(tickets, &Ticket::ready)) {
    co_await news.wait();
    news.reset();
  }
}

// Aggregates are named before they enter a coroutine; so the loop over tickets stays free of
// temporaries.
Task<GeneratedPicture> finish(const Ticket& ticket, const GenerationRequest& request,
                              Finisher& finisher) {
  GW_CO_TRY(const auto* outcome, ticket.outcome());
  Outcome copy = *outcome;
  auto finished = co_await finisher.finish(std::move(copy), request.output, request.form);
  if (finished) finished->seed = ticket.seed();
  co_return finished;
}

Result<void> check_any_made(const Generation& generation) {
  const Error* best = nullptr;
  for (const auto& item : generation.items) {
    if (item) return {};
    if (!best || telling(item.error()) > telling(*best)) best = &item.error();
  }
  return fail(*best);
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

// The story of a request: find who draws the model, plan n tasks that the upstream will not refuse,
// let the engine admit them or join the work they repeat, wait until each has its picture, and
// finish what the client asked for.
Task<Generation> Generator::generate(GenerationRequest request, RepeatMarks marks,
                                     const RequestContext& context) {
  GW_CO_TRY(const auto route, models_.resolve(request.model));
  GW_CO_TRY(auto plan, plan_drawing(request, route, styles_, marks, context, random_));
  GW_CO_CHECK(check_storage(request.form, results_));

  const auto news = std::make_shared<Event>(
      io_);  // shared: the engine may ring once more while the answer is written
  Wanted wanted{.tasks = std::move(plan.tasks),
                .repeat = plan.repeat,
                .wait_for = request.form == ResponseForm::url ? WaitFor::file : WaitFor::picture,
                .wake = [news] { news->set(); }};
  GW_CO_TRY(auto tickets, engine_.admit(std::move(wanted)));
  co_await wait_for_all(tickets, *news);

  Generation generation;
  generation.model = request.model.empty() ? models_.default_model() : request.model;
  generation.provider = route.provider->name();
  generation.revised_prompt = std::move(plan.revised_prompt);
  generation.quality = plan.quality;
  generation.ignored = std::move(plan.ignored);
  for (const auto& ticket : tickets) {
    generation.items.push_back(co_await finish(ticket, request, finisher_));
    generation.adopted |= ticket.kind() == TicketKind::adopted;
    generation.queued = std::max(generation.queued, ticket.queued_for());
    generation.upstream = std::max(generation.upstream, ticket.upstream_for());
  }
  GW_CO_CHECK(check_any_made(generation));
  generation.tickets = std::move(tickets);
  co_return generation;
}

}  // namespace gw
