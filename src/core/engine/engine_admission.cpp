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
  std::vector<std::optional<TaskId>> joined;
  std::vector<std::shared_ptr<const TaskSpec>> fresh;
  for (const auto& spec : wanted.tasks) {
    GW_TRY(auto found, adoptable(*spec, wanted.repeat));
    if (!found) fresh.push_back(spec);
    joined.push_back(found);
  }
  if (auto room = check_room(fresh); !room) {
    ++counts_.refused;
    return fail(std::move(room).error());
  }
  const auto deadline = clock_.now() + options_.request_time;
  std::vector<Ticket> tickets;
  tickets.reserve(wanted.tasks.size());
  for (std::size_t i = 0; i < wanted.tasks.size(); ++i) {
    auto& task = joined[i] ? *tasks_.at(*joined[i]) : create(wanted.tasks[i]);
    tickets.push_back(
        attach(task, wanted, deadline, joined[i] ? TicketKind::adopted : TicketKind::made));
  }
  lease_all();
  arm();
  return tickets;
}

// Idempotency-Key first: the client has said which request it repeats. Then equal work, oldest
// first.
Result<std::optional<TaskId>> Engine::adoptable(const TaskSpec& spec, Repeat repeat) const {
  for (const auto id : adoption_.same_key(spec)) {
    const auto& task = *tasks_.at(id);
    if (task.spec->fingerprint != spec.fingerprint) {
      return fail(Error::invalid_request("Idempotency-Key",
                                         "this Idempotency-Key was used for another request; "
                                         "use a new key for a new request"));
    }
    const bool worthwhile = !is_final(task.state) || task.state == TaskState::done;
    if (repeat != Repeat::fresh && worthwhile) return std::optional(id);
  }
  if (repeat == Repeat::fresh) return std::nullopt;
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
  const auto& host = hosts_.at(fresh.front()->host);
  if (fresh.size() > options_.max_queued + host.slots.limit()) {
    return fail(Error::invalid_request(
        "n", "`n` is larger than this gateway's whole queue; ask for fewer pictures at a time"));
  }
  std::size_t bytes = queued_bytes_;
  for (const auto& spec : fresh) bytes += waiting_bytes(*spec);
  const bool too_many = counts_.queued + fresh.size() > options_.max_queued + free_at_once(host);
  if (!too_many && bytes <= options_.max_queued_bytes) return {};
  return fail(full_queue(
      predicted_wait(counts_.queued, host.slots.limit(), fresh.front()->typical_duration)));
}

Result<void> Engine::expect_room() {
  const auto takes_one = [this](const auto& entry) {
    return counts_.queued < options_.max_queued + free_at_once(entry.second);
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
  return host.queue.empty() && !pictures_.spent() ? host.slots.free(clock_.now()) : 0;
}

TaskRecord& Engine::create(std::shared_ptr<const TaskSpec> spec) {
  auto task = std::make_unique<TaskRecord>();
  auto& created = *task;
  created.id = TaskId{next_task_++};
  created.place = next_place_++;
  created.admitted = clock_.now();
  created.spec = std::move(spec);
  tasks_.emplace(created.id, std::move(task));
  adoption_.add(*created.spec, created.id);
  queued_bytes_ += waiting_bytes(*created.spec);
  ++counts_.admitted;
  ++counts_.queued;
  note(created, JournalStep::intent);
  enqueue(created);
  return created;
}

Ticket Engine::attach(TaskRecord& task, const Wanted& wanted, SteadyTime deadline,
                      TicketKind kind) {
  const WaiterId id{next_waiter_++};
  Waiter waiter{.id = id,
                .wait_for = wanted.wait_for,
                .previews = wanted.previews,
                .wake = wanted.wake,
                .deadline = {},
                .timed_out = {}};
  waiter.deadline = timers_.schedule(deadline, {TimerKind::deadline, task.id, id});
  task.waiters.push_back(std::move(waiter));
  if (kind == TicketKind::adopted) ++counts_.adopted;
  if (task.state == TaskState::parked) unpark(task);
  if (is_final(task.state)) stop_timer(task);
  return {*this, task.id, id, kind};
}

}  // namespace gw
