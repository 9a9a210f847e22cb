// POST /v1/chat/completions: pictures for clients that only chat, and a way through to models that
// really do.
#pragma once

#include "api/v1/chat_answer.hpp"
#include "api/v1/chat_options.hpp"
#include "api/v1/chat_request.hpp"
#include "api/v1/keeping.hpp"
#include "base/clock.hpp"
#include "base/worker_pool.hpp"
#include "core/editor.hpp"
#include "core/generate.hpp"
#include "core/library/image_links.hpp"
#include "core/library/upload_desk.hpp"
#include "core/ports/chat_upstream.hpp"
#include "core/ports/remote_pictures.hpp"
#include "http/message.hpp"

#include <chrono>
#include <string>
#include <vector>

namespace gw::api {

// What the door works with; all of it outlives it.
struct ChatParts {
  RouteBook& routes;
  Generator& generator;
  UploadDesk& uploads;
  RemotePictures& remote;
  Editor& editor;
  ResultStore& results;
  const ImageLinks& links;
  const Clock& clock;
  WorkerPool& workers;
  ByteBudget& pictures;  // charged with the answers too: each carries its pictures as base64
  std::vector<ChatUpstream*> upstreams;  // for models that do not draw
};

struct ChatOptions {
  ChatPictures pictures = ChatPictures::both;
  std::chrono::milliseconds heartbeat{10'000};
  StorePictures store_pictures = StorePictures::on;
};

// I/O thread.
class ChatEndpoint final {
 public:
  ChatEndpoint(ChatParts parts, ChatOptions options)
      : parts_(std::move(parts)), options_(options) {}

  // Cancelled when the client leaves; the generator then parks or finishes its tasks, and a call
  // that is passed through ends.
  Task<http::Response> completions(http::Request request, RequestContext& context);

 private:
  struct Call;

  Task<http::Response> large(http::Request request, RequestContext& context);
  ChatUpstream* upstream_of(const std::string& model) const;

  Task<http::Response> drawn(ChatRequest asked, const http::Headers& headers,
                             RequestContext& context, http::BodyMemory::Share share);
  Task<http::Response> drawn_from_pictures(ChatRequest asked, http::Headers headers,
                                           RequestContext& context, http::BodyMemory::Share share);
  Result<void> choose_pictures(ChatRequest& asked) const;
  Task<Reference> accepted(ChatPicture picture);
  Task<SharedBytes> bytes_of(ChatPicture& picture);

  Task<http::Response> answered(const ChatRequest& asked, const http::Headers& headers,
                                RequestContext& context);
  Task<http::Response> begun(ChatRequest asked, RepeatMarks marks, RequestContext& context);
  Task<http::Response> answer(Call call, RequestContext& context);
  Result<http::Response> finished(Result<Generation> generation, const ChatTerms& terms,
                                  RequestContext& context) const;
  ChatTerms terms_of(const ChatRequest& asked, const RequestContext& context) const;

  ChatParts parts_;
  ChatOptions options_;
};

}  // namespace gw::api
