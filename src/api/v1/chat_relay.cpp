#include "api/v1/chat_relay.hpp"

#include "api/error_envelope.hpp"
#include "api/event_stream.hpp"
#include "api/generation_facts.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace gw::api {
namespace {

class RelayedBody : public http::BodySource {
 public:
  explicit RelayedBody(std::unique_ptr<ChatBody> body) : body_(std::move(body)) {}
  Task<SharedBytes> next() override { return body_->next(); }

 private:
  std::unique_ptr<ChatBody> body_;
};

// Between two events one of ours can stand; within one nothing can be mended.
class RelayedEvents final : public RelayedBody {
 public:
  RelayedEvents(std::unique_ptr<ChatBody> body, RequestContext& context)
      : RelayedBody(std::move(body)), context_(context) {}

  Task<SharedBytes> next() override {
    if (concluded_) co_return std::exchange(last_words_, {});
    GW_CO_TRY(auto piece, co_await RelayedBody::next());
    if (piece) remember(*piece);
    co_return piece;
  }

  bool conclude(const Error& why) override {
    if (!tail_.empty() && !tail_.ends_with("\n\n") && !tail_.ends_with("\r\n\r\n")) return false;
    note_failure(context_, "error", why);
    boost::json::object data;
    data["error"] = error_object(why, context_.request_id);
    last_words_ = share(sse_begin("") + boost::json::serialize(data) + std::string(kSseEnd));
    return concluded_ = true;
  }

 private:
  static constexpr std::size_t kLongestEnd = 4;

  void remember(std::string_view piece) {
    tail_ += piece.substr(piece.size() - std::min(piece.size(), kLongestEnd));
    tail_.erase(0, tail_.size() - std::min(tail_.size(), kLongestEnd));
  }

  RequestContext& context_;
  std::string tail_;  // of what has gone through
  SharedBytes last_words_;
  bool concluded_ = false;
};

std::unique_ptr<http::BodySource> relayed(ChatReply& reply, RequestContext& context) {
  if (!reply.content_type.starts_with("text/event-stream"))
    return std::make_unique<RelayedBody>(std::move(reply.body));
  return std::make_unique<RelayedEvents>(std::move(reply.body), context);
}

}  // namespace

Task<http::Response> relay_chat(ChatUpstream& upstream, ChatCall call, RequestContext& context) {
  context.note("model", call.model);
  context.note("provider", std::string(upstream.name()));
  context.note("relayed", 1);
  GW_CO_TRY(auto reply, co_await upstream.send(std::move(call)));
  http::Response response;
  response.status = reply.status;
  auto& headers = response.headers;
  headers.set("Content-Type", reply.content_type);
  headers.set("x-provider", upstream.name());
  if (reply.content_type.starts_with("text/event-stream")) {
    headers.set("Cache-Control", "no-cache");
    headers.set("X-Accel-Buffering", "no");  // nginx: pass on what comes when it comes
  }
  response.source = relayed(reply, context);
  co_return response;
}

}  // namespace gw::api
