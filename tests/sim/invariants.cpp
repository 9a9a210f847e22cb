#include "tests/sim/invariants.hpp"

#include <algorithm>
#include <ranges>
#include <utility>
#include <vector>

namespace gw::sim {

std::optional<std::string> Invariants::after_step() {
  if (world_.broken_) return world_.broken_;
  if (!upstream_limit_kept()) return "more jobs run at the upstream than it has places";
  if (!refused_only_probes()) return "the upstream refused a request that was no probe";
  if (!slots_match_running_tasks()) return "the slots held are not those of the running tasks";
  if (!counts_match_tasks()) return "the counters do not match the tasks";
  if (!no_slot_idle_beside_work()) return "a slot is free while something could run";
  if (world_.upstream_.any_paid_twice()) return "a task was paid for twice";
  if (!accounts_match_running_tasks()) return "the accounts in use are not those of running tasks";
  if (!repeats_are_bounded()) return "more tries were made over again than the budget allows";
  if (world_.let_through_shut_door_ > 0) return "a task was sent to a host that is shut";
  if (!deadlines_kept()) return "a client waits beyond its deadline";
  if (!nobody_starves()) return "a caller was passed over twice by the same other one";
  return std::nullopt;
}

std::optional<std::string> Invariants::at_rest() {
  if (world_.engine_->known_tasks() != 0) return "tasks are left over when nothing moves any more";
  if (world_.engine_->slots(world_.host_).held() != 0)
    return "slots are left over when nothing moves any more";
  if (world_.engine_->pictures_in_memory().used() != 0)
    return "picture bytes are left over in memory";
  if (!world_.disk_.sync()) return "the disk is full for ever";
  if (auto broken = promises_kept()) return broken;
  if (world_.process_ == 0 && world_.disk_.done() != world_.upstream_.pictures_answered())
    return "the journal does not equal the pictures";
  const auto waiting = std::ranges::any_of(
      world_.clients_, [](const auto& client) { return !client->tickets.empty(); });
  if (waiting) return "a client waits for ever";
  return std::nullopt;
}

// What a job was promised outlives every crash: it ends, and a picture whose file is there is its
// picture.
std::optional<std::string> Invariants::promises_kept() const {
  for (const auto& [task, row] : world_.disk_.rows()) {
    if (row.step != JournalStep::settled) return "a task was lost: on disk and never settled";
    const bool there = world_.disk_.has_picture(row.picture);
    if (is_durable(*row.spec) && there != (row.outcome == "done"))
      return "a job is done without its picture, or has it and is not done";
  }
  for (const auto& client : world_.clients_) {
    if (!client->promised) continue;
    const auto row = world_.disk_.rows().find(*client->promised);
    if (row == world_.disk_.rows().end() || row->second.spec != client->spec)
      return "a promised job is not in the journal";
    if (row->second.outcome == "cancelled" && !client->answered)
      return "a promised job was dropped without having been asked to";
  }
  return std::nullopt;
}

bool Invariants::upstream_limit_kept() const {
  return world_.upstream_.running() <= world_.upstream_.limit();
}

// A normal lease stands on knowledge, so the upstream has no reason to refuse it (budget: 0
// avoidable refusals).
bool Invariants::refused_only_probes() const {
  return world_.refused_normal_leases_ == 0;
}

bool Invariants::slots_match_running_tasks() const {
  std::size_t leased = 0;
  world_.engine_->for_each_task(
      [&](const TaskRecord& task) { leased += task.lease.has_value() ? 1 : 0; });
  return leased == world_.running_.size() && leased == world_.engine_->slots(world_.host_).held();
}

bool Invariants::counts_match_tasks() const {
  EngineCounts seen;
  world_.engine_->for_each_task([&](const TaskRecord& task) {
    const bool in_line = task.state == TaskState::queued || task.state == TaskState::parked;
    seen.queued += in_line ? 1 : 0;
    seen.parked += task.state == TaskState::parked ? 1 : 0;
    seen.running += is_running(task.state) ? 1 : 0;
    seen.saving += task.state == TaskState::saving ? 1 : 0;
  });
  const auto& told = world_.engine_->counts();
  return seen.queued == told.queued && seen.parked == told.parked && seen.running == told.running &&
         seen.saving == told.saving;
}

bool Invariants::no_slot_idle_beside_work() const {
  const auto& engine = *world_.engine_;
  if (engine.ready(world_.host_) == 0) return true;
  const auto& slots = engine.slots(world_.host_);
  const auto now = world_.clock_.now();
  // It rings within this very moment.
  if (world_.alarm_at_ && *world_.alarm_at_ <= now) return true;
  // A door that is shut, or whose one try is out; accounts that are busy, set aside or looked at.
  const auto door = world_.engine_->host(world_.host_)->door;
  if (door != DoorState::open) return true;
  if (!world_.accounts_.empty() && !engine.somebody_free(world_.host_)) return true;
  // A pause, or an unsure slot that ripens: an alarm is set for it.
  if (slots.free(now) == 0 || slots.next_change(now)) return true;
  // While the budget is spent one task at a time goes on, and there must be one.
  const bool something_goes_on = engine.counts().running + engine.counts().saving > 0;
  return engine.pictures_in_memory().spent() && something_goes_on;
}

// Each within its own limit.
bool Invariants::accounts_match_running_tasks() const {
  for (const auto& account : world_.accounts_) {
    const auto view = world_.engine_->view(world_.host_, account.id);
    const auto used = std::ranges::count(world_.running_ | std::views::values, account.id);
    if (!view || view->leases != used) return false;
    if (account.parallel > 0 && view->leases > account.parallel) return false;
  }
  return true;
}

void Invariants::Counted::note(std::uint64_t count, SteadyTime now) {
  if (count < seen) times.clear();  // another process
  for (; seen < count; ++seen) times.push_back(now);
  seen = count;
}

std::uint64_t Invariants::Counted::since(SteadyTime from) const {
  return static_cast<std::uint64_t>(
      std::ranges::count_if(times, [from](SteadyTime at) { return at > from; }));
}

// A fifth of what came within a minute, three at least; the budget counts in whole seconds.
bool Invariants::repeats_are_bounded() {
  const auto now = world_.clock_.now();
  const auto& counts = world_.engine_->counts();
  admitted_.note(counts.admitted, now);
  const bool one_more = counts.repeats > repeats_.seen;
  repeats_.note(counts.repeats, now);
  if (!one_more) return true;
  const auto allowed =
      std::max<std::uint64_t>(3, admitted_.since(now - std::chrono::seconds(61)) / 5);
  return repeats_.since(now - std::chrono::seconds(59)) <= allowed;
}

bool Invariants::deadlines_kept() const {
  const auto now = world_.clock_.now();
  return std::ranges::none_of(world_.clients_, [&](const auto& client) {
    return !client->tickets.empty() && client->deadline < now && !client->tickets.front().ready();
  });
}

int& Invariants::PassedOver::times(std::string_view other) {
  for (auto& [name, count] : others) {
    if (name == other) return count;
  }
  return others.emplace_back(other, 0).second;
}

// Round robin: while a caller has ready work, every other caller is served at most once before its
// turn comes.
bool Invariants::nobody_starves() {
  if (std::exchange(process_, world_.process_) != world_.process_) passed_over_.clear();
  for (; leases_seen_ < world_.leases_.size(); ++leases_seen_) {
    const std::string_view served = world_.leases_[leases_seen_]->caller.value;
    std::erase_if(passed_over_, [&](const auto& one) { return one.caller == served; });
    for (auto& one : passed_over_) {
      // One extra: a caller may become ready behind one that already stands in line.
      if (++one.times(served) > 2) return false;
    }
  }
  note_ready();
  return true;
}

void Invariants::note_ready() {
  ready_.clear();
  world_.engine_->for_each_task([&](const TaskRecord& task) {
    if (task.state == TaskState::queued && !task.aside && task.not_before <= world_.clock_.now())
      ready_.push_back(task.spec->caller.value);
  });
  std::erase_if(passed_over_, [&](const auto& one) {
    return std::ranges::find(ready_, one.caller) == ready_.end();
  });
  for (const auto caller : ready_) {
    if (std::ranges::find(passed_over_, caller, &PassedOver::caller) == passed_over_.end())
      passed_over_.push_back({.caller = caller, .others = {}});
  }
}

}  // namespace gw::sim
