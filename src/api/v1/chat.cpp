#include "api/v1/chat.hpp"

#include "api/error_envelope.hpp"
#include "api/generation_answer.hpp"
#include "api/generation_facts.hpp"
#include "api/json_body.hpp"
#include "api/late_json.hpp"
#include "api/v1/chat_relay.hpp"
#include "api/v1/chat_stream.hpp"
#include "api/v1/images_wire.hpp"
#include "base/json.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <string_view>
#include <utility>
#include <variant>

namespace gw::api {
namespace {

// A body and what it says. The text stays, because chats that are passed through go as they came.
struct OpenedBody {
  std::string text;
  boost::json::object object;
};

Result<OpenedBody> open_body(std::string text) {
  GW_TRY(auto object, parse_json_object(text));
  return OpenedBody{std::move(text), std::move(object)};
}

Task<http::Response> refused(Error error) {
  co_return fail(std::move(error));
}

Error bad_link(const std::string& param, std::string_view what) {
  return Error::invalid_request(param, fmt::format("`{}` {}", param, what))
      .with_code("invalid_image_url");
}

Result<void> check_link(const ImageLinks& links, const PictureLink& link,
                        const std::string& param) {
  switch (links.check(link.file_name, link.expires, link.signature)) {
    case ImageLinks::Verdict::valid:
      return {};
    case ImageLinks::Verdict::expired:
      return fail(bad_link(param, "is a link that has expired; send the picture as a data URL"));
    case ImageLinks::Verdict::forged:
      break;
  }
  return fail(
      bad_link(param, "is not a link that this gateway gave out; send the picture as a data URL"));
}

// The signature makes a link ours, whatever host it names: behind proxies there may be several. One
// that names ours, or none, is told what is wrong with its signature; others are somebody else's.
IsOurs is_ours(const ImageLinks& links, const RequestContext& context) {
  return [&links, here = context.origin + "/"](std::string_view url, const PictureLink& link) {
    return url.starts_with(here) || url.starts_with('/') ||
           links.is_signed(link.file_name, link.expires, link.signature);
  };
}

bool is_remote(const ChatPicture& picture) {
  return std::holds_alternative<RemoteUrl>(picture.source);
}

}  // namespace

// What a call keeps while its pictures are drawn. Its request is gone by then.
struct ChatEndpoint::Call {
  Task<Generation> drawing;
  ChatTerms terms;
};

// No coroutine: it would keep the request in its frame.
Task<http::Response> ChatEndpoint::completions(http::Request request, RequestContext& context) {
  if (const auto json = expect_json(request.headers); !json) return refused(json.error());
  if (request.body.size() > kParsedAtOnce) return large(std::move(request), context);
  auto opened = open_body(std::move(request.body));
  if (!opened) return refused(std::move(opened).error());
  auto model = chat_model(opened->object);
  if (!model) return refused(std::move(model).error());
  if (auto* upstream = upstream_of(*model)) {
    ChatCall call{*std::move(model), std::move(opened->text)};
    return relay_chat(*upstream, std::move(call), context);
  }
  auto asked = parse_chat_request(opened->object, is_ours(parts_.links, context));
  if (!asked) return refused(std::move(asked).error());
  return drawn(*std::move(asked), request.headers, context, std::move(request.body_share));
}

Task<http::Response> ChatEndpoint::large(http::Request request, RequestContext& context) {
  auto open = [text = std::move(request.body)]() mutable { return open_body(std::move(text)); };
  GW_CO_TRY(auto opened, co_await parts_.workers.run(std::move(open)));
  GW_CO_TRY(auto model, chat_model(opened.object));
  if (auto* upstream = upstream_of(model)) {
    ChatCall call{std::move(model), std::move(opened.text)};
    // What it said takes as long to let go of as it took to read.
    auto drop = [said = std::move(opened.object)]() mutable -> Result<void> {
      said.clear();
      return {};
    };
    GW_CO_CHECK(co_await parts_.workers.run(std::move(drop)));
    request.body_share = {};  // the body leaves at once; the answer may take minutes
    co_return co_await relay_chat(*upstream, std::move(call), context);
  }
  auto read = [opened = std::move(opened), ours = is_ours(parts_.links, context)]() mutable {
    const auto said = std::exchange(opened, {});  // goes here, and not with the job
    return parse_chat_request(said.object, ours);
  };
  GW_CO_TRY(auto asked, co_await parts_.workers.run(std::move(read)));
  co_return co_await drawn(std::move(asked), request.headers, context,
                           std::move(request.body_share));
}

// What can be drawn is drawn here; nothing: nobody chats under that name, or it draws.
ChatUpstream* ChatEndpoint::upstream_of(const std::string& model) const {
  if (parts_.routes.model(model)) return nullptr;
  const auto belongs = [&](const auto* upstream) { return upstream->belongs_here(model); };
  const auto found = std::ranges::find_if(parts_.upstreams, belongs);
  return found == parts_.upstreams.end() ? nullptr : *found;
}

// --- the pictures that are drawn from

Task<http::Response> ChatEndpoint::drawn(ChatRequest asked, const http::Headers& headers,
                                         RequestContext& context, http::BodyMemory::Share share) {
  if (const auto chosen = choose_pictures(asked); !chosen) return refused(chosen.error());
  const auto kept = decide_keeping(asked.drawing, options_.store_pictures);
  if (!kept) return refused(kept.error());
  if (asked.pictures.empty()) return answered(asked, headers, context);
  return drawn_from_pictures(std::move(asked), headers, context, std::move(share));
}

// The last picture of the assistant goes first: it is what the conversation is about.
Result<void> ChatEndpoint::choose_pictures(ChatRequest& asked) const {
  GW_TRY(const auto* model, parts_.routes.model(asked.drawing.model));
  const bool needed = asked.from_history == FromHistory::where_needed && asked.pictures.empty() &&
                      !model->text_to_image;
  const bool wanted = asked.from_history == FromHistory::wanted;
  if (wanted && !asked.drawn_before) {
    return fail(Error::invalid_request("image_from_history",
                                       "no message of the assistant has a picture to draw from"));
  }
  if ((wanted || needed) && asked.drawn_before) {
    asked.pictures.insert(asked.pictures.begin(), *std::move(asked.drawn_before));
  }
  asked.drawn_before.reset();
  return {};
}

Task<http::Response> ChatEndpoint::drawn_from_pictures(ChatRequest asked, http::Headers headers,
                                                       RequestContext& context,
                                                       http::BodyMemory::Share share) {
  GW_CO_CHECK(parts_.generator.expect_room(repeat_marks(headers)));
  asked.drawing.kind = RequestKind::edit;
  // Those that are here go first: nothing waits in memory for other people's servers.
  auto pictures = std::exchange(asked.pictures, {});
  auto& references = asked.drawing.references;
  references.resize(pictures.size());
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    if (is_remote(pictures[i])) continue;
    GW_CO_TRY(references[i], co_await accepted(std::move(pictures[i])));
  }
  share = {};
  const auto until = std::chrono::steady_clock::now() + RemotePictures::kTimeOfRequest;
  for (std::size_t i = 0; i < pictures.size(); ++i) {
    if (!is_remote(pictures[i])) continue;
    auto url = std::get<RemoteUrl>(std::move(pictures[i].source));
    GW_CO_TRY(references[i],
              co_await parts_.remote.fetch(std::move(url), std::move(pictures[i].param), until));
  }
  GW_CO_TRY(asked.drawing, co_await parts_.editor.prepare(std::move(asked.drawing), context));
  auto answer = answered(asked, headers, context);
  asked = {};
  co_return co_await std::move(answer);
}

