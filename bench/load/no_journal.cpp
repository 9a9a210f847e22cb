// A journal that writes nothing, linked in place of storage/journal/record_journal.cpp: the program
// `gateway_without_journal` shows by comparison what the real one costs. No row, no library,
// nothing after a restart.
#include "storage/journal/record_journal.hpp"

namespace gw {

RecordJournal::RecordJournal(RecordStore& records, Executor io, Log& log)
    : records_(records), io_(io), log_(log), pause_(io), tasks_(io, {}) {}

void RecordJournal::recovered(const OpenWork&) {}

void RecordJournal::append(const JournalEntry&) {}

Task<void> RecordJournal::synced() {
  co_return Done();
}

Async<void> RecordJournal::stop(SteadyTime) {
  co_return;
}

}  // namespace gw
