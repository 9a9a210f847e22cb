// Requests and tasks: what the engine's journal writes, and the jobs that are read from it. Called
// inside a transaction; throws soci_error.
#pragma once

#include "core/ports/record_store.hpp"
#include "storage/records/connection.hpp"
#include "storage/records/cursor.hpp"

#include <optional>
#include <vector>

namespace gw::records {

void put_journal(Connection& db, const RecordBatch& batch);
// What was queued for clients of a process that is gone.
void drop_stale_tasks(Connection& db);
OpenWork read_open_work(Connection& db);
std::vector<std::string> read_inputs_needed(Connection& db);

std::optional<JobRecord> read_job(Connection& db, const CallerId& owner, const RequestId& id);
std::optional<JobRecord> read_job_of_key(Connection& db, const CallerId& owner,
                                         const std::string& idempotency_key);
JobPage read_jobs(Connection& db, const JobQuery& query, const Cursor& after);

bool remove_job(Connection& db, const CallerId& owner, const RequestId& id);
void erase_jobs(Connection& db, const CallerId& owner, const std::optional<std::string>& end_user);
void sweep_jobs(Connection& db, WallTime before);

}  // namespace gw::records
