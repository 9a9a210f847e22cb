#include "api/v1/jobs.hpp"

#include "api/v1/jobs_wire.hpp"
#include "base/json.hpp"

#include <boost/json/serialize.hpp>

#include <charconv>
#include <string>
#include <utility>

namespace gw::api {
namespace {

constexpr int kMostListed = 100;

RequestId job_of(const http::Request& request) {
  return job_id(request.param("id"));
}

Result<int> read_limit(const http::Request& request, int otherwise) {
  const auto text = request.query_value("limit");
  if (!text) return otherwise;
  int limit = 0;
  const auto* end = text->data() + text->size();
  const auto [rest, fault] = std::from_chars(text->data(), end, limit);
  if (fault == std::errc() && rest == end && limit >= 1 && limit <= kMostListed) return limit;
  return fail(Error::invalid_request("limit", "`limit` must be a whole number from 1 to 100"));
}

Result<std::optional<JobStatus>> read_status(const http::Request& request) {
  const auto text = request.query_value("status");
  if (!text) return std::nullopt;
  const auto status = job_status_of(*text);
  if (status) return status;
  return fail(Error::invalid_request("status",
                                     "`status` must be queued, running, succeeded, "
                                     "partly_succeeded, failed, cancelled or unknown"));
}

Result<JobQuery> read_query(const http::Request& request, const RequestContext& context) {
  JobQuery query;
  query.owner = context.caller;
  query.after = request.query_value("after").value_or("");
  GW_TRY(query.status, read_status(request));
  GW_TRY(query.limit, read_limit(request, query.limit));
  return query;
}

}  // namespace

ShortJobs JobsEndpoint::short_form(const RequestContext& context) const {
  return {desk_, links_, context.origin, context.request_id};
}

http::Response JobsEndpoint::short_object(const Job& job, const RequestContext& context) const {
  return http::json_response(200, short_form(context).text(job));
}

Task<http::Response> JobsEndpoint::list(http::Request request, RequestContext& context) {
  GW_CO_TRY(auto query, read_query(request, context));
  GW_CO_TRY(const auto page, co_await desk_.list(std::move(query)));
  const auto form = short_form(context);
  std::string body = R"({"object":"list","data":[)";
  std::string_view separator;
  for (const auto& job : page.jobs) {
    body.append(separator).append(form.text(job));
    separator = ",";
  }
  body.append(R"(],"has_more":)").append(page.next.empty() ? "false" : "true");
  body.append(R"(,"next":)").append(page.next.empty() ? "null" : json_quote(page.next));
  co_return http::json_response(200, body += "}");
}

Task<http::Response> JobsEndpoint::get(http::Request request, RequestContext& context) {
  GW_CO_TRY(auto job, co_await desk_.get(context.caller, job_of(request)));
  co_return co_await answers_.object(std::move(job), context);
}

Task<http::Response> JobsEndpoint::remove(http::Request request, RequestContext& context) {
  const auto id = job_of(request);
  GW_CO_CHECK(co_await desk_.remove(context.caller, id));
  co_return http::json_response(200, removed_job(id));
}

Task<http::Response> JobsEndpoint::cancel(http::Request request, RequestContext& context) {
  GW_CO_TRY(const auto job, co_await desk_.cancel(context.caller, job_of(request)));
  co_return short_object(job, context);
}

Task<http::Response> JobsEndpoint::retry(http::Request request, RequestContext& context) {
  GW_CO_TRY(const auto job, co_await desk_.retry(context.caller, job_of(request)));
  co_return short_object(job, context);
}

JobStreamTerms JobsEndpoint::stream_terms(const http::Request& request,
                                          const RequestContext& context) const {
  JobStreamTerms terms;
  terms.owner = context.caller;
  terms.last = read_job_event_id(request.headers.find("last-event-id").value_or(""));
  terms.heartbeat = heartbeat_;
  return terms;
}

Task<http::Response> JobsEndpoint::events(http::Request request, RequestContext& context) {
  auto terms = stream_terms(request, context);
  GW_CO_TRY(const auto job, co_await desk_.get(context.caller, job_of(request)));
  co_return job_stream(desk_, job, short_form(context), std::move(terms));
}

Task<http::Response> JobsEndpoint::all_events(http::Request request, RequestContext& context) {
  co_return all_jobs_stream(desk_, short_form(context), stream_terms(request, context));
}

}  // namespace gw::api
