// The journal in memory: what is open now, and how much was ever done.
#pragma once

#include "core/ports/journal.hpp"

#include <cstdint>
#include <unordered_map>

namespace gw {

// Bounded by the live tasks: a settled one is only counted. Owned by the composition root; I/O
// thread.
class MemoryJournal final : public Journal {
 public:
  void append(const JournalEntry& entry) override;

  std::size_t open_tasks() const { return open_.size(); }
  // Sent and not settled: what a crash now would leave unknown.
  std::size_t unsettled_sends() const;

 private:
  std::unordered_map<TaskId, JournalStep> open_;
};

}  // namespace gw
