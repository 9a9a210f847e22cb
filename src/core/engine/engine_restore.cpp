// What was not over when the process ended (design: engine table, row "restart").
#include "core/engine/engine.hpp"

#include <algorithm>

namespace gw {

void Engine::restore(std::vector<UnfinishedTask> tasks, const std::vector<LostSend>& lost,
                     TaskId last) {
  next_task_ = std::max(next_task_, last.value + 1);
  for (const auto& send : lost) restore_unsure(send, {});
  tasks_.reserve(tasks_.size() + tasks.size());
  for (auto& task : tasks) restore(std::move(task));
  lease_all();
  arm();
}

void Engine::restore(UnfinishedTask unfinished) {
  const bool known_host = hosts_.contains(unfinished.spec->host);
  if (!known_host) add_host(unfinished.spec->host, 1);
  auto& task = insert(unfinished.id, unfinished.spec);
  task.tries = unfinished.tries;
  if (unfinished.sent) return restore_sent(task, std::move(unfinished));
  if (known_host) return enqueue(task);
  task.outcome.error = Error(ErrorKind::upstream_unavailable,
                             "the upstream that was to draw this is no longer configured");
  settle(task, TaskState::failed);
}

// Nothing is sent a second time by itself: what is not here may have been drawn and paid for.
void Engine::restore_sent(TaskRecord& task, UnfinishedTask unfinished) {
  task.picture = std::move(unfinished.picture);
  move(task, TaskState::leased);
  move(task, TaskState::sent);
  if (unfinished.found) {
    move(task, TaskState::saving);
    task.outcome.stored = std::move(unfinished.found);
    task.size = unfinished.found_size;
    return settle(task, TaskState::done);
  }
  restore_unsure({task.spec->host, unfinished.sent_at}, task.spec->typical_duration);
  task.outcome.error =
      Error(ErrorKind::upstream_error,
            "the gateway was stopped while the upstream drew this; whether it was drawn is unknown")
          .without_retry();
  settle(task, TaskState::unknown);
}

// By the wall clock, because the steady one began anew. One that was turned back must not keep the
// slot for longer than it would have been.
void Engine::restore_unsure(const LostSend& lost, std::chrono::seconds typical) {
  const auto host = hosts_.find(lost.host);
  const auto gone = std::max<SteadyTime::duration>(clock_.wall() - lost.sent, {});
  if (host == hosts_.end() || gone >= options_.unsure_free_after) return;
  const auto now = clock_.now();
  host->second.slots.add_unsure(now + std::max(options_.unsure_probe_after, typical),
                                now + options_.unsure_free_after - gone);
}

}  // namespace gw
