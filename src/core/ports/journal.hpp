// The port for the engine's journal: the record of what was meant to be done, was sent, and how it
// ended.
#pragma once

#include "base/clock.hpp"
#include "base/ids.hpp"

#include <cstdint>
#include <string_view>

namespace gw {

enum class JournalStep : std::uint8_t { intent, sent, settled };

struct JournalEntry {
  JournalStep step = JournalStep::intent;
  TaskId task;
  HostId host;
  int tries = 0;             // how often the task has been leased
  std::string_view outcome;  // settled: the final state's name; valid during the call only
  WallTime at;
};

// Called by the engine only, from the I/O thread, in the order in which things happen. `sent` is
// recorded before the first byte of the paid request leaves. Ephemeral tasks do not wait for the
// disk, so append returns at once.
class Journal {
 public:
  virtual ~Journal() = default;
  virtual void append(const JournalEntry& entry) = 0;
};

}  // namespace gw
