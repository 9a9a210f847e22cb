// A server that speaks the OpenAI API: its image models as a provider, its chat models beside it.
#pragma once

#include "base/clock.hpp"
#include "base/worker_pool.hpp"
#include "core/ports/chat_upstream.hpp"
#include "core/ports/provider.hpp"
#include "providers/openai/options.hpp"
#include "transport/http_client.hpp"

#include <memory>
#include <string_view>

namespace gw::openai {

inline constexpr std::string_view kProviderName = "openai";

// Which models there are is told by the provider's refresh(), for both.
struct Upstream {
  std::unique_ptr<Provider> images;
  std::unique_ptr<ChatUpstream> chat;
};

// What it is given must outlive both. `edge`: what `client` passes (common/edge.hpp); null:
// nothing. A base URL of which address_of() makes nothing is a bug of the caller:
// std::invalid_argument.
Upstream make_upstream(Options options, StreamingHttpClient& client, WorkerPool& workers,
                       const Clock& clock, ClearanceDoor* edge = nullptr);

}  // namespace gw::openai
