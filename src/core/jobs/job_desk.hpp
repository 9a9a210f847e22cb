// Where jobs are handed in, asked for, withdrawn and tried again: durable requests, which outlive
// their connection and this process.
#pragma once

#include "base/gate.hpp"
#include "base/request_context.hpp"
#include "base/task.hpp"
#include "core/drawing_plan.hpp"
#include "core/generate.hpp"
#include "core/jobs/job_changes.hpp"
#include "core/jobs/job_view.hpp"
#include "core/library/input_keeper.hpp"
#include "core/library/results.hpp"
#include "core/ports/journal.hpp"
#include "core/ports/record_store.hpp"
#include "core/routing/route_book.hpp"
#include "core/watch.hpp"

#include <chrono>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace gw {

struct SubmittedJob {
  Job job;
  bool repeated = false;  // it was there: the same Idempotency-Key, or a client's own repeat
};

// Newest first.
struct JobList {
  std::vector<Job> jobs;
  std::string next;  // JobQuery::after of the next page; empty: that was all
};

// Owned by the composition root; I/O thread. It keeps no state of jobs: the rows and the engine say
// what they are doing. Another owner's job is not_found, like one that never was.
class JobDesk final {
 public:
  struct Parts {  // all outlive it
    Generator& generator;
    const RouteBook& routes;
    Engine& engine;
    Journal& journal;
    RecordStore& records;
    InputKeeper& inputs;
    ResultStore& results;
  };
  JobDesk(Parts parts, Executor io, const Clock& clock);

  // Returns when the job is on disk and survives a loss of power; storage_unavailable, and nothing
  // is drawn, when it cannot get there. invalid_request naming Idempotency-Key when that stands for
  // something else. `form` and `keeping` must have been decided by
  // the caller: b64_json or url, and kept.
  Task<SubmittedJob> submit(GenerationRequest request, RepeatMarks marks,
                            const RequestContext& context);

  Task<Job> get(CallerId owner, RequestId id);
  Task<JobList> list(JobQuery query);
  // As soon as it is over, or as it is after `at_most`.
  Task<Job> wait(CallerId owner, RequestId id, std::chrono::milliseconds at_most);

  // What waits ends; what was sent goes on, and its picture is kept.
  Task<Job> cancel(CallerId owner, RequestId id);
  // The same, and the job is gone. A picture on its way still lands in the library.
  Task<void> remove(CallerId owner, RequestId id);
  // New tasks for its pictures that failed or are unknown; invalid_request when there are none.
  Task<Job> retry(CallerId owner, RequestId id);

  // What its owner is handed, of a job that is over; the error of the job when nothing was made or
  // is still stored. An outline has no bytes, which is enough for links.
  Task<Generation> result(const Job& job);
  Result<Generation> outline(const Job& job) const;

  // Who wants to hear of changes listens here, then reads the jobs.
  JobChanges& changes() { return changes_; }
  // From the journal: these are on disk as they are now.
  void written(const std::vector<RequestId>& jobs);
  // The process ends: nobody waits any longer.
  void close() { changes_.close(); }

 private:
  using Tasks = std::vector<std::shared_ptr<const TaskSpec>>;

  Task<std::optional<RequestId>> repeated(const DrawingPlan& plan);
  Task<void> check_key(const TaskSpec& spec, std::optional<RequestId>& job);
  Task<void> keep_inputs(GenerationRequest& request);
  Result<std::vector<TaskId>> admit(Tasks tasks);
  Task<void> promised(const std::vector<TaskId>& admitted);
  void take_back(const std::vector<TaskId>& admitted);
  Task<JobRecord> find(CallerId owner, RequestId id);
  Job view(JobRecord record);
  bool withdraw(const JobRecord& record);
  void withdraw_the_rest(const RequestId& job);
  Result<Tasks> tasks_again(const JobRecord& record) const;

  Parts parts_;
  Executor io_;
  JobChanges changes_;
  Gate repeats_;  // who may repeat something looks and is admitted before the next one looks
  // Jobs that are to be cancelled, with the tasks for which it was too late: should the upstream
  // refuse one of them, it must not wait for its next try.
  std::unordered_map<RequestId, std::vector<TaskId>> withdrawn_;
};

}  // namespace gw
