// Entries of the engine's journal as rows that are still to be written.
#pragma once

#include "core/engine/task.hpp"
#include "core/ports/journal.hpp"
#include "core/ports/record_store.hpp"

#include <map>
#include <unordered_map>
#include <unordered_set>
#include <vector>

namespace gw {

// Pure; I/O thread. Only the newest state of a task is written. An ephemeral task has a row from
// `sent` until it is settled, because only what was sent matters after a crash; one that is unknown
// keeps it, because it may still hold a place upstream.
class PendingRows final {
 public:
  void add(const JournalEntry& entry);
  bool empty() const;
  // An earlier process has written a row for this plain call.
  void found_on_disk(TaskId task) { on_disk_.insert(task); }

  // Everything, in one batch. Either of the two must follow before the next take().
  RecordBatch take();
  void written();    // it is on disk
  void give_back();  // it is not: it is pending again, beneath what has come since

 private:
  struct Row {
    std::shared_ptr<const TaskSpec> spec;
    JournalEntry last;
    std::optional<WallTime> admitted;
    std::optional<WallTime> sent;
    std::vector<TryRecord> tries;  // that have ended
  };
  using Rows = std::map<TaskId, Row>;
  void add_to(RecordBatch& batch, TaskId task, const Row& row) const;
  bool says_nothing(TaskId task, const Row& row) const;

  Rows rows_;
  Rows taken_;
  std::unordered_set<TaskId> on_disk_;  // ephemeral tasks that have a row there
};

// The rows of a task: pure.
TaskRow task_row(TaskId task, const TaskSpec& spec, const JournalEntry& last);
RequestRow request_row(const TaskSpec& spec, WallTime created);
PictureRow picture_row(const TaskSpec& spec, const JournalEntry& settled);
AnswerRow answer_row(const TaskSpec& spec, const JournalEntry& settled);

}  // namespace gw
