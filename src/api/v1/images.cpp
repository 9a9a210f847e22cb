#include "api/v1/images.hpp"

#include "api/error_envelope.hpp"
#include "api/generation_answer.hpp"
#include "api/generation_facts.hpp"
#include "api/json_body.hpp"
#include "api/late_json.hpp"
#include "api/prefer.hpp"
#include "api/v1/images_wire.hpp"

#include <utility>

namespace gw::api {
namespace {

// A link must be absolute, and only a plain Host tells which address the client can reach.
Result<void> expect_origin(ResponseForm form, const RequestContext& context) {
  if (form != ResponseForm::url || !context.origin.empty()) return {};
  return fail(
      Error::invalid_request("response_format",
                             "`response_format` url needs a plain Host header, or PUBLIC_BASE_URL "
                             "set by the operator; b64_json works without"));
}

Error no_such_preference() {
  return Error::invalid_request("Prefer",
                                "a job is not answered on its own connection: leave out `Prefer`, "
                                "or `stream` and x-heartbeat; a job's events are at "
                                "/v1/jobs/{id}/events");
}

Task<http::Response> refused(Error error) {
  co_return fail(std::move(error));
}

ImageEvents events_of(const GenerationRequest& asked) {
  return asked.references.empty() ? ImageEvents::generation : ImageEvents::edit;
}

}  // namespace

// What of a request its answer depends on.
struct ImagesEndpoint::AnswerWishes {
  ResponseForm form;
  Background background;
  std::string safety_identifier;
};

// What a call keeps while its pictures are drawn. Its request is gone by then: the body may be
// megabytes, and the wait minutes.
struct ImagesEndpoint::Call {
  Task<Watched> admission;
  AnswerWishes wishes;
};

ImagesEndpoint::AnswerWishes ImagesEndpoint::wishes_of(const GenerationRequest& asked) {
  return {asked.form, asked.output.background, asked.safety_identifier};
}

// No coroutine: it would keep the request in its frame.
Task<http::Response> ImagesEndpoint::generations(http::Request request, RequestContext& context) {
  if (const auto json = expect_json(request.headers); !json) return refused(json.error());
  if (request.body.size() > kParsedAtOnce) return large(std::move(request), context);
  auto asked = parse_generation_request(request.body);
  if (!asked) return refused(std::move(asked).error());
  return answered(*std::move(asked), request.headers, context);
}

Task<http::Response> ImagesEndpoint::edits(http::Request request, RequestContext& context,
                                           EditKind kind) {
  if (!preferences(request.headers).want_job())
    GW_CO_CHECK(generator_.expect_room(repeat_marks(request.headers)));
  GW_CO_TRY(auto asked, co_await reader_.read(request, kind));
  GW_CO_TRY(asked, co_await editor_.prepare(std::move(asked), context));
  co_return co_await answered(std::move(asked), request.headers, context);
}

Task<http::Response> ImagesEndpoint::large(http::Request request, RequestContext& context) {
  GW_CO_TRY(auto asked, co_await parsed_aside(request));
  co_return co_await answered(std::move(asked), request.headers, context);
}

// Two kinds of answer begin before the pictures are there, and are told of at once what is wrong.
Task<http::Response> ImagesEndpoint::answered(GenerationRequest asked, const http::Headers& headers,
                                              RequestContext& context) {
  const auto kept = decide_keeping(asked, store_pictures_);
  if (!kept) return refused(kept.error());
  const auto heartbeat = wants_heartbeat(headers);
  if (!heartbeat) return refused(heartbeat.error());
  if (preferences(headers).want_job()) {
    if (asked.stream || *heartbeat) return refused(no_such_preference());
    return as_job(std::move(asked), headers, context);
  }
  if (asked.stream || *heartbeat) return begun(std::move(asked), repeat_marks(headers), context);
  if (hopeless_waits_ == HopelessWaits::refused) context.gives_up_after = client_patience(headers);
  auto call = begin(std::move(asked), headers, context);
  if (!call) return refused(std::move(call).error());
  return answer(std::move(*call), context);
}

Task<http::Response> ImagesEndpoint::as_job(GenerationRequest asked, const http::Headers& headers,
                                            RequestContext& context) {
  if (const auto kept = expect_kept(asked); !kept) return refused(kept.error());
  asked.form = decided_form(asked.form, asked.model);
  if (const auto origin = expect_origin(asked.form, context); !origin)
    return refused(origin.error());
  return jobs_.submit(std::move(asked), repeat_marks(headers), preferences(headers), context);
}

Task<http::Response> ImagesEndpoint::begun(GenerationRequest asked, RepeatMarks marks,
                                           RequestContext& context) {
  const auto events = events_of(asked);
  if (asked.stream) co_return co_await streams_.open(std::move(asked), marks, context, events);
  asked.form = decided_form(asked.form, asked.model);
  GW_CO_CHECK(expect_origin(asked.form, context));
  GW_CO_TRY(auto watched, co_await generator_.watch(asked, marks, context, Previews::unwanted));
  auto render = [this, wishes = wishes_of(asked), &context](Result<Generation> generation) {
    auto response = finished(std::move(generation), wishes, context);
    if (response) return *std::move(response);
    note_failure(context, "error", response.error());
    return render_error(response.error(), context.request_id);
  };
  co_return late_json(std::move(watched), heartbeat_, std::move(render));
}

Task<GenerationRequest> ImagesEndpoint::parsed_aside(http::Request& request) {
  const auto share = std::move(request.body_share);
  auto work = [body = std::move(request.body)] { return parse_generation_request(body); };
  co_return co_await workers_.run(std::move(work));
}

Result<ImagesEndpoint::Call> ImagesEndpoint::begin(GenerationRequest asked,
                                                   const http::Headers& headers,
                                                   const RequestContext& context) {
  asked.form = decided_form(asked.form, asked.model);
  GW_CHECK(expect_origin(asked.form, context));
  const auto marks = repeat_marks(headers);
  return Call{generator_.watch(asked, marks, context, Previews::unwanted), wishes_of(asked)};
}

// This frame times ten thousand is what a full queue holds in memory.
Task<http::Response> ImagesEndpoint::answer(Call call, RequestContext& context) {
  auto watched = co_await Task<Watched>(std::move(call.admission));
  while (watched && !watched->all_ready()) co_await watched->change();
  co_return co_await gathered(watched, call.wishes, context);
}

Task<http::Response> ImagesEndpoint::gathered(Result<Watched>& watched, const AnswerWishes& wishes,
                                              RequestContext& context) const {
  if (!watched) co_return fail(std::move(watched).error());
  co_return finished(co_await watched->gather(), wishes, context);
}

Result<http::Response> ImagesEndpoint::finished(Result<Generation> generation,
                                                const AnswerWishes& wishes,
                                                RequestContext& context) const {
  if (!generation) return fail(std::move(generation).error());
  auto response = render_generation(*generation, terms_of(wishes, context));
  complete(response, *std::move(generation), context, clock_, pictures_);
  return response;
}

AnswerTerms ImagesEndpoint::terms_of(const AnswerWishes& wishes,
                                     const RequestContext& context) const {
  AnswerTerms terms;
  terms.created = unix_seconds(clock_);
  terms.form = wishes.form;
  terms.background = wishes.background;
  terms.safety_identifier = wishes.safety_identifier;
  terms.request_id = context.request_id;
  terms.link = [this, &context](const StoredPicture& picture) {
    return context.origin + links_.path(picture.file_name());
  };
  return terms;
}

}  // namespace gw::api
