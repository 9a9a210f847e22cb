// Chats of models that do not draw: handed through to the service behind the gateway, and its
// answer back, byte for byte.
#pragma once

#include "base/request_context.hpp"
#include "core/ports/chat_upstream.hpp"
#include "http/message.hpp"

namespace gw::api {

// The answer's bytes are taken as fast as the client takes them, and no further; when the client
// leaves, the call upstream ends. An upstream that breaks off in the middle breaks the connection,
// because what has been sent cannot be mended. When the gateway ends, a stream that stands between
// two events closes with one of ours that says so. `upstream` outlives the response.
Task<http::Response> relay_chat(ChatUpstream& upstream, ChatCall call, RequestContext& context);

}  // namespace gw::api
