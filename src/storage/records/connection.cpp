#include "storage/records/connection.hpp"

#include <fmt/format.h>

#include <cstdlib>
#include <soci/sqlite3/soci-sqlite3.h>

namespace gw::records {
namespace {

namespace api = sqlite_api;

// SOCI's library does not export the backend's type information, which the sanitizer would ask for.
__attribute__((no_sanitize("vptr"))) api::sqlite3* handle(soci::session& session) {
  return static_cast<soci::sqlite3_session_backend*>(session.get_backend())->conn_;
}

// Quoted, for SOCI cuts a bare name at the first space. A quotation mark in the path is refused
// when the store is opened.
std::string connect_string(const std::filesystem::path& file) {
  return fmt::format("db=\"{}\"", file.string());
}

// Only a mistake in our own SQL, or in what we bind, explains these.
bool is_bug(int code) {
  const int primary = code & 0xff;
  return primary == SQLITE_ERROR || primary == SQLITE_CONSTRAINT || primary == SQLITE_MISMATCH ||
         primary == SQLITE_MISUSE || primary == SQLITE_RANGE;
}

bool is_damage(int code) {
  const int primary = code & 0xff;
  return primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB;
}

// A commit writes to the log only; the log goes into the database file, and is cut to the limit,
// when four thousand pages (16 MB) have gathered. Erased text is overwritten where that needs no
// extra writing.
constexpr const char* kSettings =
    "PRAGMA busy_timeout = 5000;"
    "PRAGMA foreign_keys = ON;"
    "PRAGMA synchronous = NORMAL;"
    "PRAGMA wal_autocheckpoint = 4000;"
    "PRAGMA journal_size_limit = 67108864;"
    "PRAGMA secure_delete = FAST;"
    "PRAGMA temp_store = MEMORY;"
    "PRAGMA cache_size = -4000;";

}  // namespace

// SQLite locks a connection three times for each column that is read, and once more to count what
// it allocates: here no connection is ever used by two threads at a time, and nobody asks for the
// count.
void Connection::leave_out_locks() {
  static_cast<void>(api::sqlite3_config(SQLITE_CONFIG_MULTITHREAD));
  static_cast<void>(api::sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0));
}

Connection::Connection(const std::filesystem::path& file, Use use)
    : use_(use), session_(std::make_unique<soci::session>(soci::sqlite3, connect_string(file))) {
  execute(kSettings);
  execute(use == Use::writing ? "PRAGMA journal_mode = WAL" : "PRAGMA query_only = ON");
}

Connection::~Connection() = default;

void Connection::set_durable(bool durable) {
  if (durable == durable_) return;
  execute(durable ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
  durable_ = durable;
}

// Not session << script, which takes the first statement and drops the rest.
void Connection::execute(const char* script) {
  execute(script, nullptr, nullptr);
}

long long Connection::pragma(const char* name) {
  long long value = 0;
  const auto keep = [](void* into, int, char** columns, char**) {
    *static_cast<long long*>(into) = columns[0] ? std::strtoll(columns[0], nullptr, 10) : 0;
    return 0;
  };
  execute(fmt::format("PRAGMA {}", name).c_str(), keep, &value);
  return value;
}

void Connection::execute(const char* script, RowReader each, void* context) {
  auto* database = handle(*session_);
  const int code = api::sqlite3_exec(database, script, each, context, nullptr);
  if (code != SQLITE_OK) throw soci::sqlite3_soci_error(api::sqlite3_errmsg(database), code);
}

Error Connection::recover(const soci::soci_error& fault) {
  auto* database = handle(*session_);
  const auto* known = dynamic_cast<const soci::sqlite3_soci_error*>(&fault);
  const int code = known ? known->result() : api::sqlite3_errcode(database);
  // A statement that failed may be unusable, or hold the transaction open.
  kept_.clear();
  // A full disk may have ended it already, and a failed rollback leaves nothing to be undone by us.
  if (api::sqlite3_get_autocommit(database) == 0)
    api::sqlite3_exec(database, "ROLLBACK", nullptr, nullptr, nullptr);
  const auto detail = fmt::format("records: {} (SQLite {})", fault.what(), code);
  if (is_bug(code)) return Error::internal(detail);
  if (is_damage(code)) {
    return Error(ErrorKind::storage_unavailable,
                 "the gateway's records are damaged; a backup must be put in their place")
        .with_detail(detail);
  }
  return Error(ErrorKind::storage_unavailable,
               "the gateway's storage does not take data at the moment")
      .with_detail(detail);
}

}  // namespace gw::records
