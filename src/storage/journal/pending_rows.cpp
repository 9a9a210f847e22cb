#include "storage/journal/pending_rows.hpp"

#include "core/finishing.hpp"

#include <utility>

namespace gw {
namespace {

TaskState state_of(const JournalEntry& entry) {
  switch (entry.step) {
    case JournalStep::intent:
      return TaskState::queued;
    case JournalStep::sent:
      return TaskState::sent;
    case JournalStep::settled:
      break;
  }
  return entry.outcome;
}

bool is_settled(const JournalEntry& entry) {
  return entry.step == JournalStep::settled;
}

InputRow input_row(InputRow::Role role, const Reference& reference) {
  return {.role = role,
          .blob = reference.upload->kept_as(),
          .format = reference.format,
          .size = reference.size,
          .digest = reference.digest,
          .bytes = reference.upload->size()};
}

std::vector<InputRow> input_rows(const TaskSpec& spec) {
  using enum InputRow::Role;
  std::vector<InputRow> rows;
  for (const auto& given : spec.references) rows.push_back(input_row(reference, given));
  if (spec.mask) rows.push_back(input_row(mask, *spec.mask));
  if (const auto& retouch = spec.request->output.retouch) {
    rows.push_back(input_row(original, retouch->original));
    rows.push_back(input_row(retouch_mask, retouch->mask));
  }
  return rows;
}

// A job's picture is kept as it was asked for: where that is not as it was drawn, it answers no
// other request.
bool is_as_drawn(const TaskSpec& spec) {
  const auto& output = spec.request->output;
  const bool converted = output.retouch || output.format || output.background == Background::opaque;
  return !is_durable(spec) || !converted;
}

}  // namespace

TaskRow task_row(TaskId task, const TaskSpec& spec, const JournalEntry& last) {
  TaskRow row;
  row.id = task;
  if (spec.request) {
    row.request = spec.request->id;
    row.durability = spec.request->durability;
  }
  row.host = spec.host;
  row.index = spec.index;
  row.seed = spec.order.seed;
  row.state = state_of(last);
  row.tries = last.tries;
  row.picture = last.picture;
  row.stored = last.stored;
  row.size = last.size;
  row.error = last.error;
  if (is_settled(last)) row.settled = last.at;
  return row;
}

RequestRow request_row(const TaskSpec& spec, WallTime created) {
  RequestRow row;
  row.info = *spec.request;
  if (row.info.created == WallTime{}) row.info.created = created;
  row.info.output.retouch.reset();
  row.caller = spec.caller;
  row.host = spec.host;
  row.typical_duration = spec.typical_duration;
  row.fingerprint = spec.fingerprint;
  row.idempotency_key = spec.idempotency_key;
  row.order = spec.order;
  row.order.seed = 0;
  row.inputs = input_rows(spec);
  return row;
}

PictureRow picture_row(const TaskSpec& spec, const JournalEntry& settled) {
  const auto& request = *spec.request;
  PictureRow row;
  row.file = settled.stored.value();
  row.owner = request.owner;
  row.end_user = request.end_user;
  row.request = request.id;
  row.index = spec.index;
  row.kind = request.kind;
  row.model = request.model;
  row.provider = request.provider;
  row.prompt = request.prompt;
  row.revised_prompt = request.revised_prompt;
  row.negative_prompt = spec.order.negative_prompt;
  row.style = request.style;
  row.seed = spec.order.seed;
  row.size = settled.size;
  row.steps = spec.order.steps;
  row.quality = request.quality;
  if (is_as_drawn(spec)) row.cache_key = spec.cache_key;
  return row;
}

AnswerRow answer_row(const TaskSpec& spec, const JournalEntry& settled) {
  return {.owner = spec.key,
          .idempotency_key = spec.idempotency_key,
          .index = spec.index,
          .fingerprint = spec.fingerprint,
          .picture = settled.stored.value().id,
          .seed = spec.order.seed,
          .written = settled.at};
}

void PendingRows::add(const JournalEntry& entry) {
  auto& row = rows_[entry.task];
  row.spec = entry.spec;
  row.last = entry;
  if (entry.step == JournalStep::intent && entry.tries == 0) row.admitted = entry.at;
  if (entry.step == JournalStep::sent) row.sent = entry.at;
  if (entry.tried) remember(row.tries, *entry.tried);
  if (says_nothing(entry.task, row)) rows_.erase(entry.task);
}

// Neither on disk nor worth being there: while the disk is full such rows must not gather.
bool PendingRows::says_nothing(TaskId task, const Row& row) const {
  if (is_durable(*row.spec) || on_disk_.contains(task) || taken_.contains(task)) return false;
  if (row.last.step == JournalStep::intent) return true;
  return is_settled(row.last) && !row.last.stored && row.last.outcome != TaskState::unknown;
}

bool PendingRows::empty() const {
  return rows_.empty();
}

RecordBatch PendingRows::take() {
  taken_ = std::exchange(rows_, {});
  RecordBatch batch;
  for (const auto& [task, row] : taken_) add_to(batch, task, row);
  return batch;
}

void PendingRows::add_to(RecordBatch& batch, TaskId task, const Row& row) const {
  const auto& spec = *row.spec;
  const bool durable = is_durable(spec);
  if (durable) batch.sync = RecordBatch::Sync::fsync;
  if (durable && row.admitted && spec.index == 0)
    batch.requests.push_back(request_row(spec, *row.admitted));
  const bool lost = is_settled(row.last) && row.last.outcome == TaskState::unknown;
  if (durable || lost || row.last.step == JournalStep::sent) {
    auto written = task_row(task, spec, row.last);
    written.admitted = row.admitted;
    written.sent = row.sent;
    written.attempts = row.tries;
    batch.tasks.push_back(std::move(written));
  } else if (on_disk_.contains(task)) {
    batch.forgotten.push_back(task);
  }
  if (!is_settled(row.last) || !row.last.stored || !spec.request) return;
  batch.pictures.push_back(picture_row(spec, row.last));
  if (!spec.idempotency_key.empty()) batch.answers.push_back(answer_row(spec, row.last));
}

void PendingRows::written() {
  for (const auto& [task, row] : taken_) {
    if (is_durable(*row.spec)) continue;
    if (row.last.step == JournalStep::sent) {
      on_disk_.insert(task);
    } else {
      on_disk_.erase(task);
    }
  }
  taken_.clear();
}

void PendingRows::give_back() {
  for (auto& [task, row] : taken_) {
    const auto newer = rows_.find(task);
    if (newer == rows_.end()) {
      rows_.emplace(task, std::move(row));
      continue;
    }
    if (!newer->second.admitted) newer->second.admitted = row.admitted;
    if (!newer->second.sent) newer->second.sent = row.sent;
    auto newer_tries = std::exchange(newer->second.tries, std::move(row.tries));
    for (auto& tried : newer_tries) remember(newer->second.tries, std::move(tried));
  }
  taken_.clear();
  std::erase_if(rows_, [&](const auto& row) { return says_nothing(row.first, row.second); });
}

}  // namespace gw
