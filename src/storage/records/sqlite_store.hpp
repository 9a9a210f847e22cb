// The record store in one SQLite file.
#pragma once

#include "base/worker_pool.hpp"
#include "core/ports/record_store.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>

namespace gw {

namespace records {
class Database;
}

// Owned by the composition root; I/O thread. What changes something, open_work() and
// inputs_needed() have one connection and are carried out in the order of the calls. Jobs, answers
// and the library are read through another, so that they never wait behind a write; they see every
// change that had ended before they were asked. Only one process may have the file open to write
// (DataDirLock).
class SqliteStore final : public RecordStore {
 public:
  // Blocks: looks at the file, makes it, brings its tables up to date. What cannot be used is
  // refused as records/inspect.hpp says; the message is for the operator.
  static Result<std::unique_ptr<SqliteStore>> open(std::filesystem::path file, WorkerPool& workers);
  ~SqliteStore() override;

  Task<void> write(RecordBatch batch) override;
  Task<OpenWork> open_work() override;
  Task<std::vector<std::string>> inputs_needed() override;

  Task<std::optional<JobRecord>> job(CallerId owner, RequestId id) override;
  Task<JobPage> jobs(JobQuery query) override;
  Task<bool> remove_job(CallerId owner, RequestId id) override;
  Task<std::optional<JobRecord>> job_of_key(CallerId owner, std::string idempotency_key) override;

  Task<std::vector<AnswerRow>> answers(CallerId owner, std::string idempotency_key) override;
  Task<std::optional<PictureRow>> cached(CallerId owner, Sha256 cache_key) override;

  Task<PicturePage> pictures(PictureQuery query) override;
  Task<std::optional<PictureRow>> picture(CallerId owner, PictureId id) override;
  Task<bool> set_favourite(CallerId owner, PictureId id, bool favourite) override;
  Task<bool> delete_picture(CallerId owner, PictureId id, WallTime at) override;
  Task<bool> restore_picture(CallerId owner, PictureId id) override;
  Task<std::vector<PictureId>> favourites() override;
  Task<void> forget_pictures(std::vector<PictureId> ids) override;
  Task<std::vector<PictureId>> erase(CallerId owner, std::optional<std::string> end_user) override;
  Task<std::vector<PictureId>> deleted_pictures(WallTime deleted_before) override;

  Task<void> sweep(WallTime jobs_before, WallTime answers_before) override;

  // For the other stores that are in the file.
  const std::shared_ptr<records::Database>& database() const { return database_; }

  // Tests: from here on the disk is full when the file has so many pages; 0: as many as it has now.
  // Gives the bound that holds.
  Task<std::int64_t> limit_pages(std::int64_t pages);

 private:
  explicit SqliteStore(std::shared_ptr<records::Database> database);

  std::shared_ptr<records::Database> database_;
};

}  // namespace gw
