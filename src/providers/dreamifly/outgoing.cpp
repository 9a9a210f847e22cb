#include "providers/dreamifly/outgoing.hpp"

#include <chrono>
#include <cstddef>

namespace gw::dreamifly {
namespace {

constexpr std::chrono::seconds kProbeTime{20};
constexpr std::size_t kLargestProbe = 8u << 20;

}  // namespace

OutgoingRequest request_to(const Options& options, std::string_view path) {
  OutgoingRequest request;
  request.url = options.base_url;
  request.url += path;
  request.proxy = options.proxy;
  add_extra_headers(request, options.extra_headers);
  return request;
}

edge::ZoneOptions zone_of(const Options& options) {
  edge::ZoneOptions zone;
  zone.zone = address_of(options.base_url).value_or(Address());
  zone.egress = edge::egress_key(options.proxy, AddressFamily::any);
  zone.probe = request_to(options, options.probe_path);
  zone.probe.headers.emplace_back("Accept", "application/json");
  zone.probe.total_time = kProbeTime;
  zone.probe.max_answer_bytes = kLargestProbe;
  return zone;
}

}  // namespace gw::dreamifly
