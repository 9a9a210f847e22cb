// What survives a crash: the journal as far as it was synced, and complete picture files.
#pragma once

#include "core/engine/engine.hpp"
#include "core/ports/journal.hpp"
#include "tests/sim/virtual_time.hpp"

#include <map>
#include <set>
#include <string>
#include <vector>

namespace gw::sim {

// The journal's port towards the engine, with a disk beneath it that may be full, and that at a
// crash keeps of the unsynced entries only as many of the first as it likes.
class Disk final : public Journal {
 public:
  struct Row {
    std::shared_ptr<const TaskSpec> spec;
    JournalStep step = JournalStep::intent;
    int tries = 0;
    PictureId picture;
    WallTime sent;
    std::string outcome;
  };

  void append(const JournalEntry& entry) override;
  Task<void> synced() override { co_return Done(); }  // the world syncs by itself

  bool dirty() const { return !unsynced_.empty(); }
  // All that was appended so far is safe; false and nothing is, while the disk is full.
  bool sync();
  void fill(bool full) { full_ = full; }
  bool full() const { return full_; }

  // A crash: what was not synced is lost from some entry on. True when that hid a send.
  bool crash(SeededRandom& random);
  // The rest of this process's notes goes nowhere.
  void unplug() { unplugged_ = true; }
  void plug_in() { unplugged_ = false; }

  std::vector<UnfinishedTask> unfinished() const;
  std::vector<LostSend> lost() const;
  TaskId last() const;

  // A file appears whole or not at all.
  void write_picture(const PictureId& id) { pictures_.insert(id); }
  bool has_picture(const PictureId& id) const { return pictures_.contains(id); }

  const std::map<TaskId, Row>& rows() const { return rows_; }  // as synced
  const Row* newest(TaskId task) const;                        // as appended
  std::size_t done() const { return done_; }

 private:
  static void apply(std::map<TaskId, Row>& rows, const JournalEntry& entry);

  std::map<TaskId, Row> rows_;
  std::map<TaskId, Row> newest_;
  std::vector<JournalEntry> unsynced_;
  std::set<PictureId> pictures_;
  std::size_t done_ = 0;
  bool full_ = false;
  bool unplugged_ = false;
};

}  // namespace gw::sim
