#include "api/v1/chat_stream.hpp"

#include "api/event_stream.hpp"
#include "api/generation_facts.hpp"

#include <cstddef>
#include <memory>
#include <utility>

namespace gw::api {
namespace {

// "data:" lines without names: chat clients know no others.
class ChatEventStream final : public EventStream {
 public:
  ChatEventStream(Watched watched, ChatTerms terms, UsageChunk usage,
                  std::chrono::milliseconds heartbeat, ByteBudget& pictures,
                  RequestContext& context)
      : EventStream(std::move(watched), heartbeat),
        chunks_(std::move(terms)),
        usage_(usage),
        pictures_(pictures),
        context_(context) {}

 private:
  void opened() override { send(chunks_.role()); }

  void made(PictureMade event) override {
    ++made_;
    for (auto& chunk : chunks_.picture(event.made)) {
      for (auto& piece : chunk) piece = pictures_.charge(std::move(piece));
      send(chunk);
    }
  }

  // Nothing is left to be told of when it was the only one: fell() says it.
  void failed(const PictureFailed& event) override {
    note_failure(context_, "failed", event.error);
    if (watched().pictures() > 1) send(chunks_.failure(event, watched().pictures()));
  }

  void ended() override {
    note_outcome(context_, watched().facts(), made_);
    send(chunks_.stop());
    if (usage_ == UsageChunk::wanted) send(chunks_.usage());
    send_event("", "[DONE]");
  }

  void fell(const Error& error) override {
    note_failure(context_, "error", error);
    note_outcome(context_, watched().facts(), made_);
    send(chunks_.error(error));
  }

  void send(const ChatChunks::Pieces& chunk) { send_event("", chunk); }

  ChatChunks chunks_;
  UsageChunk usage_;
  ByteBudget& pictures_;
  RequestContext& context_;
  std::size_t made_ = 0;
};

}  // namespace

http::Response chat_stream(Watched watched, ChatTerms terms, UsageChunk usage,
                           std::chrono::milliseconds heartbeat, ByteBudget& pictures,
                           RequestContext& context) {
  note_known(context, watched.facts());
  context.note("streamed", 1);
  return event_stream_response(std::make_unique<ChatEventStream>(
      std::move(watched), std::move(terms), usage, heartbeat, pictures, context));
}

}  // namespace gw::api
