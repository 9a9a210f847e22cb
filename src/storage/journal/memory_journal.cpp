#include "storage/journal/memory_journal.hpp"

#include <algorithm>

namespace gw {

void MemoryJournal::append(const JournalEntry& entry) {
  if (entry.step == JournalStep::settled) {
    open_.erase(entry.task);
  } else {
    open_.insert_or_assign(entry.task, entry.step);
  }
}

std::size_t MemoryJournal::unsettled_sends() const {
  return static_cast<std::size_t>(std::ranges::count_if(
      open_, [](const auto& entry) { return entry.second == JournalStep::sent; }));
}

}  // namespace gw
