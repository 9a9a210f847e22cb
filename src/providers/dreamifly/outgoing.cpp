#include "providers/dreamifly/outgoing.hpp"

namespace gw::dreamifly {

OutgoingRequest request_to(const Options& options, std::string_view path) {
  OutgoingRequest request;
  request.url = options.base_url;
  request.url += path;
  request.proxy = options.proxy;
  add_extra_headers(request, options);
  return request;
}

void add_extra_headers(OutgoingRequest& request, const Options& options) {
  for (const auto& [name, value] : options.extra_headers)
    request.headers.emplace_back(name, value.reveal());
}

}  // namespace gw::dreamifly
