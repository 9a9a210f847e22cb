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

// Aggregates are named before they enter a coroutine; so the loop over tickets stays free of
// temporaries.
Task<GeneratedPicture> finish(const Ticket& ticket, OutputOptions output, ResponseForm form,
                              Finisher& finisher) {
  GW_CO_TRY(const auto* outcome, ticket.outcome());
  Outcome copy = *outcome;
  auto finished = co_await finisher.finish(std::move(copy), output, form);
  if (finished) finished->seed = ticket.seed();
  co_return finished;
}

Task<Generation> refused(Error error) {
  co_return fail(std::move(error));
}

// Whoever was told of a failure has not got that picture: a task that still runs becomes an orphan.
void drop_failed(Generation& generation) {
  std::vector<Ticket> made;
  for (std::size_t i = 0; i < generation.items.size(); ++i) {
    if (generation.items[i]) made.push_back(std::move(generation.tickets[i]));
  }
  generation.tickets = std::move(made);
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

// All that is kept of a request while its pictures are drawn: this times ten thousand is what a
// full queue holds in memory.
struct Generator::Admitted {
  Generation generation;
  std::shared_ptr<Event> news;
  OutputOptions output;
  ResponseForm form;
};

// The story of a request: find who draws the model, plan n tasks that the upstream will not refuse,
// let the engine admit them or join the work they repeat; then wait until each has its picture, and
// finish what the client asked for.
Task<Generation> Generator::generate(GenerationRequest request, RepeatMarks marks,
                                     const RequestContext& context) {
  auto admitted = admit(request, marks, context);
  if (!admitted) return refused(std::move(admitted).error());
  return drawn(std::move(*admitted));
}

// No coroutine: what is only needed on the way in must not wait in a frame.
Result<Generator::Admitted> Generator::admit(const GenerationRequest& request,
                                             const RepeatMarks& marks,
                                             const RequestContext& context) {
  GW_TRY(const auto route, models_.resolve(request.model));
  GW_TRY(auto plan, plan_drawing(request, route, styles_, marks, context, random_));
  GW_CHECK(check_storage(request.form, results_));

  // Shared: the engine may ring once more while the answer is written.
  auto news = std::make_shared<Event>(io_);
  Wanted wanted{.tasks = std::move(plan.tasks),
                .repeat = plan.repeat,
                .wait_for = request.form == ResponseForm::url ? WaitFor::file : WaitFor::picture,
                .wake = [news] { news->set(); }};
  Generation generation;
  GW_TRY(generation.tickets, engine_.admit(std::move(wanted)));
  generation.model = request.model.empty() ? models_.default_model() : request.model;
  generation.provider = route.provider->name();
  generation.revised_prompt = std::move(plan.revised_prompt);
  generation.quality = plan.quality;
  generation.ignored = std::move(plan.ignored);
  return Admitted{std::move(generation), std::move(news), request.output, request.form};
}

Task<Generation> Generator::drawn(Admitted admitted) {
  while (!std::ranges::all_of(admitted.generation.tickets, &Ticket::ready)) {
    co_await admitted.news->wait();
    admitted.news->reset();
  }
  co_return co_await finish_all(admitted);
}

// A coroutine of its own, so that its frame is not there while the pictures are drawn.
Task<Generation> Generator::finish_all(Admitted& admitted) {
  auto& generation = admitted.generation;
  for (auto& ticket : generation.tickets) {
    generation.items.push_back(co_await finish(ticket, admitted.output, admitted.form, finisher_));
    ticket.taken();
    generation.adopted |= ticket.kind() == TicketKind::adopted;
    generation.queued = std::max(generation.queued, ticket.queued_for());
    generation.upstream = std::max(generation.upstream, ticket.upstream_for());
  }
  GW_CO_CHECK(check_any_made(generation));
  drop_failed(generation);
  co_return std::move(generation);
}

}  // namespace gw
