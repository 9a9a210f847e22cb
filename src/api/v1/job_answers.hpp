// The answer of an images endpoint that takes a request as a job: 202 and where to find it, or the
// pictures if they come in time (RFC 7240).
#pragma once

#include "api/prefer.hpp"
#include "base/clock.hpp"
#include "base/request_context.hpp"
#include "core/engine/byte_budget.hpp"
#include "core/jobs/job_desk.hpp"
#include "core/library/image_links.hpp"
#include "http/message.hpp"

#include <chrono>

namespace gw::api {

// I/O thread; everything it refers to outlives it.
class JobAnswers final {
 public:
  // `longest_wait`: nobody is kept on his connection for longer.
  JobAnswers(JobDesk& desk, const ImageLinks& links, const Clock& clock, ByteBudget& pictures,
             std::chrono::seconds longest_wait)
      : desk_(desk),
        links_(links),
        clock_(clock),
        pictures_(pictures),
        longest_wait_(longest_wait) {}

  // `asked.form` must have been decided.
  Task<http::Response> submit(GenerationRequest asked, RepeatMarks marks, Preferences preferences,
                              RequestContext& context);

  // A job's whole object; its pictures as it was asked for them, charged as picture bytes.
  Task<http::Response> object(Job job, const RequestContext& context) const;

 private:
  Task<http::Response> plain(Job job, RequestContext& context) const;
  http::Response accepted(const SubmittedJob& submitted, const RequestContext& context) const;

  JobDesk& desk_;
  const ImageLinks& links_;
  const Clock& clock_;
  ByteBudget& pictures_;
  std::chrono::seconds longest_wait_;
};

}  // namespace gw::api
