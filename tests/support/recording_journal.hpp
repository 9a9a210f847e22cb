// Remembers every line of the engine's journal.
#pragma once

#include "core/ports/journal.hpp"

#include <string>
#include <utility>
#include <vector>

namespace gw::test {

class RecordingJournal final : public Journal {
 public:
  void append(const JournalEntry& entry) override {
    lines_.emplace_back(entry.task, describe(entry));
    if (entry.tried) tries_.emplace_back(entry.task, *entry.tried);
  }

  // What is not on disk yet never gets there while this is set.
  void refuse_sync(bool refuse) { refuse_ = refuse; }
  Task<void> synced() override {
    if (refuse_) co_return fail(Error(ErrorKind::storage_unavailable, "the disk is full"));
    co_return Done();
  }

  // "intent", "sent 1" (the number of the try), "settled done".
  std::vector<std::string> of(TaskId task) const {
    std::vector<std::string> found;
    for (const auto& [id, line] : lines_) {
      if (id == task) found.push_back(line);
    }
    return found;
  }
  std::vector<TryRecord> tries(TaskId task) const {
    std::vector<TryRecord> found;
    for (const auto& [id, tried] : tries_) {
      if (id == task) found.push_back(tried);
    }
    return found;
  }
  std::size_t size() const { return lines_.size(); }

 private:
  static std::string describe(const JournalEntry& entry) {
    switch (entry.step) {
      case JournalStep::intent:
        return "intent";
      case JournalStep::sent:
        return "sent " + std::to_string(entry.tries);
      case JournalStep::settled:
        return "settled " + std::string(to_string(entry.outcome));
    }
    return "?";
  }

  std::vector<std::pair<TaskId, std::string>> lines_;
  std::vector<std::pair<TaskId, TryRecord>> tries_;
  bool refuse_ = false;
};

}  // namespace gw::test
