#include "api/v1/job_answers.hpp"

#include "api/generation_answer.hpp"
#include "api/v1/images_wire.hpp"
#include "api/v1/jobs_wire.hpp"
#include "api/v1/route_wire.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace gw::api {
namespace {

// One in line is asked for more rarely than one that is being drawn.
constexpr std::size_t kShortestPause = 2;
constexpr std::size_t kLongestPause = 30;

std::size_t pause_of(const Job& job) {
  return std::clamp(job.position * 2, kShortestPause, kLongestPause);
}

}  // namespace

Task<http::Response> JobAnswers::submit(GenerationRequest asked, RepeatMarks marks,
                                        Preferences preferences, RequestContext& context) {
  auto submitting = desk_.submit(std::move(asked), std::move(marks), context);
  GW_CO_TRY(auto submitted, co_await std::move(submitting));
  context.note("job", job_name(submitted.job.info.id));
  if (preferences.wait) {
    preferences.wait = std::min(*preferences.wait, longest_wait_);
    GW_CO_TRY(submitted.job,
              co_await desk_.wait(context.caller, submitted.job.info.id, *preferences.wait));
  }
  const bool in_time = preferences.wait && is_over(submitted.job.status);
  const bool repeated = submitted.repeated;
  http::Response response;
  if (in_time) {
    GW_CO_TRY(response, co_await plain(std::move(submitted.job), context));
    preferences.respond_async = false;
  } else {
    response = accepted(submitted, context);
  }
  if (repeated) response.headers.set("x-adopted", "1");
  response.headers.set("Preference-Applied", applied(preferences));
  co_return response;
}

http::Response JobAnswers::accepted(const SubmittedJob& submitted,
                                    const RequestContext& context) const {
  const auto& job = submitted.job;
  const ShortJobs short_form(desk_, links_, context.origin, context.request_id);
  auto response = http::json_response(202, short_form.text(job));
  auto& headers = response.headers;
  headers.set("Location", "/v1/jobs/" + job_name(job.info.id));
  headers.set("Retry-After", std::to_string(pause_of(job)));
  headers.set("x-provider", job.route.provider);
  headers.set("x-route", route_header(job.route));
  const auto ignored = header_list(job.info.ignored);
  if (!ignored.empty()) headers.set("x-ignored-params", ignored);
  return response;
}

// As if the client had not asked for a job.
Task<http::Response> JobAnswers::plain(Job job, RequestContext& context) const {
  auto generation = co_await desk_.result(job);
  if (!generation) co_return fail(std::move(generation).error());
  const auto terms = job_terms(job, links_, context.origin, context.request_id);
  auto response = render_generation(*generation, terms);
  complete(response, *std::move(generation), context, clock_, pictures_);
  response.headers.set("Content-Location", "/v1/jobs/" + job_name(job.info.id));
  co_return response;
}

Task<http::Response> JobAnswers::object(Job job, const RequestContext& context) const {
  std::optional<http::Response> result;
  // Its pictures would come into memory beside those of running calls, as often as somebody asks.
  if (is_over(job.status) && !has_link(job.info.form) && pictures_.spent()) {
    co_return fail(Error(ErrorKind::queue_full, "too many pictures are in memory; try again later")
                       .with_retry_after(std::chrono::seconds(2)));
  }
  if (is_over(job.status)) {
    const auto made = has_link(job.info.form) ? desk_.outline(job) : co_await desk_.result(job);
    if (made)
      result = render_generation(*made, job_terms(job, links_, context.origin, context.request_id));
    else if (!job.error)
      job.error = made.error();
  }
  http::Response response;
  response.headers.set("Content-Type", "application/json");
  if (!is_over(job.status)) response.headers.set("Retry-After", std::to_string(pause_of(job)));
  for (auto& piece : job_object(job, std::move(result), context.request_id))
    response.pieces.push_back(pictures_.charge(std::move(piece)));
  co_return response;
}

}  // namespace gw::api
