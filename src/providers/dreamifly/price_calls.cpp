#include "providers/dreamifly/price_calls.hpp"

#include "base/text.hpp"
#include "providers/dreamifly/outgoing.hpp"

namespace gw::dreamifly {
namespace {

constexpr std::chrono::seconds kCallTime{10};

OutgoingRequest asking_for(const Options& options, std::string_view upstream_model) {
  auto request =
      request_to(options, "/api/points/model-base-cost?modelId=" + percent_encode(upstream_model));
  request.total_time = kCallTime;
  request.max_answer_bytes = 64u << 10;
  return request;
}

}  // namespace

Async<void> fetch_prices(const Options& options, HttpClient& client,
                         std::vector<std::string> upstream_models, Prices& prices) {
  for (const auto& model : upstream_models) {
    auto request = asking_for(options, model);
    const auto reply = co_await client.perform(std::move(request));
    if (reply && reply->status == 404) prices.none();
    const auto cost = reply ? read_base_cost(*reply) : std::nullopt;
    if (!cost) co_return;
    prices.set(model, *cost);
  }
}

}  // namespace gw::dreamifly
