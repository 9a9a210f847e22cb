// The journal on disk: what the engine notes becomes rows, many at a time, behind its back.
#pragma once

#include "base/event.hpp"
#include "base/task_group.hpp"
#include "core/ports/journal.hpp"
#include "core/ports/record_store.hpp"
#include "storage/journal/pending_rows.hpp"
#include "telemetry/log.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

namespace gw {

// Group commit: while one batch is written the next one gathers, and what began and ended meanwhile
// costs one row or none. Owned by the composition root; I/O thread; stop() before it is destroyed.
class RecordJournal final : public Journal {
 public:
  RecordJournal(RecordStore& records, Executor io, Log& log);

  // What an earlier process left; before the first entry.
  void recovered(const OpenWork& work);
  void append(const JournalEntry& entry) override;
  Task<void> synced() override;

  // Called with the durable requests of each batch that is on disk; must not call back.
  using Written = std::function<void(const std::vector<RequestId>&)>;
  void on_written(Written written) { written_ = std::move(written); }

  // False after a batch that the disk did not take, until one is taken again: then no durable work
  // may be promised.
  bool accepting() const { return accepting_; }
  // Batches that the disk did not take.
  std::uint64_t failures() const { return failures_; }

  // Writes what is left, or gives up at `deadline`.
  Async<void> stop(SteadyTime deadline);

 private:
  struct Promise {
    explicit Promise(Executor io) : kept(io) {}
    Event kept;
    Result<void> outcome;
  };
  using Promises = std::vector<std::shared_ptr<Promise>>;

  void write_soon();
  Async<void> write_all();
  Async<void> write_one();
  Async<void> gather(std::chrono::milliseconds time);
  void note(const Result<void>& outcome);

  RecordStore& records_;
  Executor io_;
  Log& log_;
  Written written_;
  PendingRows pending_;
  Promises promises_;  // of what is pending
  bool writing_ = false;
  bool accepting_ = true;
  std::uint64_t failures_ = 0;
  bool stopping_ = false;
  Event::Timer pause_;  // before the next batch; cancelled when somebody waits for it
  TaskGroup tasks_;
};

}  // namespace gw
