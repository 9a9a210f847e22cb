// Jobs as server-sent events: what a job is like now, then each time that something about it has
// changed (HTML standard §9.2).
#pragma once

#include "api/v1/jobs_wire.hpp"
#include "core/jobs/job_desk.hpp"
#include "http/message.hpp"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace gw::api {

// "<number>-<version>": the number grows with every event, the version tells whether the job is as
// it was when the event was sent, also after a restart.
struct JobEventId {
  std::uint64_t number = 0;
  std::string version;
};
std::string to_string(const JobEventId& id);
std::optional<JobEventId> read_job_event_id(std::string_view text);

struct JobStreamTerms {
  CallerId owner;
  std::optional<JobEventId> last;               // the client has all up to there (Last-Event-ID)
  std::chrono::milliseconds heartbeat{10'000};  // between comments with the news
};

// Of one job; ends after its final state, and when it is removed. `job` as it is now: 204, which
// tells a reader not to come back, when the client has its final state.
http::Response job_stream(JobDesk& desk, const Job& job, ShortJobs render, JobStreamTerms terms);

// Of all jobs of the owner, each with its newest state. It begins with what has changed since
// `last`; when so much is not remembered, with the newest hundred jobs.
http::Response all_jobs_stream(JobDesk& desk, ShortJobs render, JobStreamTerms terms);

}  // namespace gw::api
