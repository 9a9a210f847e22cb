#include "core/engine/fair_queue.hpp"

namespace gw {

void FairQueue::push(const CallerId& caller, Place place, TaskId task) {
  const auto [lane, is_new] = lanes_.try_emplace(caller);
  if (is_new) lane->second.turn = turns_.insert(turns_.end(), &lane->first);
  if (lane->second.tasks.emplace(place, task).second) ++size_;
}

void FairQueue::erase(const CallerId& caller, Place place) {
  const auto lane = lanes_.find(caller);
  if (lane == lanes_.end() || lane->second.tasks.erase(place) == 0) return;
  --size_;
  if (lane->second.tasks.empty()) drop_lane(lane);
}

std::optional<TaskId> FairQueue::pop() {
  if (turns_.empty()) return std::nullopt;
  const auto lane = lanes_.find(*turns_.front());
  auto& tasks = lane->second.tasks;
  const auto task = tasks.begin()->second;
  tasks.erase(tasks.begin());
  --size_;
  if (tasks.empty()) {
    drop_lane(lane);
  } else {
    turns_.splice(turns_.end(), turns_, lane->second.turn);
  }
  return task;
}

void FairQueue::drop_lane(Lanes::iterator lane) {
  turns_.erase(lane->second.turn);
  lanes_.erase(lane);
}

}  // namespace gw
