#include "providers/openai/outgoing.hpp"

#include "base/text.hpp"
#include "providers/openai/address.hpp"
#include "providers/openai/keys.hpp"

#include <chrono>
#include <cstddef>

namespace gw::openai {
namespace {

constexpr std::chrono::seconds kProbeTime{20};
constexpr std::size_t kLargestProbe = 8u << 20;

}  // namespace

OutgoingRequest request_to(const Options& options, std::string_view path) {
  OutgoingRequest request;
  request.url = api_root(options.base_url);
  request.url += path;
  request.proxy = options.proxy;
  request.partition = options.account.value;
  request.total_time = options.total_time;
  if (!options.api_key.empty())
    request.headers.emplace_back("Authorization", "Bearer " + options.api_key.reveal());
  add_extra_headers(request, options.extra_headers);
  return request;
}

edge::ZoneOptions zone_of(const Options& options) {
  edge::ZoneOptions zone;
  zone.zone = address_of(options.base_url).value_or(Address());
  zone.egress = edge::egress_key(options.proxy, AddressFamily::any);
  zone.probe = request_to(with_general_key(options), options.probe_path);
  zone.probe.headers.emplace_back("Accept", "application/json");
  zone.probe.total_time = kProbeTime;
  zone.probe.max_answer_bytes = kLargestProbe;
  return zone;
}

bool has_type(const IncomingAnswer& answer, std::string_view lower_case_type) {
  const auto type = to_lower(answer.header("content-type"));
  return trim(std::string_view(type).substr(0, type.find(';'))) == lower_case_type;
}

}  // namespace gw::openai
