// The chat models of one server, passed through.
#pragma once

#include "base/worker_pool.hpp"
#include "core/ports/chat_upstream.hpp"
#include "providers/openai/offer.hpp"
#include "providers/openai/options.hpp"
#include "transport/http_client.hpp"

#include <memory>

namespace gw::openai {

// See make_upstream(). `offer` tells which models chat.
std::unique_ptr<ChatUpstream> make_chat(Options options, StreamingHttpClient& client,
                                        WorkerPool& workers, std::shared_ptr<const Offer> offer);

}  // namespace gw::openai
