// What those who wait can see of a task: its place in line, and the picture as it grows.
#include "core/engine/engine.hpp"

#include <algorithm>

namespace gw {
namespace {

// Ten thousand who ask for their place every few seconds must not each have it counted. In a short
// line it is exact; in a long one as it was a moment ago.
constexpr std::size_t kShortLine = 256;
constexpr std::chrono::seconds kCountAgainAfter{2};

}  // namespace

void Engine::preview(TaskId id, Picture picture) {
  if (!wants_previews(id)) return;
  auto& task = *tasks_.at(id);
  picture.bytes = pictures_.charge(std::move(picture.bytes));
  const int number = task.preview ? task.preview->number + 1 : 0;
  task.preview = std::make_unique<Preview>(Preview{number, std::move(picture)});
  for (const auto& waiter : task.waiters) {
    if (waiter.previews == Previews::wanted && waiter.wake) waiter.wake();
  }
}

bool Engine::wants_previews(TaskId id) const {
  const auto wants = [](const Waiter& waiter) { return waiter.previews == Previews::wanted; };
  return std::ranges::any_of(tasks_.at(id)->waiters, wants);
}

Progress Engine::progress(TaskId id) {
  const auto& task = *tasks_.at(id);
  const bool waits = task.state == TaskState::queued || task.state == TaskState::parked;
  if (!waits && !is_running(task.state)) return {Progress::Stage::drawn};
  Progress progress;
  if (is_running(task.state)) {
    progress.stage = Progress::Stage::drawing;
    progress.drawing_time =
        std::chrono::duration_cast<std::chrono::milliseconds>(clock_.now() - task.started);
    return progress;
  }
  auto& host = hosts_.at(task.spec->host);
  progress.place = place_of(task, host);
  progress.queued = std::max(host.queue.size(), progress.place);
  return progress;
}

std::size_t Engine::place_of(const TaskRecord& task, Host& host) {
  const auto& queue = host.queue;
  if (queue.size() <= kShortLine) return queue.ahead_of(task.spec->caller, task.place) + 1;
  if (clock_.now() >= host.count_again) {
    host.count_again = clock_.now() + kCountAgainAfter;
    std::size_t place = 0;
    for (const auto id : queue.in_order()) tasks_.at(id)->counted_place = ++place;
  }
  return task.counted_place == 0 ? queue.size() : task.counted_place;  // 0: it came since
}

// What has to end before its turn comes, one after the other in as many lanes as there are slots;
// of what is drawn just now half is over.
std::chrono::seconds Engine::time_to_slot(const TaskSpec& spec, std::size_t pictures) const {
  const auto& host = hosts_.at(spec.host);
  const auto slots = std::max<std::size_t>(host.slots.limit(), 1);
  const auto busy = host.slots.held() + host.slots.unsure();
  const auto before = host.queue.ahead_of(spec.caller, next_place_) + busy + pictures;
  if (before <= slots) return std::chrono::seconds{0};
  const auto ends = static_cast<std::int64_t>(before - slots);
  return spec.typical_duration * (2 * ends - 1) / (2 * static_cast<std::int64_t>(slots));
}

}  // namespace gw
