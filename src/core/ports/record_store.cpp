#include "core/ports/record_store.hpp"

namespace gw {

JobStatus JobRecord::status() const {
  std::vector<TaskState> states;
  states.reserve(tasks.size());
  for (const auto& task : tasks) states.push_back(task.state);
  return status_of(states);
}

}  // namespace gw
