// A job as its owner sees it: its rows, and over them what the engine knows better.
#pragma once

#include "core/engine/engine.hpp"
#include "core/engine/try_record.hpp"
#include "core/jobs/job.hpp"
#include "core/ports/record_store.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace gw {

struct JobPicture {
  TaskId task;
  JobStatus status = JobStatus::queued;  // never partly_succeeded
  std::uint64_t seed = 0;
  ImageSize size;  // in pixels, once it is drawn
  std::optional<StoredPicture> stored;
  std::optional<Error> error;       // why there is no picture
  std::vector<TryRecord> attempts;  // those that have ended, the last kTriesRemembered
};

struct Job {
  RequestInfo info;
  DrawnRoute route;
  JobStatus status = JobStatus::queued;
  std::vector<JobPicture> pictures;  // by index
  bool cancel_requested = false;     // while it runs: what was sent goes on
  std::size_t position = 0;          // while queued: 1 is next; 0: not known
  std::size_t queue_length = 0;
  std::optional<WallTime> started;  // when the first of its pictures was sent
  std::optional<WallTime> finished;
  std::optional<Error> error;           // over, and nothing was made: the most telling one
  std::chrono::milliseconds queued{0};  // the longest of its pictures, like the next
  std::chrono::milliseconds upstream{0};
  std::int64_t points = 0;  // that its tries cost
};

// I/O thread. There is no third place that says what a job is doing.
Job view_of(JobRecord record, Engine& engine, bool cancel_requested);

// Eight characters that change whenever something about the job does, its place in line aside; the
// same after a restart.
std::string version_of(const Job& job);

}  // namespace gw
