// The chat API's JSON → what is to be drawn. Pure: no engine, no catalog, no sockets.
#pragma once

#include "api/v1/chat_messages.hpp"
#include "base/error.hpp"
#include "core/generation.hpp"

#include <boost/json/object.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace gw::api {

// Whether the last picture of the assistant is drawn from when the user has sent none.
enum class FromHistory : std::uint8_t {
  where_needed,  // not said: only by models that draw from nothing but pictures
  wanted,
  unwanted,
};

struct ChatRequest {
  GenerationRequest drawing;  // without its references; `stream` is the client's
  std::vector<ChatPicture> pictures;
  std::optional<ChatPicture> drawn_before;
  FromHistory from_history = FromHistory::where_needed;
  bool include_usage = false;
};

// Which model is asked, before anything else is looked at: chats of other models are not read here.
// Empty: none is named.
Result<std::string> chat_model(const boost::json::object& body);

// Body of POST /v1/chat/completions for a model that draws. The last user message is the prompt.
// Every field of the Images API but `response_format` means the same here; the prompt may end with
// hints (prompt_hints.hpp), which win. Everything else lands in drawing.ignored. Total.
Result<ChatRequest> parse_chat_request(const boost::json::object& body, const IsOurs& is_ours);

}  // namespace gw::api
