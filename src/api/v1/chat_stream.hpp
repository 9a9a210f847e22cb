// A chat answer in pieces, while its pictures are drawn.
#pragma once

#include "api/v1/chat_answer.hpp"
#include "base/request_context.hpp"
#include "core/engine/byte_budget.hpp"
#include "core/watch.hpp"
#include "http/message.hpp"

#include <chrono>
#include <cstdint>

namespace gw::api {

enum class UsageChunk : std::uint8_t { unwanted, wanted };

// 200 from here on; an error is the last event. Role, per picture an event with it and one with its
// text, the end, the usage where it is wanted, "[DONE]". What is drawn meanwhile is told in
// comments at least every `heartbeat`. `pictures` is charged with the events, `context` outlives
// the response, as the session's does.
http::Response chat_stream(Watched watched, ChatTerms terms, UsageChunk usage,
                           std::chrono::milliseconds heartbeat, ByteBudget& pictures,
                           RequestContext& context);

}  // namespace gw::api
