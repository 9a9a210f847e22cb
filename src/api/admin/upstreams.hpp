// /admin/api/upstreams: what each upstream is doing, and whether it answers.
#pragma once

#include "core/accounts/account_book.hpp"
#include "core/engine/host_book.hpp"
#include "core/ports/provider.hpp"
#include "http/message.hpp"
#include "telemetry/log.hpp"

#include <boost/json/object.hpp>

#include <string_view>
#include <vector>

namespace gw::api {

// The provider that the route parameter `provider` names; not_found.
Result<Provider*> provider_in(const std::vector<Provider*>& providers,
                              const http::Request& request);

// I/O thread; what it refers to outlives it.
class UpstreamsEndpoint final {
 public:
  UpstreamsEndpoint(std::vector<Provider*> providers, const HostBook& hosts,
                    const AccountBook& accounts, Log& log)
      : providers_(std::move(providers)), hosts_(hosts), accounts_(accounts), log_(log) {}

  Task<http::Response> list(http::Request request, RequestContext& context);
  // Asks it something that costs nothing. Whether it answered is part of a 200.
  Task<http::Response> check(http::Request request, RequestContext& context);

 private:
  boost::json::object shown(Provider& provider) const;

  const std::vector<Provider*> providers_;
  const HostBook& hosts_;
  const AccountBook& accounts_;
  Log& log_;
};

}  // namespace gw::api
