// The port for the engine's journal: the record of what was meant to be done, was sent, and how it
// ended.
#pragma once

#include "base/clock.hpp"
#include "base/error.hpp"
#include "base/ids.hpp"
#include "base/task.hpp"
#include "core/engine/task_state.hpp"
#include "core/engine/try_record.hpp"
#include "core/library/stored_picture.hpp"

#include <cstdint>
#include <memory>
#include <optional>

namespace gw {

struct TaskSpec;

enum class JournalStep : std::uint8_t { intent, sent, settled };

// Something that was sent and whose answer was lost: it may still hold a place upstream.
struct LostSend {
  HostId host;
  WallTime sent;
};

struct JournalEntry {
  JournalStep step = JournalStep::intent;
  TaskId task;
  std::shared_ptr<const TaskSpec> spec;
  int tries = 0;      // how often the task has been leased
  PictureId picture;  // from `sent` on: the name its picture will be stored under
  TaskState outcome = TaskState::queued;  // settled: the final state
  std::optional<StoredPicture> stored;    // settled: what was kept of it
  ImageSize size;                         // settled: of the picture, in pixels
  std::optional<Error> error;             // settled: of the drawing, or of the storing
  // settled, and intent when a task goes back into the queue: the try that has just ended.
  std::optional<TryRecord> tried = {};
  WallTime at;
};

// Called by the engine only, from the I/O thread, in the order in which things happen. `sent` is
// recorded before the first byte of the paid request leaves.
class Journal {
 public:
  virtual ~Journal() = default;
  // Returns at once: ephemeral tasks do not wait for the disk.
  virtual void append(const JournalEntry& entry) = 0;
  // Returns when all that was appended so far is on disk and survives a loss of power.
  // storage_unavailable when the disk does not take it; it is tried again with what comes next.
  virtual Task<void> synced() = 0;
};

}  // namespace gw
