// The port to a chat service that stands behind an image upstream: models that do not draw are
// passed through to it, and its answers are handed on as they come.
#pragma once

#include "base/bytes.hpp"
#include "base/task.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace gw {

// One chat call of a client.
struct ChatCall {
  std::string model;  // as the client named it: a model that belongs_here()
  std::string body;   // the client's JSON; only its `model` is rewritten, where the upstream's name
                      // for it is another
};

// The body of an answer. Destroying it, as a departing client does, ends the call upstream at once.
class ChatBody {
 public:
  virtual ~ChatBody() = default;
  // The next piece, byte for byte as it came; null at the end. Nothing is read ahead beyond a small
  // bound, so a slow reader slows the upstream down. An error: the rest is lost, and after it
  // nothing more comes.
  virtual Task<SharedBytes> next() = 0;
};

// A happy answer; its first bytes may be minutes away.
struct ChatReply {
  int status = 200;
  std::string content_type;  // "text/event-stream" for a stream, else "application/json"
  std::unique_ptr<ChatBody> body;
};

// I/O thread. Outlives its replies' bodies.
class ChatUpstream {
 public:
  virtual ~ChatUpstream() = default;
  virtual std::string_view name() const = 0;  // goes into x-provider
  // Whether a model of this name is to be asked here: the upstream lists it and it does not draw,
  // or the name says so itself ("openai/…").
  virtual bool belongs_here(std::string_view model) const = 0;
  // The upstream's own names of its chat models, as far as known; may change while we run.
  virtual std::vector<std::string> models() const = 0;
  // Returns when the upstream's head is there. Whatever is no happy answer is an Error that is safe
  // for clients. Cancelling it ends the call upstream.
  virtual Task<ChatReply> send(ChatCall call) = 0;
};

}  // namespace gw
