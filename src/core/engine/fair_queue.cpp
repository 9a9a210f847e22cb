#include "core/engine/fair_queue.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

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

TaskId FairQueue::front() const {
  return lanes_.find(*turns_.front())->second.tasks.begin()->second;
}

std::size_t FairQueue::ahead_of(const CallerId& caller, Place place) const {
  const auto own = lanes_.find(caller);
  if (own == lanes_.end()) return lanes_.size();  // behind everybody's next
  const auto& tasks = own->second.tasks;
  const auto rounds =
      static_cast<std::size_t>(std::distance(tasks.begin(), tasks.lower_bound(place)));
  std::size_t ahead = rounds;
  bool turn_is_before = true;
  for (const auto* other : turns_) {
    if (*other == caller) {
      turn_is_before = false;
      continue;
    }
    const auto waiting = lanes_.find(*other)->second.tasks.size();
    ahead += std::min(waiting, rounds + (turn_is_before ? 1 : 0));
  }
  return ahead;
}

std::vector<TaskId> FairQueue::in_order() const {
  std::vector<TaskId> order;
  order.reserve(size_);
  using Tasks = std::map<Place, TaskId>;
  std::vector<std::pair<Tasks::const_iterator, Tasks::const_iterator>> round;
  for (const auto* caller : turns_) {
    const auto& tasks = lanes_.find(*caller)->second.tasks;
    round.emplace_back(tasks.begin(), tasks.end());
  }
  while (!round.empty()) {
    for (auto& [next, end] : round) order.push_back((next++)->second);
    std::erase_if(round, [](const auto& lane) { return lane.first == lane.second; });
  }
  return order;
}

void FairQueue::drop_lane(Lanes::iterator lane) {
  turns_.erase(lane->second.turn);
  lanes_.erase(lane);
}

}  // namespace gw
