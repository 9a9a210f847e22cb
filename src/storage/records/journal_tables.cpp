#include "storage/records/journal_tables.hpp"

#include "storage/records/rows.hpp"
#include "storage/records/words.hpp"

#include <algorithm>
#include <string>

namespace gw::records {
namespace {

const std::string kPutRequest = upsert<RequestCells>("requests", "id");

// A time that is not given stays what it was, and so do the tries when none has ended.
const std::string kPutTask = upsert<TaskCells>("tasks", "id",
                                               "attempts = CASE excluded.attempts WHEN '[]' THEN "
                                               "tasks.attempts ELSE excluded.attempts END, "
                                               "admitted = coalesce(excluded.admitted, admitted), "
                                               "sent = coalesce(excluded.sent, sent), "
                                               "settled = coalesce(excluded.settled, settled)");

const std::string kAttempts = "SELECT attempts FROM tasks WHERE id = :id";

const std::string kForgetTask = "DELETE FROM tasks WHERE id = :id";
const std::string kDropStale =
    "DELETE FROM tasks WHERE state IN ('queued', 'sent') AND durability = 'ephemeral'"
    " AND state = 'queued'";

const std::string kCountTasks =
    "UPDATE counters SET value = max(value, :last) WHERE name = 'last_task'";
// Something must change, or there is no commit that could be waited for.
const std::string kCountSync = "UPDATE counters SET value = value + 1 WHERE name = 'syncs'";
const std::string kLastTask = "SELECT value FROM counters WHERE name = 'last_task'";

const std::string kOpenTasks = "SELECT " + column_names<TaskCells>() +
                               " FROM tasks WHERE state IN ('queued', 'sent')"
                               " AND (durability = 'durable' OR state = 'sent') ORDER BY id";
const std::string kLostSends =
    "SELECT host, sent FROM tasks WHERE state = 'unknown' AND sent IS NOT NULL ORDER BY sent";
// Where no task is open any more, `ended` says since when.
const std::string kOpenRequests =
    "SELECT " + column_names<RequestCells>() + " FROM requests WHERE ended IS NULL";
// So many that growing would cost as much as reading.
const std::string kCountOpenRequests = "SELECT count(*) FROM requests WHERE ended IS NULL";
const std::string kCountOpenTasks = "SELECT count(*) FROM tasks WHERE state IN ('queued', 'sent')";

// Of each picture the newest task counts. Before its tasks are written a request needs all.
const std::string kInputsNeeded =
    "SELECT inputs FROM requests WHERE inputs <> '[]' AND (status IS NULL OR EXISTS ("
    "SELECT 1 FROM tasks WHERE request = requests.id AND durability = 'durable'"
    " AND state NOT IN ('done', 'cancelled') AND NOT EXISTS ("
    "SELECT 1 FROM tasks AS newer WHERE newer.request = requests.id"
    " AND newer.durability = 'durable' AND newer.position = tasks.position"
    " AND newer.id > tasks.id)))";

const std::string kTasksOfJob = "SELECT " + column_names<TaskCells>() +
                                " FROM tasks WHERE request = :id AND durability = 'durable'"
                                " ORDER BY position, id";
// What the status follows from.
const std::string kStatesOfJob =
    "SELECT id, position, state, coalesce(settled, sent, admitted, 0) AS at FROM tasks"
    " WHERE request = :id AND durability = 'durable' ORDER BY position, id";
const std::string kSetStatus =
    "UPDATE requests SET status = :status, ended = :ended WHERE id = :id";

// Removed, and nothing of it is left to be done.
const std::string kDropTasksOfRemoved =
    "DELETE FROM tasks WHERE request = :id AND durability = 'durable'"
    " AND EXISTS (SELECT 1 FROM requests WHERE requests.id = tasks.request AND removed = 1"
    " AND ended IS NOT NULL)";
const std::string kDropRemoved =
    "DELETE FROM requests WHERE id = :id AND removed = 1 AND ended IS NOT NULL";
const std::string kMarkRemoved =
    "UPDATE requests SET removed = 1 WHERE id = :id AND owner = :owner AND removed = 0"
    " AND status IS NOT NULL";

const std::string kVisible = " FROM requests WHERE removed = 0 AND status IS NOT NULL";
const std::string kJob =
    "SELECT " + column_names<RequestCells>() + kVisible + " AND id = :id AND owner = :owner";
const std::string kJobOfKey = "SELECT " + column_names<RequestCells>() + kVisible +
                              " AND idempotency_key <> '' AND owner = :owner AND idempotency_key = "
                              ":key ORDER BY created DESC, id DESC LIMIT 1";
const std::string kPageEnd =
    " AND owner = :owner AND (created, id) < (:time, :id) ORDER BY created DESC, id DESC LIMIT "
    ":limit";
const std::string kJobs = "SELECT " + column_names<RequestCells>() + kVisible + kPageEnd;
const std::string kJobsByStatus =
    "SELECT " + column_names<RequestCells>() + kVisible + " AND status = :status" + kPageEnd;

// Jobs that go: by owner or by age, and their tasks before them.
std::string drop_tasks_where(const std::string& condition) {
  return "DELETE FROM tasks WHERE durability = 'durable' AND request IN (SELECT id FROM requests"
         " WHERE " +
         condition + ")";
}
const std::string kOverOfOwner =
    "ended IS NOT NULL AND owner = :owner AND (:any = 1 OR end_user = :end_user)";
const std::string kEraseTasks = drop_tasks_where(kOverOfOwner);
const std::string kEraseRequests = "DELETE FROM requests WHERE " + kOverOfOwner;
const std::string kSweepTasks = drop_tasks_where("ended < :before");
const std::string kSweepRequests = "DELETE FROM requests WHERE ended < :before";
// A request whose tasks were never written: its admission failed half-way.
const std::string kSweepEmpty = "DELETE FROM requests WHERE status IS NULL AND created < :before";

const std::string kSweepLost =
    "DELETE FROM tasks WHERE state = 'unknown' AND durability = 'ephemeral' AND sent < :before";

struct LostCells {
  Text host;
  Number sent;
  template <class F>
  void each(F&& f) {
    f("host", host), f("sent", sent);
  }
};

struct StateCells {
  Number id, index;
  Text state;
  Number at;
  template <class F>
  void each(F&& f) {
    f("id", id), f("position", index), f("state", state), f("at", at);
  }
};

void drop_if_removed(Connection& db, const std::string& id) {
  db.change(kDropTasksOfRemoved, id);
  db.change(kDropRemoved, id);
}

// From the newest task of each picture.
void set_status(Connection& db, const std::string& id) {
  std::vector<TaskState> states;
  long long ended = 0;
  long long last_index = -1;
  const auto note = [&](const StateCells& task) {
    if (task.index.value != last_index) states.emplace_back();
    last_index = task.index.value;
    states.back() = from_word<TaskState>(task.state.value);
    ended = std::max(ended, task.at.value);
  };
  db.select<StateCells>(kStatesOfJob, note, id);
  if (states.empty()) return;
  const auto status = status_of(states);
  const auto when = is_over(status) ? std::optional(ended) : std::nullopt;
  db.change(kSetStatus, word(status), when, id);
  if (is_over(status)) drop_if_removed(db, id);
}

std::vector<std::string> touched_jobs(const RecordBatch& batch) {
  std::vector<std::string> jobs;
  for (const auto& request : batch.requests) jobs.push_back(request.info.id.value);
  for (const auto& task : batch.tasks) {
    if (task.durability == Durability::durable) jobs.push_back(task.request.value);
  }
  std::ranges::sort(jobs);
  const auto repeated = std::ranges::unique(jobs);
  jobs.erase(repeated.begin(), repeated.end());
  return jobs;
}

template <class Cells, class Row>
void put(Connection& db, const std::string& sql, const Row& row) {
  db.row<Cells>(sql).take(row);
  db.run<Cells>(sql);
}

// Those that are written already first.
void put_task(Connection& db, const TaskRow& task) {
  if (task.attempts.empty()) return put<TaskCells>(db, kPutTask, task);
  auto whole = task;
  whole.attempts.clear();
  const auto keep = [&](const OneText& row) { whole.attempts = unpack_attempts(row.text.value); };
  db.select<OneText>(kAttempts, keep, static_cast<long long>(task.id.value));
  for (const auto& attempt : task.attempts) remember(whole.attempts, attempt);
  put<TaskCells>(db, kPutTask, whole);
}

void read_tasks(Connection& db, JobRecord& job) {
  const auto add = [&](const TaskCells& cells) {
    auto task = cells.give();
    const bool newer = !job.tasks.empty() && job.tasks.back().index == task.index;
    if (newer)
      job.tasks.back() = std::move(task);
    else
      job.tasks.push_back(std::move(task));
  };
  db.select<TaskCells>(kTasksOfJob, add, job.request.info.id.value);
}

// Adds the tasks after the query has ended: only one statement runs at a time.
template <class... P>
std::vector<JobRecord> select_jobs(Connection& db, const std::string& sql, const P&... parameters) {
  std::vector<JobRecord> jobs;
  const auto add = [&](const RequestCells& cells) { jobs.push_back({cells.give(), {}}); };
  db.select<RequestCells>(sql, add, parameters...);
  for (auto& job : jobs) read_tasks(db, job);
  return jobs;
}

std::uint64_t read_count(Connection& db, const std::string& sql) {
  std::uint64_t count = 0;
  db.select<OneNumber>(
      sql, [&](const OneNumber& row) { count = static_cast<std::uint64_t>(row.number.value); });
  return count;
}

std::optional<JobRecord> only(std::vector<JobRecord> jobs) {
  if (jobs.empty()) return std::nullopt;
  return std::move(jobs.front());
}

}  // namespace

void put_journal(Connection& db, const RecordBatch& batch) {
  for (const auto& request : batch.requests) put<RequestCells>(db, kPutRequest, request);
  TaskId last;
  for (const auto& task : batch.tasks) {
    put_task(db, task);
    last = std::max(last, task.id);
  }
  if (!batch.tasks.empty()) db.change(kCountTasks, static_cast<long long>(last.value));
  for (const auto& task : batch.forgotten)
    db.change(kForgetTask, static_cast<long long>(task.value));
  for (const auto& job : touched_jobs(batch)) set_status(db, job);
  if (batch.sync == RecordBatch::Sync::fsync) db.change(kCountSync);
}

void drop_stale_tasks(Connection& db) {
  db.change(kDropStale);
}

OpenWork read_open_work(Connection& db) {
  OpenWork work;
  work.last = {read_count(db, kLastTask)};
  work.requests.reserve(read_count(db, kCountOpenRequests));
  work.tasks.reserve(read_count(db, kCountOpenTasks));
  const auto add_request = [&](const RequestCells& row) { work.requests.push_back(row.give()); };
  db.select<RequestCells>(kOpenRequests, add_request);
  const auto add_task = [&](const TaskCells& row) { work.tasks.push_back(row.give()); };
  db.select<TaskCells>(kOpenTasks, add_task);
  const auto add_lost = [&](const LostCells& row) {
    work.lost.push_back({HostId{row.host.value}, wall_time(row.sent.value)});
  };
  db.select<LostCells>(kLostSends, add_lost);
  return work;
}

std::vector<std::string> read_inputs_needed(Connection& db) {
  std::vector<std::string> blobs;
  const auto add = [&](const OneText& row) {
    for (auto& input : unpack_inputs(row.text.value)) blobs.push_back(std::move(input.blob));
  };
  db.select<OneText>(kInputsNeeded, add);
  return blobs;
}

std::optional<JobRecord> read_job(Connection& db, const CallerId& owner, const RequestId& id) {
  return only(select_jobs(db, kJob, id.value, owner.value));
}

std::optional<JobRecord> read_job_of_key(Connection& db, const CallerId& owner,
                                         const std::string& idempotency_key) {
  return only(select_jobs(db, kJobOfKey, owner.value, idempotency_key));
}

JobPage read_jobs(Connection& db, const JobQuery& query, const Cursor& after) {
  const long long limit = std::max(query.limit, 1);
  JobPage page;
  page.jobs = query.status
                  ? select_jobs(db, kJobsByStatus, word(*query.status), query.owner.value,
                                after.time, after.id, limit + 1)
                  : select_jobs(db, kJobs, query.owner.value, after.time, after.id, limit + 1);
  if (std::ssize(page.jobs) <= limit) return page;
  page.jobs.pop_back();
  const auto& last = page.jobs.back().request.info;
  page.next = make_cursor({number(last.created), last.id.value});
  return page;
}

bool remove_job(Connection& db, const CallerId& owner, const RequestId& id) {
  if (db.change(kMarkRemoved, id.value, owner.value) == 0) return false;
  drop_if_removed(db, id.value);
  return true;
}

void erase_jobs(Connection& db, const CallerId& owner, const std::optional<std::string>& end_user) {
  const long long any = end_user ? 0 : 1;
  for (const auto* sql : {&kEraseTasks, &kEraseRequests})
    db.change(*sql, owner.value, any, end_user.value_or(""));
}

void sweep_jobs(Connection& db, WallTime before) {
  for (const auto* sql : {&kSweepTasks, &kSweepRequests, &kSweepEmpty, &kSweepLost})
    db.change(*sql, number(before));
}

}  // namespace gw::records
