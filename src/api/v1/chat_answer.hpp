// Pictures as answers of the chat API (openai-contract §8), whole and in pieces. Pure: no engine,
// no sockets.
#pragma once

#include "api/v1/chat_options.hpp"
#include "base/bytes.hpp"
#include "core/watch.hpp"
#include "http/message.hpp"

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace gw::api {

struct ChatTerms {
  std::string id;            // "chatcmpl-…"
  std::int64_t created = 0;  // seconds
  std::string model;         // as the client named it
  ChatPictures pictures = ChatPictures::both;
  std::string request_id;  // for errors
  // The absolute link of a stored picture; none: no link can be given.
  std::function<std::string(const StoredPicture&)> link;
};

// 200 with one choice, whose message has all pictures that were made; what became of the others is
// in its text. `generation` has at least one picture.
http::Response render_chat(const Generation& generation, const ChatTerms& terms);

// The data of the events of a streamed answer: each is one line, base64 in a piece of its own.
class ChatChunks final {
 public:
  using Pieces = std::vector<SharedBytes>;

  explicit ChatChunks(ChatTerms terms) : terms_(std::move(terms)) {}

  Pieces role() const;
  // One event with the picture, and one with its text: clients that find pictures in an event do
  // not look at its text. A markdown tag is never torn apart.
  std::vector<Pieces> picture(const GeneratedPicture& made);
  Pieces failure(const PictureFailed& failed, std::size_t of);
  Pieces stop() const;
  Pieces usage() const;
  Pieces error(const Error& error) const;

 private:
  Pieces chunk(Pieces delta, std::string_view finish_reason) const;
  Pieces text(Pieces content);
  std::string head() const;

  ChatTerms terms_;
  std::size_t images_ = 0;  // sent so far
  bool has_text_ = false;
};

}  // namespace gw::api
