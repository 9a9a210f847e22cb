// /v1/jobs and /v1/events: what became of requests that are answered later.
#pragma once

#include "api/v1/job_answers.hpp"
#include "api/v1/jobs_stream.hpp"
#include "core/jobs/job_desk.hpp"
#include "core/library/image_links.hpp"
#include "http/message.hpp"

#include <chrono>

namespace gw::api {

// I/O thread; everything it refers to outlives it.
class JobsEndpoint final {
 public:
  JobsEndpoint(JobDesk& desk, const ImageLinks& links, JobAnswers answers,
               std::chrono::milliseconds heartbeat)
      : desk_(desk), links_(links), answers_(answers), heartbeat_(heartbeat) {}

  // GET /v1/jobs?status=&after=&limit=: newest first, pictures as links.
  Task<http::Response> list(http::Request request, RequestContext& context);
  Task<http::Response> get(http::Request request, RequestContext& context);
  Task<http::Response> remove(http::Request request, RequestContext& context);
  Task<http::Response> cancel(http::Request request, RequestContext& context);
  Task<http::Response> retry(http::Request request, RequestContext& context);
  // Server-sent events of one job, or of all.
  Task<http::Response> events(http::Request request, RequestContext& context);
  Task<http::Response> all_events(http::Request request, RequestContext& context);

 private:
  ShortJobs short_form(const RequestContext& context) const;
  http::Response short_object(const Job& job, const RequestContext& context) const;
  JobStreamTerms stream_terms(const http::Request& request, const RequestContext& context) const;

  JobDesk& desk_;
  const ImageLinks& links_;
  JobAnswers answers_;
  std::chrono::milliseconds heartbeat_;
};

}  // namespace gw::api
