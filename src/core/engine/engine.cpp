#include "core/engine/engine.hpp"

#include <algorithm>
#include <stdexcept>

namespace gw {
namespace {

Error too_late(TaskState state) {
  switch (state) {
    case TaskState::leased:
    case TaskState::sent:
      return {ErrorKind::upstream_timeout,
              "the upstream did not answer before the request's deadline; a repeat joins the "
              "running work"};
    case TaskState::saving:
      return {ErrorKind::storage_unavailable,
              "the picture was drawn, and not stored before the request's deadline"};
    default:
      return {ErrorKind::queue_timeout, "no slot became free before the request's deadline"};
  }
}

}  // namespace

Engine::Engine(EngineOptions options, const Clock& clock, Journal& journal, EngineDriver& driver)
    : options_(options),
      clock_(clock),
      journal_(journal),
      driver_(driver),
      pictures_(options.max_picture_bytes) {}

void Engine::add_host(const HostId& host, std::size_t limit, std::string provider) {
  hosts_.try_emplace(host, std::move(provider), limit);
}

// --- reports of the driver
// -------------------------------------------------------------------------------------

void Engine::sending(TaskId id, PictureId picture) {
  auto& task = *tasks_.at(id);
  if (task.state == TaskState::sent)
    return;  // the same try, repeated by its provider before anything was counted
  move(task, TaskState::sent);
  task.picture = std::move(picture);
  note(task, JournalStep::sent);
  ++counts_.sent;
  if (!is_durable(*task.spec)) leaving(id);
}

void Engine::leaving(TaskId id) {
  auto& task = *tasks_.at(id);
  if (task.lease->sent) return;
  hosts_.at(task.spec->host).slots.mark_sent(*task.lease);
  lease_all();  // a probe may have waited for this
  arm();
}

void Engine::answered(TaskId id, Answer answer) {
  auto& task = *tasks_.at(id);
  task.answered = clock_.now();
  task.preview.reset();
  const bool drawn = answer.has_value();
  if (drawn) {
    close_try(task, nullptr);
    hosts_.at(task.spec->host).slots.give_back(std::exchange(task.lease, std::nullopt).value());
    note_duration(task);
    move(task, TaskState::saving);
    task.size = answer->size;
    answer->bytes = pictures_.charge(std::move(answer->bytes));
    task.outcome.picture = std::move(*answer);
    if (pictures_.spent()) shed_pictures();
  } else {
    failed_try(task, std::move(answer).error());
  }
  lease_all();
  // After the next task has started: its request leaves before megabytes are written to a client.
  if (drawn) wake(task, WaitFor::picture);
  arm();
}

void Engine::saved(TaskId id, Result<std::optional<StoredPicture>> stored) {
  auto& task = *tasks_.at(id);
  if (stored) {
    task.outcome.stored = std::move(*stored);
  } else {
    task.outcome.error = std::move(stored).error();
  }
  settle(task, TaskState::done);
  if (task_is_known(id)) drop_bytes_nobody_needs(task);
  lease_all();  // letting go of bytes may have made room
  arm();
}

void Engine::advance() {
  const auto now = clock_.now();
  while (const auto event = timers_.take_due(now)) on_timer(*event);
  for (auto& [id, host] : hosts_) fail_held(id, host);
  lease_all();
  arm();
}

bool Engine::cancel(TaskId id) {
  const auto found = tasks_.find(id);
  if (found == tasks_.end() || !is_waiting(found->second->state)) return false;
  auto& task = *found->second;
  task.outcome.error = Error(ErrorKind::cancelled, "the job was cancelled");
  settle(task, TaskState::cancelled);
  arm();
  return true;
}

// --- tickets
// -----------------------------------------------------------------------------------------------------

const Waiter* Engine::waiter_of(TaskId id, WaiterId waiter) const {
  const auto& waiters = tasks_.at(id)->waiters;
  const auto found = std::ranges::find(waiters, waiter, &Waiter::id);
  return found == waiters.end() ? nullptr : &*found;
}

const TaskRecord* Engine::find(TaskId id) const {
  const auto found = tasks_.find(id);
  return found == tasks_.end() ? nullptr : found->second.get();
}

void Engine::taken(TaskId id, WaiterId waiter_id) {
  auto& task = *tasks_.at(id);
  const auto waiter = std::ranges::find(task.waiters, waiter_id, &Waiter::id);
  waiter->has_taken = true;
  drop_bytes_nobody_needs(task);
}

void Engine::delivered(TaskId id) {
  tasks_.at(id)->delivered = true;
}

void Engine::leave(TaskId id, WaiterId waiter_id) {
  auto& task = *tasks_.at(id);
  const auto waiter = std::ranges::find(task.waiters, waiter_id, &Waiter::id);
  const bool was_late = waiter->timed_out.has_value();
  if (waiter->deadline) timers_.cancel(*waiter->deadline);
  task.waiters.erase(waiter);
  if (!task.waiters.empty()) return;
  task.deserted = clock_.now();
  if (task.state == TaskState::queued && !is_durable(*task.spec)) {
    if (was_late) {
      settle(task, TaskState::failed);
    } else {
      park(task);
    }
  } else if (is_final(task.state)) {
    forget_later(task);
  }
  arm();
}

// --- arrows
// ------------------------------------------------------------------------------------------------------

void Engine::move(TaskRecord& task, TaskState to) {
  if (!may_move(task.state, to)) {
    throw std::logic_error("no arrow from " + std::string(to_string(task.state)) + " to " +
                           std::string(to_string(to)));
  }
  const auto count = [&](TaskState state, std::size_t step) {
    if (is_waiting(state)) counts_.queued += step;
    if (is_waiting(state) && is_durable(*task.spec)) counts_.queued_jobs += step;
    if (state == TaskState::parked) counts_.parked += step;
    if (is_running(state)) counts_.running += step;
    if (state == TaskState::saving) counts_.saving += step;
  };
  if (is_waiting(task.state) != is_waiting(to)) {
    const auto bytes = waiting_bytes(*task.spec);
    auto& held = queued_bytes_of(*task.spec);
    held = is_waiting(to) ? held + bytes : held - bytes;
  }
  count(task.state, std::size_t(-1));
  count(to, 1);
  task.state = to;
}

// Into line at its own place; or later, if the upstream told it to wait.
void Engine::enqueue(TaskRecord& task) {
  if (leaving_jobs_ && is_durable(*task.spec)) return;
  if (task.not_before > clock_.now()) {
    task.timer = timers_.schedule(task.not_before, {TimerKind::not_before, task.id, {}});
  } else {
    hosts_.at(task.spec->host).queue.push(task.spec->caller, task.place, task.id);
  }
}

void Engine::park(TaskRecord& task) {
  leave_line(task);
  stop_timer(task);
  move(task, TaskState::parked);
  task.timer =
      timers_.schedule(task.deserted + options_.park_time, {TimerKind::park_end, task.id, {}});
}

void Engine::unpark(TaskRecord& task) {
  stop_timer(task);
  move(task, TaskState::queued);
  enqueue(task);
}

void Engine::stop() {
  stopping_ = true;
}

// One that is sent now might be cut off before its picture has come.
void Engine::leave_jobs() {
  leaving_jobs_ = true;
  for (auto& [id, task] : tasks_) {
    if (!is_durable(*task->spec) || task->state != TaskState::queued) continue;
    leave_line(*task);
    stop_timer(*task);
  }
  for (auto& [id, host] : hosts_) fail_held(id, host);
  arm();
}

// What has its file can be read again.
void Engine::shed_pictures() {
  for (auto& [id, task] : tasks_) {
    if (task->outcome.stored) task->outcome.picture.reset();
  }
}

void Engine::drop_bytes_nobody_needs(TaskRecord& task) {
  const bool needed = !std::ranges::all_of(task.waiters, &Waiter::has_taken);
  if (task.outcome.stored && (!needed || pictures_.spent())) task.outcome.picture.reset();
}

void Engine::settle(TaskRecord& task, TaskState state) {
  leave_line(task);
  stop_timer(task);
  move(task, state);
  ++counts_.settled[state];
  for (auto* observer : observers_) observer->settled(task);
  note(task, JournalStep::settled);
  wake(task, WaitFor::file);
  if (task.waiters.empty()) forget_later(task);
}

// A picture nobody took is kept for its client's repeat; so is anything with an Idempotency-Key.
// The bytes are not kept when the file can be read again.
void Engine::forget_later(TaskRecord& task) {
  if (task.outcome.stored) task.outcome.picture.reset();
  const bool drawn = task.outcome.picture || task.outcome.stored;
  // What became of a job is read from the journal.
  const bool wanted_again =
      !is_durable(*task.spec) && (!task.delivered || !task.spec->idempotency_key.empty());
  if (!drawn || !wanted_again) return erase(task);
  task.timer =
      timers_.schedule(task.deserted + options_.adoption_time, {TimerKind::forget, task.id, {}});
}

void Engine::erase(TaskRecord& task) {
  stop_timer(task);
  adoption_.remove(*task.spec, task.id);
  tasks_.erase(task.id);
}

// --- time
// --------------------------------------------------------------------------------------------------------

void Engine::on_timer(const TimerEvent& event) {
  auto& task = *tasks_.at(event.task);
  if (event.kind == TimerKind::deadline) return on_deadline(task, event.waiter);
  task.timer.reset();
  switch (event.kind) {
    case TimerKind::not_before:
      return enqueue(task);
    case TimerKind::park_end:
      return settle(task, TaskState::cancelled);
    case TimerKind::forget:
      return erase(task);
    case TimerKind::deadline:
      break;
  }
}

// The waiter is told; what becomes of the task is decided when it lets go of its ticket (leave).
void Engine::on_deadline(TaskRecord& task, WaiterId id) {
  const auto waiter = std::ranges::find(task.waiters, id, &Waiter::id);
  waiter->deadline.reset();
  // It came in time and is held while the request's other pictures are drawn.
  if (is_final(task.state)) return;
  waiter->timed_out = too_late(task.state);
  // Nobody can be given this picture any more, so it must not be drawn. One that was sent goes on.
  const auto is_late = [](const Waiter& w) { return w.timed_out.has_value(); };
  if (task.state == TaskState::queued && !is_durable(*task.spec) &&
      std::ranges::all_of(task.waiters, is_late)) {
    return settle(task, TaskState::failed);
  }
  if (waiter->wake) waiter->wake();
}

void Engine::wake(TaskRecord& task, WaitFor at_most) {
  for (const auto& waiter : task.waiters) {
    if (waiter.wake && (at_most == WaitFor::file || waiter.wait_for == WaitFor::picture))
      waiter.wake();
  }
}

void Engine::stop_timer(TaskRecord& task) {
  if (task.timer) timers_.cancel(*std::exchange(task.timer, std::nullopt));
}

void Engine::note(TaskRecord& task, JournalStep step) {
  JournalEntry entry{.step = step,
                     .task = task.id,
                     .spec = task.spec,
                     .tries = task.tries,
                     .picture = task.picture,
                     .outcome = task.state,
                     .stored = {},
                     .size = {},
                     .error = {},
                     .tried = {},
                     .at = clock_.wall()};
  if (step != JournalStep::sent && task.trying)
    entry.tried = std::exchange(task.trying->ended, std::nullopt);
  if (step == JournalStep::settled) {
    entry.stored = task.outcome.stored;
    entry.error = task.outcome.error;
    entry.size = task.size;
  }
  journal_.append(entry);
}

void Engine::arm() {
  auto next = timers_.next();
  const auto now = clock_.now();
  const auto consider = [&](std::optional<SteadyTime> change) {
    if (change && (!next || *change < *next)) next = change;
  };
  for (const auto& [id, host] : hosts_) {
    consider(host.door.next_change(now, options_.hold_time));
    if (host.queue.empty() && host.aside.empty()) continue;
    consider(host.slots.next_change(now));
    consider(host.accounts.next_change(now));
  }
  if (next == armed_) return;
  armed_ = next;
  driver_.wake_at(next);
}

}  // namespace gw
