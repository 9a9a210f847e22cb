#include "providers/openai/chat.hpp"

#include "base/json.hpp"
#include "providers/openai/errors.hpp"
#include "providers/openai/outgoing.hpp"
#include "providers/openai/reply.hpp"
#include "providers/openai/upstream.hpp"

#include <boost/json/serialize.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace gw::openai {
namespace {

class PassedBody final : public ChatBody {
 public:
  explicit PassedBody(std::unique_ptr<IncomingStream> stream) : stream_(std::move(stream)) {}

  Task<SharedBytes> next() override {
    auto piece = co_await stream_->next();
    if (!piece) co_return fail(std::move(piece).error().error);
    if (piece->empty()) co_return SharedBytes();
    co_return share(*std::move(piece));
  }

 private:
  std::unique_ptr<IncomingStream> stream_;
};

// The body with another model's name; for the rest what the client wrote.
Result<std::string> with_model(const std::string& body, std::string_view model) {
  GW_TRY(auto object, parse_json_object(body));
  object["model"] = boost::json::string(model.data(), model.size());
  return boost::json::serialize(object);
}

class OpenAiChat final : public ChatUpstream {
 public:
  OpenAiChat(Options options, StreamingHttpClient& client, WorkerPool& workers,
             std::shared_ptr<const Offer> offer)
      : options_(std::move(options)),
        client_(client),
        workers_(workers),
        offer_(std::move(offer)) {}

  std::string_view name() const override { return kProviderName; }
  bool belongs_here(std::string_view model) const override {
    return upstream_name(model).has_value();
  }
  std::vector<std::string> models() const override {
    return {offer_->chat_models().begin(), offer_->chat_models().end()};
  }
  Task<ChatReply> send(ChatCall call) override;

 private:
  std::optional<std::string_view> upstream_name(std::string_view model) const;
  Task<OutgoingRequest> request_for(ChatCall call) const;

  const Options options_;
  StreamingHttpClient& client_;
  WorkerPool& workers_;
  std::shared_ptr<const Offer> offer_;
};

// A listed name is taken as it is: the upstream may have prefixes of its own.
std::optional<std::string_view> OpenAiChat::upstream_name(std::string_view model) const {
  if (offer_->chat_models().contains(model)) return model;
  if (!model.starts_with(kProviderName)) return std::nullopt;
  model.remove_prefix(kProviderName.size());
  if (!model.starts_with('/') || model.size() == 1) return std::nullopt;
  model.remove_prefix(1);
  if (offer_->find(model)) return std::nullopt;
  return model;
}

// Another name means reading and writing the whole body, which may be megabytes of pictures.
Task<OutgoingRequest> OpenAiChat::request_for(ChatCall call) const {
  const auto model = upstream_name(call.model);
  if (!model)
    co_return fail(Error::internal("a chat call for a model that is none of this upstream"));
  auto request = request_to(options_, "/chat/completions");
  request.method = "POST";
  request.headers.emplace_back("Content-Type", "application/json");
  if (*model == call.model) {
    request.body = std::move(call.body);
  } else {
    auto rename = [body = std::move(call.body), name = std::string(*model)] {
      return with_model(body, name);
    };
    GW_CO_TRY(request.body, co_await workers_.run(std::move(rename)));
  }
  co_return request;
}

Task<ChatReply> OpenAiChat::send(ChatCall call) {
  GW_CO_TRY(auto request, co_await request_for(std::move(call)));
  auto stream = co_await client_.open(std::move(request));
  if (!stream) co_return fail(std::move(stream).error().error);
  const auto& head = (*stream)->head();
  const bool happy = head.status == 200 &&
                     (has_type(head, "application/json") || has_type(head, "text/event-stream"));
  if (happy) {
    ChatReply reply;
    reply.content_type = head.header("content-type");
    reply.body = std::make_unique<PassedBody>(*std::move(stream));
    co_return reply;
  }
  const auto answer = co_await read_whole(**stream);
  if (!answer) co_return fail(answer.error().error);
  co_return fail(judge_answer(*answer, options_, Service::chat).error);
}

}  // namespace

std::unique_ptr<ChatUpstream> make_chat(Options options, StreamingHttpClient& client,
                                        WorkerPool& workers, std::shared_ptr<const Offer> offer) {
  return std::make_unique<OpenAiChat>(std::move(options), client, workers, std::move(offer));
}

}  // namespace gw::openai
