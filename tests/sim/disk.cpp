#include "tests/sim/disk.hpp"

#include <algorithm>
#include <utility>

namespace gw::sim {

void Disk::append(const JournalEntry& entry) {
  if (unplugged_) return;
  unsynced_.push_back(entry);
  apply(newest_, entry);
  if (entry.step == JournalStep::settled && entry.outcome == TaskState::done) ++done_;
}

void Disk::apply(std::map<TaskId, Row>& rows, const JournalEntry& entry) {
  // A plain call has no row before it is sent.
  if (entry.step == JournalStep::intent && !is_durable(*entry.spec)) {
    rows.erase(entry.task);
    return;
  }
  auto& row = rows[entry.task];
  row.spec = entry.spec;
  row.step = entry.step;
  row.tries = entry.tries;
  row.picture = entry.picture;
  if (entry.step == JournalStep::sent) row.sent = entry.at;
  if (entry.step == JournalStep::settled) row.outcome = to_string(entry.outcome);
}

bool Disk::sync() {
  if (full_) return false;
  for (const auto& entry : std::exchange(unsynced_, {})) apply(rows_, entry);
  return true;
}

bool Disk::crash(SeededRandom& random) {
  const auto kept = full_ ? 0 : random.below(unsynced_.size() + 1);
  bool send_lost = false;
  for (std::size_t i = 0; i < unsynced_.size(); ++i) {
    if (i < kept) {
      apply(rows_, unsynced_[i]);
    } else if (unsynced_[i].step == JournalStep::sent) {
      send_lost = true;
    }
  }
  unsynced_.clear();
  newest_ = rows_;
  return send_lost;
}

// As the record store does it: of plain calls only what was sent, of jobs what was queued too.
std::vector<UnfinishedTask> Disk::unfinished() const {
  std::vector<UnfinishedTask> tasks;
  for (const auto& [id, row] : rows_) {
    const bool sent = row.step == JournalStep::sent;
    if (row.step == JournalStep::settled || (!sent && !is_durable(*row.spec))) continue;
    UnfinishedTask task;
    task.id = id;
    task.spec = row.spec;
    task.tries = row.tries;
    task.sent = sent;
    task.picture = row.picture;
    task.sent_at = row.sent;
    if (sent && has_picture(row.picture)) {
      task.found = StoredPicture{};
      task.found->id = row.picture;
    }
    tasks.push_back(std::move(task));
  }
  return tasks;
}

std::vector<LostSend> Disk::lost() const {
  std::vector<LostSend> lost;
  for (const auto& [id, row] : rows_) {
    if (row.outcome == "unknown") lost.push_back({row.spec->host, row.sent});
  }
  return lost;
}

TaskId Disk::last() const {
  return rows_.empty() ? TaskId{0} : rows_.rbegin()->first;
}

const Disk::Row* Disk::newest(TaskId task) const {
  const auto found = newest_.find(task);
  return found == newest_.end() ? nullptr : &found->second;
}

}  // namespace gw::sim
