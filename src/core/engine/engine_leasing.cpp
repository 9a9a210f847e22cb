// Whose turn it is: an open door, a host slot and an account, together or not at all.
#include "core/engine/engine.hpp"

#include <algorithm>

namespace gw {
namespace {

// What tasks that wait for an account have in common: as long as it is the same, what one hears
// the others would hear too.
std::string need_name(const TaskRecord& task, const AccountNeed& need) {
  std::string name(need.model);
  if (need.price) {
    name += ' ' + std::to_string(need.price->full);
    name += ' ' + std::to_string(need.price->within_allowance);
  }
  if (!task.trying) return name;
  if (task.trying->again) name += " =" + task.trying->again->value;
  for (const auto& account : task.trying->in_vain) name += " -" + account.value;
  return name;
}

}  // namespace

void Engine::lease_all() {
  if (stopping_) return;
  do {
    lease_again_ = false;
    for (auto& [id, host] : hosts_) {
      if (leaving_jobs_) fail_held(id, host);
      call_back(host);
      while (!host.queue.empty() && may_draw() && lease_next(host)) {
      }
      if (host.queue.empty() && host.aside.empty()) continue;
      // A look would meet the same, and say nothing of the account.
      if (host.door.state(clock_.now()) == DoorState::shut) continue;
      for (const auto& account : host.accounts.to_check(clock_.now())) driver_.check(id, account);
    }
  } while (lease_again_);
}

// False when nobody in this line can be served now.
bool Engine::lease_next(Host& host) {
  const auto now = clock_.now();
  if (!host.door.lets_through(now)) return false;
  const auto slot = host.slots.acquire(now);
  if (!slot) return false;
  auto& task = *tasks_.at(host.queue.front());
  const auto account = lease_account(task, host);
  if (account) {
    host.queue.pop();
    lease(task, host, *slot, *account);
    return true;
  }
  host.slots.give_back_unsent(*slot, now);
  const auto& nobody = account.error();
  const bool too_late = nobody.at && !is_wanted_at(task, *nobody.at);
  if (nobody.why == NobodyFree::Why::unfit || too_late) {
    give_up(task, nobody.error);
    return true;
  }
  // Whoever comes next would hear the same.
  if (!host.accounts.anybody_free(now)) return false;
  step_aside(task, host);
  return true;
}

// While the budget is spent nothing more is drawn; but what fills it may be waiting for pictures
// that are not drawn yet, so one task at a time always goes on.
bool Engine::may_draw() const {
  return !pictures_.spent() || (counts_.running == 0 && counts_.saving == 0);
}

AccountNeed Engine::need_of(const TaskRecord& task) const {
  AccountNeed need{.model = task.spec->order.upstream_model,
                   .price = driver_.price(*task.spec),
                   .not_these = {},
                   .only = {}};
  if (task.trying) {
    need.not_these = task.trying->in_vain;
    need.only = task.trying->again;
  }
  return need;
}

std::expected<LeasedAccount, NobodyFree> Engine::lease_account(const TaskRecord& task, Host& host) {
  if (host.accounts.empty()) return LeasedAccount{};
  return host.accounts.lease(need_of(task), clock_.now());
}

void Engine::lease(TaskRecord& task, Host& host, Lease slot, LeasedAccount account) {
  move(task, TaskState::leased);
  task.lease = slot;
  task.started = clock_.now();
  const auto waited = task.started - std::max(task.admitted, task.answered);
  ++task.tries;
  if (!task.trying) task.trying = std::make_unique<Trying>();
  auto& trying = *task.trying;
  trying.account = std::move(account.id);
  trying.points = account.points;
  trying.price = account.price;
  trying.decides = host.door.pass(clock_.now());
  trying.again.reset();
  trying.started = clock_.wall();
  for (auto* observer : observers_) observer->leased(task, host, waited);
  driver_.start(task.id, task.spec);
}

// Its caller keeps his turn.
void Engine::step_aside(TaskRecord& task, Host& host) {
  host.queue.erase(task.spec->caller, task.place);
  host.aside[need_name(task, need_of(task))].push(task.spec->caller, task.place, task.id);
  task.aside = true;
}

// As many as there are places: more could not be served anyway, and thousands may be waiting.
void Engine::call_back(Host& host) {
  const auto now = clock_.now();
  for (auto& [need, line] : host.aside) {
    for (std::size_t i = 0; i < host.slots.limit() && !line.empty(); ++i) {
      auto& task = *tasks_.at(line.front());
      if (!host.accounts.somebody_free(need_of(task), now)) break;
      line.pop();
      task.aside = false;
      host.queue.push(task.spec->caller, task.place, task.id);
    }
  }
  std::erase_if(host.aside, [](const auto& entry) { return entry.second.empty(); });
}

// An account changed for good or ill: what waits for one may have become possible or hopeless.
void Engine::call_all_back(Host& host) {
  for (auto& [need, line] : host.aside) {
    while (const auto id = line.pop()) {
      auto& task = *tasks_.at(*id);
      task.aside = false;
      host.queue.push(task.spec->caller, task.place, task.id);
    }
  }
  host.aside.clear();
}

// Absent is fine.
void Engine::leave_line(TaskRecord& task) {
  auto& host = hosts_.at(task.spec->host);
  host.queue.erase(task.spec->caller, task.place);
  if (!std::exchange(task.aside, false)) return;
  for (auto& [need, line] : host.aside) line.erase(task.spec->caller, task.place);
  std::erase_if(host.aside, [](const auto& entry) { return entry.second.empty(); });
}

// It was not sent, so another upstream may have it; else it ends here.
void Engine::give_up(TaskRecord& task, Error error) {
  if (reroute(task, to_string(error.kind()))) return;
  task.outcome.error = std::move(error);
  settle(task, TaskState::failed);
}

// To the next upstream that may draw the same, if there is one; the caller has made sure that
// nothing was sent, or that it is known not to have been paid.
bool Engine::reroute(TaskRecord& task, std::string_view why) {
  const auto& others = task.spec->alternatives;
  if (!others || others->empty()) return false;
  leave_line(task);
  stop_timer(task);
  const bool was_queued = is_waiting(task.state);
  if (was_queued) queued_bytes_of(*task.spec) -= waiting_bytes(*task.spec);
  adoption_.remove(*task.spec, task.id);
  const auto left = std::exchange(task.spec, others->front());
  adoption_.add(*task.spec, task.id);
  if (was_queued) queued_bytes_of(*task.spec) += waiting_bytes(*task.spec);
  if (task.trying) {
    task.trying->in_vain.clear();
    task.trying->signed_in = false;
  }
  task.not_before = {};
  ++counts_.rerouted;
  for (auto* observer : observers_) observer->rerouted(task, *left, why);
  note(task, JournalStep::intent);
  if (!was_queued) return back_into_line(task), true;
  if (task.state == TaskState::queued) enqueue(task);
  lease_again_ = true;
  return true;
}

}  // namespace gw
