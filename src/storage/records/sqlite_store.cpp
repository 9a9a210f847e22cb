#include "storage/records/sqlite_store.hpp"

#include "storage/records/database.hpp"
#include "storage/records/inspect.hpp"
#include "storage/records/journal_tables.hpp"
#include "storage/records/library_tables.hpp"
#include "storage/records/schema.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace gw {
namespace {

using records::Connection;

std::unexpected<Error> refuse(const std::filesystem::path& file, std::string_view reason) {
  return fail(Error(ErrorKind::storage_unavailable, fmt::format("{} {}", file.string(), reason)));
}

// For us alone: the prompts are in it. SQLite gives its helper files the same rights.
Result<void> make_private_file(const std::filesystem::path& file) {
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor < 0)
    return refuse(file, fmt::format("cannot be opened: {}", std::strerror(errno)));
  ::close(descriptor);
  return {};
}

Result<std::shared_ptr<Connection>> connect(const std::filesystem::path& file,
                                            Connection::Use use) try {
  return std::make_shared<Connection>(file, use);
} catch (const soci::soci_error& fault) {
  return refuse(file, fmt::format("cannot be opened: {}", fault.what()));
}

Result<void> prepare(Connection& connection, const std::filesystem::path& file) {
  const auto prepared = connection.attempt([&] {
    records::migrate(connection);
    connection.transaction([&] { records::drop_stale_tasks(connection); });
  });
  if (!prepared) {
    return refuse(file, fmt::format("could not be brought up to date: {}. What was in it is still "
                                    "there",
                                    prepared.error().detail()));
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<SqliteStore>> SqliteStore::open(std::filesystem::path file,
                                                       WorkerPool& workers) {
  if (file.string().contains('"'))
    return refuse(file, "has a quotation mark in its path, which the database cannot take");
  Connection::leave_out_locks();
  GW_CHECK(records::inspect(file, records::Inspected::in_use, records::kReadAtStart));
  GW_CHECK(make_private_file(file));
  GW_TRY(auto writing, connect(file, Connection::Use::writing));
  GW_CHECK(prepare(*writing, file));
  GW_TRY(auto reading, connect(file, Connection::Use::reading));
  auto database =
      std::make_shared<records::Database>(std::move(writing), std::move(reading), workers);
  return std::unique_ptr<SqliteStore>(new SqliteStore(std::move(database)));
}

SqliteStore::SqliteStore(std::shared_ptr<records::Database> database)
    : database_(std::move(database)) {}

SqliteStore::~SqliteStore() = default;

Task<void> SqliteStore::write(RecordBatch batch) {
  const auto commit =
      batch.sync == RecordBatch::Sync::fsync ? records::Commit::durable : records::Commit::lazy;
  auto work = [batch = std::move(batch)](Connection& db) {
    records::put_journal(db, batch);
    records::put_library(db, batch);
  };
  co_return co_await database_->change(std::move(work), commit);
}

Task<OpenWork> SqliteStore::open_work() {
  auto work = [](Connection& db) { return records::read_open_work(db); };
  co_return co_await database_->change(work);
}

Task<std::vector<std::string>> SqliteStore::inputs_needed() {
  auto work = [](Connection& db) { return records::read_inputs_needed(db); };
  co_return co_await database_->change(work);
}

Task<std::optional<JobRecord>> SqliteStore::job(CallerId owner, RequestId id) {
  auto work = [owner, id](Connection& db) { return records::read_job(db, owner, id); };
  co_return co_await database_->read(std::move(work));
}

Task<JobPage> SqliteStore::jobs(JobQuery query) {
  GW_CO_TRY(auto after, records::read_cursor(query.after));
  auto work = [query, after](Connection& db) { return records::read_jobs(db, query, after); };
  co_return co_await database_->read(std::move(work));
}

Task<bool> SqliteStore::remove_job(CallerId owner, RequestId id) {
  auto work = [owner, id](Connection& db) { return records::remove_job(db, owner, id); };
  co_return co_await database_->change(std::move(work));
}

Task<std::optional<JobRecord>> SqliteStore::job_of_key(CallerId owner,
                                                       std::string idempotency_key) {
  auto work = [owner, key = std::move(idempotency_key)](Connection& db) {
    return records::read_job_of_key(db, owner, key);
  };
  co_return co_await database_->read(std::move(work));
}

Task<std::vector<AnswerRow>> SqliteStore::answers(CallerId owner, std::string idempotency_key) {
  auto work = [owner, key = std::move(idempotency_key)](Connection& db) {
    return records::read_answers(db, owner, key);
  };
  co_return co_await database_->read(std::move(work));
}

Task<std::optional<PictureRow>> SqliteStore::cached(CallerId owner, Sha256 cache_key) {
  auto work = [owner, cache_key](Connection& db) {
    return records::read_cached(db, owner, cache_key);
  };
  co_return co_await database_->read(std::move(work));
}

Task<PicturePage> SqliteStore::pictures(PictureQuery query) {
  GW_CO_TRY(auto after, records::read_cursor(query.after));
  GW_CO_TRY(auto search, records::parse_search(query.text));
  auto work = [query, after, search](Connection& db) {
    return records::read_pictures(db, query, after, search);
  };
  co_return co_await database_->read(std::move(work));
}

Task<std::optional<PictureRow>> SqliteStore::picture(CallerId owner, PictureId id) {
  auto work = [owner, id](Connection& db) { return records::read_picture(db, owner, id); };
  co_return co_await database_->read(std::move(work));
}

Task<bool> SqliteStore::set_favourite(CallerId owner, PictureId id, bool favourite) {
  auto work = [owner, id, favourite](Connection& db) {
    return records::set_favourite(db, owner, id, favourite);
  };
  co_return co_await database_->change(std::move(work));
}

Task<bool> SqliteStore::delete_picture(CallerId owner, PictureId id, WallTime at) {
  auto work = [owner, id, at](Connection& db) {
    return records::delete_picture(db, owner, id, at);
  };
  co_return co_await database_->change(std::move(work));
}

Task<bool> SqliteStore::restore_picture(CallerId owner, PictureId id) {
  auto work = [owner, id](Connection& db) { return records::restore_picture(db, owner, id); };
  co_return co_await database_->change(std::move(work));
}

Task<std::vector<PictureId>> SqliteStore::favourites() {
  auto work = [](Connection& db) { return records::read_favourites(db); };
  co_return co_await database_->read(work);
}

Task<void> SqliteStore::forget_pictures(std::vector<PictureId> ids) {
  auto work = [ids = std::move(ids)](Connection& db) { records::forget_pictures(db, ids); };
  co_return co_await database_->change(std::move(work));
}

Task<std::vector<PictureId>> SqliteStore::erase(CallerId owner,
                                                std::optional<std::string> end_user) {
  auto work = [owner, end_user = std::move(end_user)](Connection& db) {
    records::erase_jobs(db, owner, end_user);
    return records::erase_pictures(db, owner, end_user);
  };
  co_return co_await database_->change(std::move(work));
}

Task<std::vector<PictureId>> SqliteStore::deleted_pictures(WallTime deleted_before) {
  auto work = [deleted_before](Connection& db) {
    return records::read_deleted(db, deleted_before);
  };
  co_return co_await database_->read(std::move(work));
}

Task<void> SqliteStore::sweep(WallTime jobs_before, WallTime answers_before) {
  auto work = [jobs_before, answers_before](Connection& db) {
    records::sweep_jobs(db, jobs_before);
    records::sweep_answers(db, answers_before);
  };
  co_return co_await database_->change(std::move(work));
}

Task<std::int64_t> SqliteStore::limit_pages(std::int64_t pages) {
  auto work = [pages](Connection& db) -> std::int64_t {
    const auto bound = pages > 0 ? pages : db.pragma("page_count");
    return db.pragma(fmt::format("max_page_count = {}", bound).c_str());
  };
  co_return co_await database_->alone(work);
}

}  // namespace gw
