#include "providers/openai/upstream.hpp"

#include "providers/openai/chat.hpp"
#include "providers/openai/keys.hpp"
#include "providers/openai/offer.hpp"
#include "providers/openai/provider.hpp"

#include <utility>

namespace gw::openai {

Upstream make_upstream(Options options, StreamingHttpClient& client, WorkerPool& workers,
                       const Clock& clock, ClearanceDoor* edge) {
  auto offer = std::make_shared<Offer>(options);
  auto chat = make_chat(with_general_key(options), client, workers, offer);
  return {.images = make_provider(std::move(options), client, clock, std::move(offer), edge),
          .chat = std::move(chat)};
}

}  // namespace gw::openai
