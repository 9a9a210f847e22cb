#include "core/jobs/job.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace gw {
namespace {

constexpr std::array kNames{
    std::pair{JobStatus::queued, std::string_view("queued")},
    std::pair{JobStatus::running, std::string_view("running")},
    std::pair{JobStatus::succeeded, std::string_view("succeeded")},
    std::pair{JobStatus::partly_succeeded, std::string_view("partly_succeeded")},
    std::pair{JobStatus::failed, std::string_view("failed")},
    std::pair{JobStatus::cancelled, std::string_view("cancelled")},
    std::pair{JobStatus::unknown, std::string_view("unknown")},
};

bool waits(TaskState state) {
  return state == TaskState::queued || state == TaskState::parked;
}

}  // namespace

std::string_view to_string(JobStatus status) {
  return kNames.at(static_cast<std::size_t>(status)).second;
}

std::optional<JobStatus> job_status_of(std::string_view text) {
  for (const auto& [status, name] : kNames) {
    if (name == text) return status;
  }
  return std::nullopt;
}

JobStatus status_of(std::span<const TaskState> tasks) {
  const auto any = [&](TaskState state) { return std::ranges::find(tasks, state) != tasks.end(); };
  if (!std::ranges::all_of(tasks, is_final))
    return std::ranges::all_of(tasks, waits) ? JobStatus::queued : JobStatus::running;
  if (std::ranges::all_of(tasks, [](TaskState state) { return state == TaskState::done; }))
    return JobStatus::succeeded;
  if (any(TaskState::done)) return JobStatus::partly_succeeded;
  if (any(TaskState::unknown)) return JobStatus::unknown;
  return any(TaskState::failed) ? JobStatus::failed : JobStatus::cancelled;
}

}  // namespace gw