Task<Reference> ChatEndpoint::accepted(ChatPicture picture) {
  GW_CO_TRY(auto bytes, co_await bytes_of(picture));
  co_return co_await parts_.uploads.accept(std::move(bytes), std::move(picture.param));
}

Task<SharedBytes> ChatEndpoint::bytes_of(ChatPicture& picture) {
  if (auto* bytes = std::get_if<SharedBytes>(&picture.source)) co_return std::move(*bytes);
  const auto& link = std::get<PictureLink>(picture.source);
  GW_CO_CHECK(check_link(parts_.links, link, picture.param));
  auto stored = parts_.results.find(link.file_name);
  if (!stored) co_return fail(bad_link(picture.param, "is a picture that is no longer stored"));
  const auto size = stored->size;
  co_return co_await parts_.results.read(*std::move(stored), 0, size);
}

// --- the answer

// Two kinds of answer begin before the pictures are there, and are told of at once what is wrong.
Task<http::Response> ChatEndpoint::answered(const ChatRequest& asked, const http::Headers& headers,
                                            RequestContext& context) {
  const auto heartbeat = wants_heartbeat(headers);
  if (!heartbeat) return refused(heartbeat.error());
  const auto marks = repeat_marks(headers);
  if (asked.drawing.stream || *heartbeat) return begun(asked, marks, context);
  Call call{parts_.generator.generate(asked.drawing, marks, context), terms_of(asked, context)};
  return answer(std::move(call), context);
}

Task<http::Response> ChatEndpoint::begun(ChatRequest asked, RepeatMarks marks,
                                         RequestContext& context) {
  auto terms = terms_of(asked, context);
  GW_CO_TRY(auto watched,
            co_await parts_.generator.watch(asked.drawing, marks, context, Previews::unwanted));
  if (asked.drawing.stream) {
    const auto usage = asked.include_usage ? UsageChunk::wanted : UsageChunk::unwanted;
    co_return chat_stream(std::move(watched), std::move(terms), usage, options_.heartbeat,
                          parts_.pictures, context);
  }
  auto render = [this, terms = std::move(terms), &context](Result<Generation> generation) {
    auto response = finished(std::move(generation), terms, context);
    if (response) return *std::move(response);
    note_failure(context, "error", response.error());
    return render_error(response.error(), context.request_id);
  };
  co_return late_json(std::move(watched), options_.heartbeat, std::move(render));
}

Task<http::Response> ChatEndpoint::answer(Call call, RequestContext& context) {
  co_return finished(co_await std::move(call.drawing), call.terms, context);
}

Result<http::Response> ChatEndpoint::finished(Result<Generation> generation, const ChatTerms& terms,
                                              RequestContext& context) const {
  if (!generation) return fail(std::move(generation).error());
  auto response = render_chat(*generation, terms);
  complete(response, *std::move(generation), context, parts_.clock, parts_.pictures);
  return response;
}

ChatTerms ChatEndpoint::terms_of(const ChatRequest& asked, const RequestContext& context) const {
  ChatTerms terms;
  terms.id = "chatcmpl-" + context.request_id;
  terms.created = unix_seconds(parts_.clock);
  const auto& models = parts_.routes.models();
  terms.model = asked.drawing.model.empty() ? models.default_model() : asked.drawing.model;
  terms.pictures = options_.pictures;
  terms.request_id = context.request_id;
  // A link must be absolute, and only a plain Host tells which address the client can reach.
  if (!context.origin.empty()) {
    terms.link = [this, origin = context.origin](const StoredPicture& picture) {
      return origin + parts_.links.path(picture.file_name());
    };
  }
  return terms;
}

}  // namespace gw::api
