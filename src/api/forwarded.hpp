// Who the client is and which origin it used, when reverse proxies may stand between.
#pragma once

#include "base/error.hpp"
#include "base/request_context.hpp"
#include "http/message.hpp"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gw::api {

// TRUSTED_PROXIES: whose X-Forwarded-* count.
class TrustedProxies final {
 public:
  // Addresses and networks ("10.0.0.0/8", "::1", "fd00::/8"). The error names the entry that is
  // none.
  static Result<TrustedProxies> create(const std::vector<std::string>& entries);

  bool contains(std::string_view address) const;

 private:
  struct Network {
    std::array<std::uint8_t, 16> address{};  // IPv4 in its IPv6-mapped form
    unsigned prefix = 128;
  };
  static Result<Network> parse(std::string_view entry);

  std::vector<Network> networks_;
};

struct ForwardedOptions {
  TrustedProxies trusted;
  std::string
      public_base_url;  // PUBLIC_BASE_URL, without a trailing slash; empty: derived per request
};

// Fills context.client and context.origin. X-Forwarded-For is read from the right, past trusted
// proxies, to the first address that is not one. Of X-Forwarded-Proto and -Host the last value
// counts: the nearest proxy, the trusted one, wrote it. A Host that is no plain host name leaves
// the origin empty.
void identify(const ForwardedOptions& options, const http::RequestHead& head,
              RequestContext& context);

// host, host:port, [v6] or [v6]:port, and nothing that could be read as anything else in a link.
bool is_plain_host(std::string_view host);

}  // namespace gw::api
