#include "core/jobs/job_desk.hpp"

#include "core/jobs/recovery.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <memory>
#include <utility>

namespace gw {
namespace {

Error no_such_job() {
  return Error::not_found("there is no such job");
}

Error key_of_something_else(const char* what) {
  return Error::invalid_request("Idempotency-Key", std::string("this Idempotency-Key ") + what +
                                                       "; use a new key for a new job");
}

// A job's pictures are read from where they are stored.
Result<void> check_storage(const ResultStore& results) {
  if (results.accepting()) return {};
  return fail(Error(ErrorKind::storage_unavailable,
                    "pictures cannot be stored at the moment, so no job is taken"));
}

bool is_worth_another_try(TaskState state) {
  return state == TaskState::failed || state == TaskState::unknown;
}

bool is_drawn_there(const Result<RouteBook::Entry>& routes, const HostId& host) {
  const auto is_there = [&](const Candidate& candidate) {
    return candidate.route && candidate.route->provider->host() == host;
  };
  return routes && std::ranges::any_of(routes->candidates, is_there);
}

}  // namespace

JobDesk::JobDesk(Parts parts, Executor io, const Clock& clock)
    : parts_(parts), io_(io), changes_(io, clock), repeats_(io, 1) {}

// --- handing in

// Refused before anything is written; then its pictures, then itself on disk.
Task<SubmittedJob> JobDesk::submit(GenerationRequest request, RepeatMarks marks,
                                   const RequestContext& context) {
  GW_CO_CHECK(check_storage(parts_.results));
  auto& generator = parts_.generator;
  GW_CO_TRY(auto plan, generator.plan(request, marks, context, Durability::durable));
  Gate::Pass pass;
  if (!marks.idempotency_key.empty() || marks.retry_count > 0) pass = co_await repeats_.enter();
  GW_CO_TRY(auto id, co_await repeated(plan));
  const bool is_repeat = id.has_value();
  if (!is_repeat) {
    GW_CO_CHECK(parts_.engine.check_job_room(plan.tasks));
    GW_CO_CHECK(co_await keep_inputs(request));
    GW_CO_TRY(plan, generator.plan(request, marks, context, Durability::durable));
    id = plan.request->id;
    GW_CO_TRY(const auto admitted, admit(std::move(plan.tasks)));
    pass = {};  // a repeat finds it from here on
    GW_CO_CHECK(co_await promised(admitted));
  } else {
    GW_CO_CHECK(co_await parts_.journal.synced());  // it may be on its way there
  }
  GW_CO_TRY(auto job, co_await get(context.caller, *id));
  co_return SubmittedJob{std::move(job), is_repeat};
}

Task<std::optional<RequestId>> JobDesk::repeated(const DrawingPlan& plan) {
  const auto& spec = *plan.tasks.front();
  GW_CO_TRY(auto job, parts_.engine.repeated_job(spec, plan.repeat));
  if (!spec.idempotency_key.empty()) GW_CO_CHECK(co_await check_key(spec, job));
  if (plan.repeat == Repeat::fresh) job.reset();
  co_return job;
}

// What the key stands for on disk.
Task<void> JobDesk::check_key(const TaskSpec& spec, std::optional<RequestId>& job) {
  auto& records = parts_.records;
  GW_CO_TRY(const auto known, co_await records.job_of_key(spec.key, spec.idempotency_key));
  if (known && known->request.fingerprint != spec.fingerprint)
    co_return fail(key_of_something_else("was used for another request"));
  if (known && !job) job = known->request.info.id;
  if (job) co_return Done();
  GW_CO_TRY(const auto answers, co_await records.answers(spec.key, spec.idempotency_key));
  if (!answers.empty())
    co_return fail(
        key_of_something_else("was used for a request that is no job, or none any more"));
  co_return Done();
}

Task<void> JobDesk::keep_inputs(GenerationRequest& request) {
  auto& inputs = parts_.inputs;
  auto& memory = parts_.engine.pictures_in_memory();
  for (auto& reference : request.references) {
    GW_CO_TRY(reference, co_await inputs.keep(std::move(reference), memory));
  }
  if (request.mask) {
    GW_CO_TRY(request.mask, co_await inputs.keep(*std::move(request.mask), memory));
  }
  if (!request.output.retouch) co_return Done();
  auto retouch = *request.output.retouch;
  GW_CO_TRY(retouch.original, co_await inputs.keep(std::move(retouch.original), memory));
  GW_CO_TRY(retouch.mask, co_await inputs.keep(std::move(retouch.mask), memory));
  request.output.retouch = std::make_shared<const Retouch>(std::move(retouch));
  co_return Done();
}

// The tickets are let go of at once: durable tasks need nobody who waits.
Result<std::vector<TaskId>> JobDesk::admit(Tasks tasks) {
  Wanted wanted;
  wanted.tasks = std::move(tasks);
  wanted.patience = Patience::endless;
  wanted.repeat = Repeat::fresh;
  GW_TRY(const auto tickets, parts_.engine.admit(std::move(wanted)));
  std::vector<TaskId> admitted;
  for (const auto& ticket : tickets) admitted.push_back(ticket.task());
  return admitted;
}

// What could not be promised is not drawn either; a slot it may have by now comes back, because
// nothing is sent before that is on disk.
Task<void> JobDesk::promised(const std::vector<TaskId>& admitted) {
  auto synced = co_await parts_.journal.synced();
  if (!synced) take_back(admitted);
  co_return synced;
}

// One that has a slot comes back into the queue, because its sending is refused for the same
// reason.
void JobDesk::take_back(const std::vector<TaskId>& admitted) {
  for (const auto task : admitted) {
    if (parts_.engine.cancel(task)) continue;
    if (const auto* live = parts_.engine.find(task))
      withdrawn_[live->spec->request->id].push_back(task);
  }
}

// --- asking

Task<JobRecord> JobDesk::find(CallerId owner, RequestId id) {
  GW_CO_TRY(auto record, co_await parts_.records.job(std::move(owner), std::move(id)));
  if (!record) co_return fail(no_such_job());
  co_return *std::move(record);
}

Job JobDesk::view(JobRecord record) {
  const bool withdrawn = withdrawn_.contains(record.request.info.id);
  return view_of(std::move(record), parts_.engine, withdrawn);
}

Task<Job> JobDesk::get(CallerId owner, RequestId id) {
  GW_CO_TRY(auto record, co_await find(std::move(owner), std::move(id)));
  co_return view(std::move(record));
}

// One that has gone on since its row was written is not of the status that was asked for.
Task<JobList> JobDesk::list(JobQuery query) {
  const auto status = query.status;
  GW_CO_TRY(auto page, co_await parts_.records.jobs(std::move(query)));
  JobList list;
  list.next = std::move(page.next);
  for (auto& record : page.jobs) {
    auto job = view(std::move(record));
    if (!status || job.status == *status) list.jobs.push_back(std::move(job));
  }
  co_return list;
}

Task<Job> JobDesk::wait(CallerId owner, RequestId id, std::chrono::milliseconds at_most) {
  const auto until = std::chrono::steady_clock::now() + at_most;
  const auto listener = changes_.listen(id);
  for (;;) {
    listener->reset();
    GW_CO_TRY(auto job, co_await get(owner, id));
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    if (is_over(job.status) || left.count() <= 0 || changes_.closed()) co_return job;
    co_await listener->rings_within(left);
  }
}

// --- withdrawing

Task<Job> JobDesk::cancel(CallerId owner, RequestId id) {
  GW_CO_TRY(const auto record, co_await find(owner, id));
  if (withdraw(record)) GW_CO_CHECK(co_await parts_.journal.synced());
  changes_.add({id});
  co_return co_await get(std::move(owner), std::move(id));
}

Task<void> JobDesk::remove(CallerId owner, RequestId id) {
  GW_CO_TRY(const auto record, co_await find(owner, id));
  if (withdraw(record)) GW_CO_CHECK(co_await parts_.journal.synced());
  GW_CO_TRY(const bool removed, co_await parts_.records.remove_job(owner, id));
  if (!removed) co_return fail(no_such_job());
  changes_.add_removed(std::move(id), std::move(owner));
  co_return Done();
}

// Whether the journal has something new to write.
bool JobDesk::withdraw(const JobRecord& record) {
  bool any = false;
  std::vector<TaskId> too_late;
  for (const auto& row : record.tasks) {
    const auto* live = parts_.engine.find(row.id);
    if (!live || is_final(live->state)) continue;
    if (parts_.engine.cancel(row.id)) {
      any = true;
    } else {
      too_late.push_back(row.id);
    }
  }
  if (!too_late.empty()) withdrawn_[record.request.info.id] = std::move(too_late);
  return any;
}

void JobDesk::withdraw_the_rest(const RequestId& job) {
  const auto found = withdrawn_.find(job);
  if (found == withdrawn_.end()) return;
  auto& engine = parts_.engine;
  std::erase_if(found->second,
                [&](TaskId task) { return !engine.find(task) || engine.cancel(task); });
  if (found->second.empty()) withdrawn_.erase(found);
}

// The journal must not be called back before it has returned.
void JobDesk::written(const std::vector<RequestId>& jobs) {
  for (const auto& job : jobs) {
    if (withdrawn_.contains(job)) asio::post(io_, [this, job] { withdraw_the_rest(job); });
  }
  changes_.add(jobs);
}

// --- trying again

// Two at a time would both see the same picture missing.
Task<Job> JobDesk::retry(CallerId owner, RequestId id) {
  const auto pass = co_await repeats_.enter();
  GW_CO_TRY(const auto record, co_await find(owner, id));
  GW_CO_TRY(auto tasks, tasks_again(record));
  GW_CO_TRY(const auto admitted, admit(std::move(tasks)));
  GW_CO_CHECK(co_await promised(admitted));
  co_return co_await get(std::move(owner), std::move(id));
}

Result<JobDesk::Tasks> JobDesk::tasks_again(const JobRecord& record) const {
  const auto& request = record.request;
  const auto purpose = request.inputs.empty() ? Purpose::draw : Purpose::edit;
  if (!is_drawn_there(parts_.routes.find(request.info.model, purpose), request.host)) {
    return fail(Error(ErrorKind::invalid_request,
                      "the upstream that was to draw this job is no longer configured for its "
                      "model; ask for it as a new one"));
  }
  Tasks tasks;
  const auto spec = spec_of(request, parts_.inputs);
  for (const auto& row : record.tasks) {
    if (!is_worth_another_try(row.state)) continue;
    auto again = std::make_shared<TaskSpec>(spec);
    again->index = row.index;
    again->order.seed = row.seed;
    tasks.push_back(std::move(again));
  }
  if (!tasks.empty()) return tasks;
  return fail(Error(ErrorKind::invalid_request,
                    "no picture of this job failed or is unknown, so there is nothing to retry"));
}

// --- what was made

Result<Generation> JobDesk::outline(const Job& job) const {
  if (job.error) return fail(*job.error);
  Generation generation;
  generation.model = job.info.model;
  generation.provider = job.route.provider;
  generation.upstream_model = job.route.model;
  generation.route = job.route.note;
  generation.revised_prompt = job.info.revised_prompt;
  generation.quality = job.info.quality;
  generation.ignored = job.info.ignored;
  generation.queued = job.queued;
  generation.upstream = job.upstream;
  if (job.points > 0) generation.points = PointsSpent{.points = job.points};
  bool any = false;
  for (const auto& picture : job.pictures) {
    const auto stored = picture.stored ? parts_.results.find(picture.stored->id) : std::nullopt;
    if (!stored) {
      generation.items.push_back(
          fail(picture.error.value_or(Error::not_found("this picture is no longer stored"))));
      continue;
    }
    any = true;
    GeneratedPicture made;
    made.picture = {.bytes = {}, .format = stored->format, .size = picture.size};
    made.stored = stored;
    made.seed = picture.seed;
    generation.items.push_back(std::move(made));
  }
  if (!any) return fail(Error::not_found("the pictures of this job are no longer stored"));
  return generation;
}

Task<Generation> JobDesk::result(const Job& job) {
  GW_CO_TRY(auto generation, outline(job));
  bool any = false;
  for (auto& item : generation.items) {
    if (!item) continue;
    const auto stored = *item->stored;
    auto bytes = co_await parts_.results.read(stored, 0, stored.size);
    if (!bytes) {
      item = fail(std::move(bytes).error());
      continue;
    }
    any = true;
    item->picture.bytes = *std::move(bytes);
  }
  if (!any) co_return fail(Error::not_found("the pictures of this job are no longer stored"));
  co_return generation;
}

}  // namespace gw
