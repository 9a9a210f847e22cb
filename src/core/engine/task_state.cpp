#include "core/engine/task_state.hpp"

namespace gw {

std::string_view to_string(TaskState state) {
  switch (state) {
    case TaskState::queued:
      return "queued";
    case TaskState::parked:
      return "parked";
    case TaskState::leased:
      return "leased";
    case TaskState::sent:
      return "sent";
    case TaskState::saving:
      return "saving";
    case TaskState::done:
      return "done";
    case TaskState::failed:
      return "failed";
    case TaskState::cancelled:
      return "cancelled";
    case TaskState::unknown:
      return "unknown";
  }
  return "unknown";
}

bool may_move(TaskState from, TaskState to) {
  using enum TaskState;
  switch (from) {
    case queued:
      return to == leased || to == parked || to == failed || to == cancelled;
    case parked:
      return to == queued || to == cancelled;
    // Back to queued or parked: the upstream told us to wait, and so the task has not been drawn.
    case leased:
      return to == sent || to == queued || to == parked || to == failed;
    case sent:
      return to == saving || to == queued || to == parked || to == failed || to == unknown;
    case saving:
      return to == done;
    case done:
    case failed:
    case cancelled:
    case unknown:
      return false;
  }
  return false;
}

}  // namespace gw
