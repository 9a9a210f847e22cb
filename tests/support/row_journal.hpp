// A journal that writes its rows into a store without a database, at once or when a test says so.
#pragma once

#include "core/engine/task.hpp"
#include "core/ports/journal.hpp"
#include "tests/support/memory_record_store.hpp"

#include <functional>
#include <utility>
#include <vector>

namespace gw::test {

class RowJournal final : public Journal {
 public:
  explicit RowJournal(MemoryRecordStore& records) : records_(records) {}

  // While it is set nothing reaches the disk, and whoever waits for that is told so.
  bool refusing = false;
  // While it is set nothing is written before somebody waits for it, or flush().
  bool lazy = false;
  std::function<void(const std::vector<RequestId>&)> written;

  void append(const JournalEntry& entry) override {
    pending_.push_back(entry);
    if (!lazy) flush();
  }
  Task<void> synced() override {
    if (refusing) co_return fail(Error(ErrorKind::storage_unavailable, "the disk is full"));
    flush();
    co_return Done();
  }
  void flush() {
    if (refusing) return;
    std::vector<RequestId> jobs;
    for (const auto& entry : std::exchange(pending_, {})) {
      if (!is_durable(*entry.spec)) continue;
      write(entry);
      jobs.push_back(entry.spec->request->id);
    }
    if (written && !jobs.empty()) written(jobs);
  }

 private:
  void write(const JournalEntry& entry) {
    const auto& spec = *entry.spec;
    const auto& id = spec.request->id.value;
    if (!records_.requests.contains(id)) records_.requests[id] = request_of(spec, entry.at);
    auto& row = records_.tasks[entry.task.value];
    row.id = entry.task;
    row.request = spec.request->id;
    row.durability = Durability::durable;
    row.host = spec.host;
    row.index = spec.index;
    row.seed = spec.order.seed;
    row.tries = entry.tries;
    row.picture = entry.picture;
    row.stored = entry.stored;
    row.size = entry.size;
    row.error = entry.error;
    if (entry.tried) remember(row.attempts, *entry.tried);
    switch (entry.step) {
      case JournalStep::intent:
        row.state = TaskState::queued;
        if (!row.admitted) row.admitted = entry.at;
        break;
      case JournalStep::sent:
        row.state = TaskState::sent;
        row.sent = entry.at;
        break;
      case JournalStep::settled:
        row.state = entry.outcome;
        row.settled = entry.at;
        break;
    }
  }

  static RequestRow request_of(const TaskSpec& spec, WallTime created) {
    RequestRow row;
    row.info = *spec.request;
    row.info.created = created;
    row.info.output.retouch.reset();
    row.caller = spec.caller;
    row.host = spec.host;
    row.typical_duration = spec.typical_duration;
    row.fingerprint = spec.fingerprint;
    row.idempotency_key = spec.idempotency_key;
    row.order = spec.order;
    row.order.seed = 0;
    using enum InputRow::Role;
    for (const auto& picture : spec.references) row.inputs.push_back(input_of(reference, picture));
    if (spec.mask) row.inputs.push_back(input_of(mask, *spec.mask));
    if (const auto& retouch = spec.request->output.retouch) {
      row.inputs.push_back(input_of(original, retouch->original));
      row.inputs.push_back(input_of(retouch_mask, retouch->mask));
    }
    return row;
  }

  static InputRow input_of(InputRow::Role role, const Reference& picture) {
    return {.role = role,
            .blob = picture.upload->kept_as(),
            .format = picture.format,
            .size = picture.size,
            .digest = picture.digest,
            .bytes = picture.upload->size()};
  }

  MemoryRecordStore& records_;
  std::vector<JournalEntry> pending_;
};

}  // namespace gw::test
