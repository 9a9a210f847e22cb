// How a try ends: slot and account go back, the host is judged, and another try follows or not
// (docs/decisions/0026).
#include "core/engine/engine.hpp"

#include <algorithm>

namespace gw {
namespace {

// The upstream sends no Retry-After: growing pauses instead (dreamifly-protocol §5).
std::chrono::seconds growing_pause(int refusals) {
  static constexpr std::array<int, 4> kPauses{3, 6, 12, 20};
  const auto index = std::min<std::size_t>(static_cast<std::size_t>(refusals), kPauses.size() - 1);
  return std::chrono::seconds(kPauses[index]);
}

// A challenged request never reached the upstream, so it may go once more when it is let through.
constexpr int kMostChallenges = 1;

HostShut out_of_order(std::chrono::seconds time) {
  return {.reason = Error(ErrorKind::upstream_unavailable,
                          "the upstream does not answer as it should at the moment; it is tried "
                          "again soon"),
          .for_at_least = time};
}

// Whether its first byte may have left: of a durable task later than the journal's `sent`.
bool has_left(const TaskRecord& task) {
  return task.lease->sent;
}

std::string_view kind_of(const UpstreamFailure& failure) {
  return to_string(failure.error.kind());
}

// The upstream has not seen it: an edge wants to see a human first, or refuses us.
bool was_kept_from_it(const UpstreamFailure* failure) {
  return failure != nullptr && (failure->challenged || (failure->shut && failure->shut->by_edge));
}

// What the try says about the upstream as a whole; nothing: it was not asked.
std::optional<TryHealth> health_of(const TaskRecord& task, const UpstreamFailure* failure,
                                   SteadyTime::duration took) {
  if (failure == nullptr) {
    const bool slow = took > Breaker::kSlowFactor * task.spec->typical_duration;
    return slow ? TryHealth::slow : TryHealth::good;
  }
  const bool lost = failure->slot_unsure && has_left(task);
  if (failure->transport_fault || lost) return TryHealth::fault;
  if (!has_left(task)) return std::nullopt;
  const auto kind = failure->error.kind();
  const bool its_own_fault =
      failure->scope == Scope::host && failure->act != Act::wait &&
      (kind == ErrorKind::upstream_error || kind == ErrorKind::upstream_timeout ||
       kind == ErrorKind::upstream_unavailable);
  return its_own_fault ? TryHealth::failed : TryHealth::good;
}

}  // namespace

void Engine::failed_try(TaskRecord& task, UpstreamFailure failure) {
  close_try(task, &failure);
  return_slot(task, failure);
  const bool lost = failure.slot_unsure && task.state == TaskState::sent;
  if (!lost) {
    const bool met_again = failure.challenged && ++task.trying->challenges > kMostChallenges;
    const bool waits = failure.act == Act::wait && !met_again;  // and nothing was paid
    if (waits && failure.shut && reroute(task, kind_of(failure))) return;
    if (waits) return wait_and_repeat(task, failure);
    if (repeat(task, failure)) return;
    // What is rejected for its content is not offered around.
    const bool final = failure.error.kind() == ErrorKind::content_rejected;
    const bool unpaid = failure.unpaid || task.state == TaskState::leased;
    if (!final && unpaid && reroute(task, kind_of(failure))) return;
  }
  task.outcome.error = std::move(failure.error);
  settle(task, lost ? TaskState::unknown : TaskState::failed);
}

// The slot goes back as the upstream left it, whoever still waits for the picture.
void Engine::return_slot(TaskRecord& task, const UpstreamFailure& failure) {
  auto& slots = hosts_.at(task.spec->host).slots;
  const auto lease = std::exchange(task.lease, std::nullopt).value();
  const auto now = clock_.now();
  const auto probe_at = now + std::max(options_.unsure_probe_after, task.spec->typical_duration);
  if (failure.slot_unsure) {
    slots.give_back_unsure(lease, probe_at, now + options_.unsure_free_after);
  } else if (failure.concurrency_refusal) {
    slots.give_back_refused(lease, probe_at);
  } else if (task.state == TaskState::leased) {
    slots.give_back_unsent(lease, now);
  } else if (lease.probe) {
    slots.give_back_unsent(lease,
                           now);  // it may have failed before the upstream looked at its places
  } else {
    slots.give_back(lease);
  }
}

// Before the slot goes back. Null: it was drawn.
void Engine::close_try(TaskRecord& task, const UpstreamFailure* failure) {
  auto& host = hosts_.at(task.spec->host);
  auto& trying = *task.trying;
  const bool paid = has_left(task) && !(failure && failure->unpaid);
  const auto points = paid ? trying.points : 0;
  trying.spent += points;
  trying.ended =
      TryRecord{.number = task.tries,
                .provider = host.provider,
                .account = trying.account,
                .outcome = failure ? std::string(to_string(failure->error.kind())) : "drawn",
                .status = failure ? failure->status : 200,
                .detail = failure ? failure->error.detail() : std::string(),
                .sent = has_left(task),
                .points = points,
                .started = trying.started,
                .ended = clock_.wall()};
  for (auto* observer : observers_)
    observer->tried(task, *trying.ended, clock_.now() - task.started, failure);
  return_account(task, host, failure);
  judge_host(task, host, failure);
}

// Exactly once for each lease, whatever became of the try.
void Engine::return_account(TaskRecord& task, Host& host, const UpstreamFailure* failure) {
  const auto& id = task.trying->account;
  if (id.value.empty()) return;
  const auto now = clock_.now();
  const auto before = view(task.spec->host, id);
  // What is refused before the price is taken counts among the day's free pictures all the same;
  // what an edge answered in the upstream's place does not.
  if (has_left(task) && !was_kept_from_it(failure))
    host.accounts.spent(id, task.trying->ended->points);
  if (failure == nullptr) {
    host.accounts.worked(id, now);
  } else if (failure->account) {
    host.accounts.found(id, *failure->account, now);
  } else if (failure->concurrency_refusal && failure->scope == Scope::account) {
    AccountFinding busy{.state = AccountState::busy,
                        .reason = failure->error.message(),
                        .rest = growing_pause(task.refusals),
                        .allowance = {}};
    host.accounts.found(id, busy, now);
  }
  host.accounts.give_back(id);
  tell_change(task.spec->host, host, id, before);
}

void Engine::note_duration(const TaskRecord& task) {
  durations_.drew(
      task.spec->host, task.spec->order.upstream_model,
      std::chrono::duration_cast<std::chrono::milliseconds>(task.answered - task.started),
      clock_.now());
}

void Engine::judge_host(TaskRecord& task, Host& host, const UpstreamFailure* failure) {
  const auto now = clock_.now();
  const auto health = health_of(task, failure, now - task.started);
  const bool decides = std::exchange(task.trying->decides, false);
  if (failure && failure->shut) {
    shut(task.spec->host, host, *failure->shut);
  } else if (decides && !health) {
    host.door.undecided();
  } else if (decides && (*health == TryHealth::fault || *health == TryHealth::failed)) {
    shut(task.spec->host, host, out_of_order(host.breaker.still_down()));
  } else if (decides) {
    open_door(task.spec->host, host);
  } else if (health) {
    if (const auto rest = host.breaker.saw(*health, now))
      shut(task.spec->host, host, out_of_order(*rest));
  }
}

void Engine::shut(const HostId& id, Host& host, HostShut shut) {
  const auto now = clock_.now();
  const auto time = shut.for_at_least;
  const bool news =
      host.door.state(now) != DoorState::shut || host.door.reason()->kind() != shut.reason.kind();
  host.door.shut(std::move(shut), now);
  if (news) {
    for (auto* observer : observers_) observer->host_shut(id, host, time);
  }
  move_on_from(host);
}

void Engine::open_door(const HostId& id, Host& host) {
  const bool was_open = host.door.reason() == nullptr;
  host.door.open();
  host.breaker.closed();
  if (was_open) return;
  for (auto* observer : observers_) observer->host_opened(id, host);
}

// What waits for a host that is shut and may be drawn elsewhere goes there.
void Engine::move_on_from(const Host& host) {
  std::vector<TaskRecord*> movable;
  for (const auto& [id, task] : tasks_) {
    const auto& spec = *task->spec;
    if (task->state != TaskState::queued || !spec.alternatives || spec.alternatives->empty())
      continue;
    if (&hosts_.at(spec.host) == &host) movable.push_back(task.get());
  }
  std::ranges::sort(movable, {}, &TaskRecord::place);
  const auto why = to_string(host.door.reason()->kind());
  for (auto* task : movable) reroute(*task, why);
}

// Plain calls are told when they have been held long enough; jobs wait on.
void Engine::fail_held(const HostId& id, Host& host) {
  const auto now = clock_.now();
  if (host.door.state(now) != DoorState::shut) return;
  const bool nobody_opens_it = leaving_jobs_ && !host.door.until();
  if (!nobody_opens_it && !host.door.hold_is_over(now, options_.hold_time)) return;
  if (counts_.queued == counts_.queued_jobs) return;
  std::vector<TaskRecord*> held;
  for (const auto& [number, task] : tasks_) {
    if (task->state == TaskState::queued && task->spec->host == id && !is_durable(*task->spec))
      held.push_back(task.get());
  }
  for (auto* task : held) give_up(*task, host.door.refusal(now));
}

void Engine::wait_and_repeat(TaskRecord& task, const UpstreamFailure& failure) {
  ++counts_.waits;
  auto& host = hosts_.at(task.spec->host);
  const auto now = clock_.now();
  // An account that is busy, and a door that is shut, say themselves when to go on.
  const bool told = failure.shut || (failure.scope == Scope::account && !host.accounts.empty());
  const auto pause = std::max<SteadyTime::duration>(failure.pause, growing_pause(task.refusals++));
  task.not_before = told ? now : now + pause;
  // The refusal was not about this task: the next one in line would hear the same.
  if (failure.scope != Scope::request && !told) host.slots.pause(task.not_before);
  note(task, JournalStep::intent);  // not drawn: a crash from here on leaves nothing unknown
  tell_repeated(task, Act::wait);
  back_into_line(task);
}

void Engine::tell_repeated(const TaskRecord& task, Act act) const {
  const auto pause = std::max(task.not_before - clock_.now(), SteadyTime::duration{});
  for (auto* observer : observers_) observer->repeated(task, act, pause);
}

void Engine::back_into_line(TaskRecord& task) {
  if (task.waiters.empty() && !is_durable(*task.spec)) return park(task);
  move(task, TaskState::queued);
  enqueue(task);
}

// By the act column, once for each reason, within the budget and the deadline.
bool Engine::repeat(TaskRecord& task, const UpstreamFailure& failure) {
  if (!may_repeat(task, failure) || !budget_.take(clock_.now())) return false;
  ++counts_.repeats;
  auto& trying = *task.trying;
  if (failure.act == Act::once) ++trying.repeats;
  if (failure.act == Act::other) trying.in_vain.push_back(trying.account);
  if (failure.act == Act::relogin) {
    trying.signed_in = true;
    trying.again = trying.account;
  }
  task.not_before = clock_.now() + failure.pause;
  note(task, JournalStep::intent);
  tell_repeated(task, failure.act);
  back_into_line(task);
  return true;
}

bool Engine::may_repeat(const TaskRecord& task, const UpstreamFailure& failure) const {
  const auto& trying = *task.trying;
  const auto now = clock_.now();
  if (!is_wanted_at(task, now + failure.pause)) return false;
  // It was shut by this very failure: a plain call is told at once, and may come back.
  const bool shut = hosts_.at(task.spec->host).door.state(now) == DoorState::shut;
  if (shut && !is_durable(*task.spec)) return false;
  switch (failure.act) {
    case Act::once:
      return trying.repeats == 0;
    case Act::relogin:
      return !trying.signed_in && !trying.account.value.empty();
    case Act::other:
      return trying.in_vain.size() + 1 < hosts_.at(task.spec->host).accounts.size();
    case Act::wait:
    case Act::fail:
      return false;
  }
  return false;
}

// Whether anybody could still be given what comes of a try that begins then.
bool Engine::is_wanted_at(const TaskRecord& task, SteadyTime at) const {
  if (is_durable(*task.spec)) return true;
  return std::ranges::any_of(task.waiters, [&](const Waiter& waiter) {
    return !waiter.timed_out && (!waiter.deadline || (*waiter.deadline)->first > at);
  });
}

}  // namespace gw
