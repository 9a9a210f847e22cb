// The image models of one server as a provider.
#pragma once

#include "base/clock.hpp"
#include "core/ports/provider.hpp"
#include "providers/openai/offer.hpp"
#include "providers/openai/options.hpp"
#include "transport/http_client.hpp"

#include <memory>

namespace gw::openai {

// See make_upstream(). Fills `offer` in refresh().
std::unique_ptr<Provider> make_provider(Options options, StreamingHttpClient& client,
                                        const Clock& clock, std::shared_ptr<Offer> offer,
                                        ClearanceDoor* edge);

}  // namespace gw::openai
