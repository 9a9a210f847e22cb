#include "api/v1/chat_relay.hpp"

#include <memory>
#include <string>
#include <utility>

namespace gw::api {
namespace {

class RelayedBody final : public http::BodySource {
 public:
  explicit RelayedBody(std::unique_ptr<ChatBody> body) : body_(std::move(body)) {}
  Task<SharedBytes> next() override { return body_->next(); }

 private:
  std::unique_ptr<ChatBody> body_;
};

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
  response.source = std::make_unique<RelayedBody>(std::move(reply.body));
  co_return response;
}

}  // namespace gw::api
