// The states of a task and the arrows between them: the one state machine of the design.
#pragma once

#include <cstdint>
#include <string_view>

namespace gw {

enum class TaskState : std::uint8_t {
  queued,  // waits for a slot, or for its not-before
  parked,  // its client left while it was queued; passed over, keeps its place
  leased,  // has a slot; nothing has been sent
  sent,    // the journal says so, and the upstream may be drawing
  saving,  // the upstream has answered with a picture; the file is being written
  done,
  failed,
  cancelled,  // parked too long, or its owner does not want it any more
  unknown,    // sent, and the answer was lost
};

std::string_view to_string(TaskState state);

// No arrow leaves these.
constexpr bool is_final(TaskState state) {
  return state == TaskState::done || state == TaskState::failed || state == TaskState::cancelled ||
         state == TaskState::unknown;
}

// Has a slot that the upstream may be using.
constexpr bool is_running(TaskState state) {
  return state == TaskState::leased || state == TaskState::sent;
}

// Waits for its turn, or for its client to come back.
constexpr bool is_waiting(TaskState state) {
  return state == TaskState::queued || state == TaskState::parked;
}

bool may_move(TaskState from, TaskState to);

}  // namespace gw
