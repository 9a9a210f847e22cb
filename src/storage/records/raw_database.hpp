// SQLite itself, for what SOCI has no word for: opening without writing, checking, copying.
#pragma once

#include "base/error.hpp"

#include <soci/sqlite3/soci-sqlite3.h>
#include <string>

namespace gw::records {

// A URI or a path in, an open connection or the reason out. Blocks.
class RawDatabase final {
 public:
  RawDatabase(const std::string& uri, int flags) {
    code_ = sqlite_api::sqlite3_open_v2(uri.c_str(), &database_, flags | SQLITE_OPEN_URI, nullptr);
    if (database_) sqlite_api::sqlite3_busy_timeout(database_, 5000);
  }
  ~RawDatabase() { sqlite_api::sqlite3_close(database_); }
  RawDatabase(const RawDatabase&) = delete;
  RawDatabase& operator=(const RawDatabase&) = delete;

  // The first column of the first row, "" without one; the error's detail is SQLite's reason.
  Result<std::string> ask(const char* sql, const std::string& parameter = {}) {
    if (code_ != SQLITE_OK) return fail(reason());
    sqlite_api::sqlite3_stmt* statement = nullptr;
    code_ = sqlite_api::sqlite3_prepare_v2(database_, sql, -1, &statement, nullptr);
    if (code_ == SQLITE_OK && sqlite_api::sqlite3_bind_parameter_count(statement) > 0) {
      code_ = sqlite_api::sqlite3_bind_text(statement, 1, parameter.data(),
                                            static_cast<int>(parameter.size()), nullptr);
    }
    std::string answer;
    if (code_ == SQLITE_OK) code_ = sqlite_api::sqlite3_step(statement);
    if (code_ == SQLITE_ROW) {
      const auto* text = sqlite_api::sqlite3_column_text(statement, 0);
      if (text) answer = reinterpret_cast<const char*>(text);
    }
    const bool answered = code_ == SQLITE_ROW || code_ == SQLITE_DONE;
    auto error = answered ? Error() : reason();
    code_ = SQLITE_OK;
    sqlite_api::sqlite3_finalize(statement);
    if (!answered) return fail(std::move(error));
    return answer;
  }

 private:
  Error reason() const {
    return Error(ErrorKind::storage_unavailable, sqlite_api::sqlite3_errmsg(database_));
  }

  sqlite_api::sqlite3* database_ = nullptr;
  int code_ = SQLITE_OK;
};

}  // namespace gw::records
