// A durable request as its owner sees it: names of the states, and how they follow from its tasks.
#pragma once

#include "core/engine/task_state.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

namespace gw {

// design: "One name for each thing".
enum class JobStatus : std::uint8_t {
  queued,
  running,
  succeeded,
  partly_succeeded,
  failed,
  cancelled,
  unknown,  // sent, and the answer was lost: nothing is sent again by itself
};

std::string_view to_string(JobStatus status);
std::optional<JobStatus> job_status_of(std::string_view text);

constexpr bool is_over(JobStatus status) {
  return status != JobStatus::queued && status != JobStatus::running;
}

// Of the newest task of each picture; there is at least one. While any is open the job is queued
// (nothing has begun) or running; then what was made decides, and without any picture the most
// doubtful: unknown before failed before cancelled.
JobStatus status_of(std::span<const TaskState> tasks);

}  // namespace gw
