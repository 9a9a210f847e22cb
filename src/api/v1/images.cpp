#include "api/v1/images.hpp"

#include "api/v1/images_wire.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <chrono>
#include <functional>
#include <memory>

namespace gw::api {
namespace {

using std::chrono::milliseconds;

// Parsing this much takes about a millisecond; more of it would hold up everybody else.
constexpr std::size_t kParsedAtOnce = 128 * 1024;

// Absent is JSON too: several clients send none.
Result<void> expect_json(const http::Headers& headers) {
  const auto value = headers.find("content-type");
  if (!value) return {};
  const auto type = to_lower(trim(value->substr(0, value->find(';'))));
  if (type.empty() || type == "application/json" || type.ends_with("+json")) return {};
  return fail(Error(ErrorKind::unsupported_media_type,
                    "the Content-Type of this request must be application/json"));
}

// A link must be absolute, and only a plain Host tells which address the client can reach.
Result<void> expect_origin(ResponseForm form, const RequestContext& context) {
  if (form != ResponseForm::url || !context.origin.empty()) return {};
  return fail(
      Error::invalid_request("response_format",
                             "`response_format` url needs a plain Host header, or PUBLIC_BASE_URL "
                             "set by the operator; b64_json works without"));
}

void add_headers(http::Headers& headers, const Generation& generation, milliseconds total) {
  const auto own = std::max(milliseconds{0}, total - generation.queued - generation.upstream);
  headers.set("x-provider", generation.provider);
  if (generation.adopted) headers.set("x-adopted", "1");
  // Of several pictures each has its own, beside its data.
  const auto& items = generation.items;
  if (items.size() == 1 && items.front() && items.front()->seed != 0)
    headers.set("x-seed", std::to_string(items.front()->seed));
  const auto ignored = header_list(generation.ignored);
  if (!ignored.empty()) headers.set("x-ignored-params", ignored);
  headers.set("x-queue-ms", std::to_string(generation.queued.count()));
  headers.set("x-upstream-ms", std::to_string(generation.upstream.count()));
  headers.set("x-overhead-ms", std::to_string(own.count()));
}

// The tickets live as long as the response: when the client goes before its end, dropping them
// tells the engine.
std::function<void()> delivery_of(std::vector<Ticket> tickets) {
  auto held = std::make_shared<std::vector<Ticket>>(std::move(tickets));
  return [held] {
    for (auto& ticket : *held) ticket.delivered();
  };
}

void note(RequestContext& context, const Generation& generation) {
  const auto made =
      std::ranges::count_if(generation.items, [](const auto& item) { return item.has_value(); });
  context.note("model", generation.model);
  for (const auto& item : generation.items) {
    if (item) continue;
    context.note("failed", std::string(to_string(item.error().kind())));
    if (!item.error().detail().empty()) context.note("detail", item.error().detail());
  }
  context.note("provider", generation.provider);
  context.note("pictures", static_cast<std::int64_t>(made));
  context.note("adopted", generation.adopted ? 1 : 0);
  context.note("queue_ms", static_cast<std::int64_t>(generation.queued.count()));
  context.note("upstream_ms", static_cast<std::int64_t>(generation.upstream.count()));
}

Task<http::Response> refused(Error error) {
  co_return fail(std::move(error));
}

}  // namespace

// What a call keeps while its pictures are drawn. Its request is gone by then: the body may be
// megabytes, and the wait minutes.
struct ImagesEndpoint::Call {
  Task<Generation> drawing;
  AnswerTerms terms;
};

// No coroutine: it would keep the request in its frame.
Task<http::Response> ImagesEndpoint::generations(http::Request request, RequestContext& context) {
  if (const auto json = expect_json(request.headers); !json) return refused(json.error());
  if (request.body.size() > kParsedAtOnce) return large(std::move(request), context);
  auto asked = parse_generation_request(request.body);
  if (!asked) return refused(std::move(asked).error());
  auto call = begin(*std::move(asked), request.headers, context);
  if (!call) return refused(std::move(call).error());
  return answer(std::move(*call), context);
}

Task<http::Response> ImagesEndpoint::large(http::Request request, RequestContext& context) {
  GW_CO_TRY(auto asked, co_await parsed_aside(request));
  GW_CO_TRY(auto call, begin(std::move(asked), request.headers, context));
  co_return co_await answer(std::move(call), context);
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
  auto terms = terms_of(asked, context);
  return Call{generator_.generate(std::move(asked), repeat_marks(headers), context),
              std::move(terms)};
}

Task<http::Response> ImagesEndpoint::answer(Call call, RequestContext& context) {
  co_return finished(co_await std::move(call.drawing), call.terms, context);
}

Result<http::Response> ImagesEndpoint::finished(Result<Generation> generation, AnswerTerms& terms,
                                                RequestContext& context) const {
  if (!generation) return fail(std::move(generation).error());
  terms.created =
      std::chrono::duration_cast<std::chrono::seconds>(clock_.wall().time_since_epoch()).count();
  note(context, *generation);
  auto response = render_generation(*generation, terms);
  for (auto& piece : response.pieces) piece = pictures_.charge(std::move(piece));
  add_headers(response.headers, *generation,
              std::chrono::duration_cast<milliseconds>(clock_.now() - context.received));
  response.written = delivery_of(std::move(generation->tickets));
  return response;
}

AnswerTerms ImagesEndpoint::terms_of(const GenerationRequest& asked,
                                     const RequestContext& context) const {
  AnswerTerms terms;
  terms.form = asked.form;
  terms.background = asked.output.background;
  terms.safety_identifier = asked.safety_identifier;
  terms.request_id = context.request_id;
  terms.link = [this, origin = context.origin](const StoredPicture& picture) {
    return origin + links_.path(picture.file_name());
  };
  return terms;
}

}  // namespace gw::api
