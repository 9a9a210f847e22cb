#include "storage/journal/record_journal.hpp"

#include <boost/asio/post.hpp>
#include <boost/asio/redirect_error.hpp>

#include <exception>
#include <utility>

namespace gw {
namespace {

using std::chrono::milliseconds;

// How long what nobody waits for may gather; after a crash so much of it is not known.
constexpr milliseconds kGather{10};
constexpr milliseconds kTryAgain{1'000};

std::vector<RequestId> jobs_of(const RecordBatch& batch) {
  std::vector<RequestId> jobs;
  for (const auto& task : batch.tasks) {
    if (task.durability == Durability::durable) jobs.push_back(task.request);
  }
  return jobs;
}

TaskGroup::Report report_to(Log& log) {
  return [&log](std::exception_ptr bug) {
    try {
      std::rethrow_exception(bug);
    } catch (const std::exception& error) {
      log.error("bug", {{"detail", std::string(error.what())}});
    }
  };
}

}  // namespace

RecordJournal::RecordJournal(RecordStore& records, Executor io, Log& log)
    : records_(records), io_(io), log_(log), pause_(io), tasks_(io, report_to(log)) {}

void RecordJournal::recovered(const OpenWork& work) {
  for (const auto& task : work.tasks) {
    if (task.durability == Durability::ephemeral) pending_.found_on_disk(task.id);
  }
}

void RecordJournal::append(const JournalEntry& entry) {
  pending_.add(entry);
  write_soon();
}

Task<void> RecordJournal::synced() {
  auto promise = std::make_shared<Promise>(io_);
  promises_.push_back(promise);
  write_soon();
  pause_.cancel();
  co_await promise->kept.wait();
  co_return promise->outcome;
}

void RecordJournal::write_soon() {
  if (std::exchange(writing_, true)) return;
  tasks_.spawn(write_all());
}

Async<void> RecordJournal::write_all() {
  // The engine must not be kept, and what it notes in one go belongs together.
  co_await asio::post(io_, use_awaitable);
  // A disk that took nothing is tried until it does, also when nothing is left to write: nobody
  // sends work to a gateway that says it is not ready.
  while (!pending_.empty() || !promises_.empty() || !accepting_) {
    if (promises_.empty()) co_await gather(kGather);
    co_await write_one();
    if (accepting_ || !promises_.empty()) continue;
    if (stopping_) break;
    co_await gather(kTryAgain);
  }
  writing_ = false;
}

Async<void> RecordJournal::gather(milliseconds time) {
  if (stopping_) co_return;
  pause_.expires_after(time);
  boost::system::error_code cancelled;
  co_await pause_.async_wait(asio::redirect_error(use_awaitable, cancelled));
}

Async<void> RecordJournal::write_one() {
  const auto promises = std::exchange(promises_, {});
  auto batch = pending_.take();
  // Without a row too this is a real write.
  if (!promises.empty() || !accepting_) batch.sync = RecordBatch::Sync::fsync;
  const auto jobs = jobs_of(batch);
  const auto outcome = co_await records_.write(std::move(batch));
  if (outcome) {
    pending_.written();
  } else {
    pending_.give_back();
  }
  note(outcome);
  for (const auto& promise : promises) {
    promise->outcome = outcome;
    promise->kept.set();
  }
  if (outcome && written_ && !jobs.empty()) written_(jobs);
}

// Once for each time the disk fails, not for each try.
void RecordJournal::note(const Result<void>& outcome) {
  if (!outcome) ++failures_;
  if (outcome.has_value() == accepting_) return;
  accepting_ = outcome.has_value();
  if (accepting_) {
    log_.info("journal_written_again");
  } else {
    log_.error("journal_not_written", {{"detail", outcome.error().detail()}});
  }
}

Async<void> RecordJournal::stop(SteadyTime deadline) {
  stopping_ = true;
  pause_.cancel();
  co_await tasks_.wait_until_empty(deadline);
  tasks_.cancel();
  co_await tasks_.wait_until_empty();
}

}  // namespace gw
