// Who may come in, and who joins what is there already.
#include "core/engine/engine.hpp"

#include <algorithm>

namespace gw {
namespace {

// A rough guess for Retry-After; never above 60 s, because one SDK sleeps whatever it is told.
std::chrono::seconds predicted_wait(std::size_t queued, std::size_t slots,
                                    std::chrono::seconds typical) {
  const auto rounds = queued / std::max<std::size_t>(slots, 1) + 1;
  return std::min(std::chrono::seconds(60),
                  typical * static_cast<std::int64_t>(std::min<std::size_t>(rounds, 60)));
}

Error full_queue(std::chrono::seconds wait) {
  return Error(ErrorKind::queue_full, "the queue is full; try again later").with_retry_after(wait);
}

}  // namespace

Result<std::vector<Ticket>> Engine::admit(Wanted wanted) {
  wanted.recalled.resize(wanted.tasks.size());
  std::vector<std::optional<Joined>> joined(wanted.tasks.size());
  std::vector<std::shared_ptr<const TaskSpec>> fresh;
  for (std::size_t i = 0; i < wanted.tasks.size(); ++i) {
    if (wanted.recalled[i]) continue;
    GW_TRY(joined[i], joinable(*wanted.tasks[i], wanted));
    if (joined[i]) continue;
    auto route = open_route(wanted.tasks[i]);
    if (!route) {
      ++counts_.refused;
      ++hosts_.at(wanted.tasks[i]->host).turned_away;
      return fail(std::move(route).error());
    }
    wanted.tasks[i] = *std::move(route);
    fresh.push_back(wanted.tasks[i]);
  }
  auto room = check_room(fresh);
  if (room) room = check_hope(wanted, fresh.size());
  if (!room) {
    ++counts_.refused;
    return fail(std::move(room).error());
  }
  std::vector<Ticket> tickets;
  tickets.reserve(wanted.tasks.size());
  for (std::size_t i = 0; i < wanted.tasks.size(); ++i)
    tickets.push_back(admit_one(wanted, i, joined[i]));
  lease_all();
  tell_queued(tickets);
  arm();
  return tickets;
}

void Engine::tell_queued(const std::vector<Ticket>& tickets) {
  if (observers_.empty()) return;
  for (const auto& ticket : tickets) {
    const auto& task = record(ticket.task());
    if (ticket.kind() != TicketKind::made || !is_waiting(task.state)) continue;
    for (auto* observer : observers_) observer->queued(task, held_by(task));
  }
}

HeldBy Engine::held_by(const TaskRecord& task) const {
  const auto& host = hosts_.at(task.spec->host);
  const auto now = clock_.now();
  if (!host.door.lets_through(now)) return HeldBy::door;
  if (!may_draw()) return HeldBy::memory;
  const bool alone = task.aside || (!host.accounts.empty() && !host.accounts.anybody_free(now));
  return alone && host.slots.free(now) > 0 ? HeldBy::accounts : HeldBy::line;
}

// Past hosts that are shut: plain calls are told at once, jobs wait for the door to open.
Result<std::shared_ptr<const TaskSpec>> Engine::open_route(
    std::shared_ptr<const TaskSpec> spec) const {
  const auto now = clock_.now();
  const auto is_shut = [&](const TaskSpec& route) {
    return hosts_.at(route.host).door.state(now) == DoorState::shut;
  };
  auto route = spec;
  while (is_shut(*route) && route->alternatives && !route->alternatives->empty())
    route = route->alternatives->front();
  if (!is_shut(*route)) return route;
  if (is_durable(*spec)) return spec;
  return fail(hosts_.at(spec->host).door.refusal(now));
}

Ticket Engine::admit_one(const Wanted& wanted, std::size_t index, std::optional<Joined> joined) {
  const auto& spec = wanted.tasks[index];
  if (const auto& picture = wanted.recalled[index])
    return attach(recall(spec, *picture), wanted, TicketKind::recalled);
  if (joined) {
    auto& task = *tasks_.at(joined->task);
    for (auto* observer : observers_) observer->joined(task, joined->kind, spec->request.get());
    return attach(task, wanted, joined->kind);
  }
  return attach(create(spec), wanted, TicketKind::made);
}

Result<std::optional<Engine::Joined>> Engine::joinable(const TaskSpec& spec,
                                                       const Wanted& wanted) const {
  GW_TRY(auto own, adoptable(spec, wanted.repeat));
  if (own) return Joined{*own, TicketKind::adopted};
  if (!wanted.share_drawings) return std::nullopt;
  const auto drawing = shareable(spec);
  return drawing ? std::optional(Joined{*drawing, TicketKind::shared}) : std::nullopt;
}

// A job has tasks of its own, and what is not to be kept stays apart from what is.
std::optional<TaskId> Engine::shareable(const TaskSpec& spec) const {
  if (is_durable(spec)) return std::nullopt;
  for (const auto id : adoption_.same_drawing(spec)) {
    const auto& task = *tasks_.at(id);
    // A job's picture is kept as the job asked for it, not as it was drawn.
    if (is_durable(*task.spec)) continue;
    const bool alive = !is_final(task.state) && task.state != TaskState::parked;
    if (alive && is_kept(*task.spec) == is_kept(spec)) return id;
  }
  return std::nullopt;
}

// The task that the Idempotency-Key stands for, if it is worth joining.
Result<std::optional<TaskId>> Engine::keyed(const TaskSpec& spec) const {
  for (const auto id : adoption_.same_key(spec)) {
    const auto& task = *tasks_.at(id);
    if (task.spec->fingerprint != spec.fingerprint) {
      return fail(Error::invalid_request("Idempotency-Key",
                                         "this Idempotency-Key was used for another request; "
                                         "use a new key for a new request"));
    }
    if (is_durable(spec) && !is_durable(*task.spec)) {
      return fail(
          Error::invalid_request("Idempotency-Key",
                                 "this Idempotency-Key belongs to a request that is "
                                 "answered on its own connection; use a new key for a job"));
    }
    if (!is_final(task.state) || task.state == TaskState::done) return std::optional(id);
  }
  return std::nullopt;
}

// Idempotency-Key first: the client has said which request it repeats. Then equal work, oldest
// first.
Result<std::optional<TaskId>> Engine::adoptable(const TaskSpec& spec, Repeat repeat) const {
  GW_TRY(const auto same_key, keyed(spec));
  if (repeat == Repeat::fresh || same_key) return repeat == Repeat::fresh ? std::nullopt : same_key;
  // Ten thousand equal requests must not make each further one look at all of them.
  constexpr int kLongestLook = 256;
  int looked = 0;
  for (const auto id : adoption_.same_work(spec)) {
    if (may_join(*tasks_.at(id), repeat)) return std::optional(id);
    if (++looked == kLongestLook) break;
  }
  return std::nullopt;
}

bool Engine::may_join(const TaskRecord& task, Repeat repeat) const {
  const bool marked = repeat == Repeat::marked;
  // Its client has the picture, although the file may still be on its way to the disk.
  if (task.delivered) return false;
  if (!task.waiters.empty()) {
    // A repeat may come before the old connection is known to be gone (a proxy keeps it open). One
    // more may join; a third would be another request's repeat, which has a task of its own.
    return marked && task.waiters.size() == 1 && !is_final(task.state);
  }
  if (is_running(task.state) || task.state == TaskState::saving) return true;
  const bool kept = task.state == TaskState::done;
  const bool in_time = clock_.now() - task.deserted <= options_.adoption_time;
  return marked && in_time && (task.state == TaskState::parked || kept);
}

Result<void> Engine::check_room(const std::vector<std::shared_ptr<const TaskSpec>>& fresh) const {
  if (fresh.empty()) return {};
  if (is_durable(*fresh.front())) return check_job_room(fresh);
  const auto& host = hosts_.at(fresh.front()->host);
  if (fresh.size() > options_.max_queued + host.slots.limit()) {
    return fail(Error::invalid_request(
        "n", "`n` is larger than this gateway's whole queue; ask for fewer pictures at a time"));
  }
  std::size_t bytes = queued_bytes_;
  for (const auto& spec : fresh) bytes += waiting_bytes(*spec);
  const auto queued = counts_.queued - counts_.queued_jobs;
  const bool too_many = queued + fresh.size() > options_.max_queued + free_at_once(host);
  if (!too_many && bytes <= options_.max_queued_bytes) return {};
  return fail(
      full_queue(predicted_wait(queued, host.slots.limit(), fresh.front()->typical_duration)));
}

// What joins something, or is there already, may come sooner than the line says.
Result<void> Engine::check_hope(const Wanted& wanted, std::size_t fresh) const {
  if (!wanted.gives_up_after || fresh != wanted.tasks.size()) return {};
  const auto wait = time_to_slot(*wanted.tasks.front(), fresh);
  if (wait <= *wanted.gives_up_after) return {};
  return fail(Error(ErrorKind::queue_full,
                    "this request is predicted to wait " + std::to_string(wait.count()) +
                        " s for its turn, and its client gives up after " +
                        std::to_string(wanted.gives_up_after->count()) +
                        " s (x-stainless-timeout); send `Prefer: respond-async` to get a job that "
                        "is fetched later, or give the client more time")
                  .without_retry());
}

Result<std::optional<RequestId>> Engine::repeated_job(const TaskSpec& spec, Repeat repeat) const {
  const auto job_of = [this](TaskId id) { return tasks_.at(id)->spec->request->id; };
  GW_TRY(const auto same_key, keyed(spec));
  if (same_key) return job_of(*same_key);
  if (repeat != Repeat::marked || !spec.idempotency_key.empty()) return std::nullopt;
  for (const auto id : adoption_.same_work(spec)) {
    const auto& task = *tasks_.at(id);
    const bool recent = clock_.now() - task.admitted <= options_.adoption_time;
    if (is_durable(*task.spec) && recent) return job_of(id);
  }
  return std::nullopt;
}

// Jobs have a bound of their own: their thousands leave the plain calls' places free.
Result<void> Engine::check_job_room(
    const std::vector<std::shared_ptr<const TaskSpec>>& fresh) const {
  std::size_t bytes = queued_job_bytes_;
  for (const auto& spec : fresh) bytes += waiting_bytes(*spec);
  const bool too_many = counts_.queued_jobs + fresh.size() > options_.max_queued_jobs;
  if (!too_many && bytes <= options_.max_queued_bytes) return {};
  const auto& host = hosts_.at(fresh.front()->host);
  return fail(full_queue(
      predicted_wait(counts_.queued_jobs, host.slots.limit(), fresh.front()->typical_duration)));
}

Result<void> Engine::expect_room() {
  const auto now = clock_.now();
  const auto is_shut = [&](const auto& entry) {
    return entry.second.door.state(now) == DoorState::shut;
  };
  if (!hosts_.empty() && std::ranges::all_of(hosts_, is_shut)) {
    ++counts_.refused;
    return fail(hosts_.begin()->second.door.refusal(now));
  }
  const auto takes_one = [this](const auto& entry) {
    return counts_.queued - counts_.queued_jobs < options_.max_queued + free_at_once(entry.second);
  };
  if (std::ranges::any_of(hosts_, takes_one) && queued_bytes_ < options_.max_queued_bytes)
    return {};
  ++counts_.refused;
  std::size_t slots = 0;
  for (const auto& [id, host] : hosts_) slots += host.slots.limit();
  return fail(full_queue(predicted_wait(counts_.queued, slots, TaskSpec{}.typical_duration)));
}

// Tasks of this host that would not have to wait.
std::size_t Engine::free_at_once(const Host& host) const {
  const auto now = clock_.now();
  const bool at_once = host.queue.empty() && !pictures_.spent() && host.door.lets_through(now) &&
                       (host.accounts.empty() || host.accounts.anybody_free(now));
  return at_once ? host.slots.free(now) : 0;
}

TaskRecord& Engine::create(std::shared_ptr<const TaskSpec> spec) {
  auto& created = insert(TaskId{next_task_++}, std::move(spec));
  ++counts_.admitted;
  budget_.admitted(clock_.now());
  note(created, JournalStep::intent);
  enqueue(created);
  return created;
}

TaskRecord& Engine::insert(TaskId id, std::shared_ptr<const TaskSpec> spec) {
  auto task = std::make_unique<TaskRecord>();
  auto& inserted = *task;
  inserted.id = id;
  inserted.place = next_place_++;
  inserted.admitted = clock_.now();
  inserted.spec = std::move(spec);
  tasks_.emplace(inserted.id, std::move(task));
  adoption_.add(*inserted.spec, inserted.id);
  queued_bytes_of(*inserted.spec) += waiting_bytes(*inserted.spec);
  ++counts_.queued;
  if (is_durable(*inserted.spec)) ++counts_.queued_jobs;
  return inserted;
}

// Never in the queue, and nothing for the journal: nothing was meant to be drawn.
TaskRecord& Engine::recall(std::shared_ptr<const TaskSpec> spec, StoredPicture picture) {
  auto task = std::make_unique<TaskRecord>();
  auto& recalled = *task;
  recalled.id = TaskId{next_task_++};
  recalled.state = TaskState::done;
  recalled.admitted = recalled.started = recalled.answered = clock_.now();
  recalled.spec = std::move(spec);
  recalled.outcome.stored = std::move(picture);
  tasks_.emplace(recalled.id, std::move(task));
  ++counts_.recalled;
  return recalled;
}

std::size_t& Engine::queued_bytes_of(const TaskSpec& spec) {
  return is_durable(spec) ? queued_job_bytes_ : queued_bytes_;
}

Ticket Engine::attach(TaskRecord& task, const Wanted& wanted, TicketKind kind) {
  const WaiterId id{next_waiter_++};
  Waiter waiter{.id = id,
                .wait_for = wanted.wait_for,
                .previews = wanted.previews,
                .wake = wanted.wake,
                .deadline = {},
                .timed_out = {}};
  if (wanted.patience == Patience::request_time) {
    waiter.deadline =
        timers_.schedule(clock_.now() + options_.request_time, {TimerKind::deadline, task.id, id});
  }
  task.waiters.push_back(std::move(waiter));
  if (kind == TicketKind::adopted) ++counts_.adopted;
  if (kind == TicketKind::shared) ++counts_.shared;
  if (task.state == TaskState::parked) unpark(task);
  if (is_final(task.state)) stop_timer(task);
  return {*this, task.id, id, kind};
}

}  // namespace gw
