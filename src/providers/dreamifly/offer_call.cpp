#include "providers/dreamifly/offer_call.hpp"

#include "providers/dreamifly/errors.hpp"
#include "providers/dreamifly/outgoing.hpp"

#include <utility>

namespace gw::dreamifly {
namespace {

constexpr std::chrono::seconds kModelsTime{10};
constexpr std::string_view kCall = "GET /api/models";

}  // namespace

Async<std::expected<std::vector<OfferedModel>, UpstreamFailure>> fetch_offer(const Options& options,
                                                                             HttpClient& client) {
  auto request = request_to(options, "/api/models");
  request.total_time = kModelsTime;
  request.max_answer_bytes = 1u << 20;
  const auto reply = co_await client.perform(std::move(request));
  if (!reply) co_return std::unexpected(judge_free_fault(kCall, reply.error()));
  if (reply->status != 200 || !is_json(*reply))
    co_return std::unexpected(judge_free_answer(kCall, *reply));
  auto offered = read_offer(reply->body.joined());
  if (offered) co_return *std::move(offered);
  UpstreamFailure failure;
  failure.error = std::move(offered).error();
  failure.scope = Scope::host;
  co_return std::unexpected(std::move(failure));
}

}  // namespace gw::dreamifly
