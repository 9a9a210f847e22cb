// From where a request of a browser comes, and over what, for the admin door: it must be its own
// page, and its cookie must not travel in the clear where it need not.
#pragma once

#include "api/forwarded.hpp"
#include "http/message.hpp"

#include <string>

namespace gw::api {

// I/O thread; immutable. The origin in RequestContext will not do: PUBLIC_BASE_URL replaces it, and
// an operator may come by another address.
class AdminOrigin final {
 public:
  explicit AdminOrigin(ForwardedOptions forwarded);

  // The client's address, after trusted proxies.
  std::string client(const http::RequestHead& head) const;
  // What the browser has used, as far as trusted proxies or PUBLIC_BASE_URL tell.
  bool is_https(const http::RequestHead& head) const;
  // False for what another site's page has sent. Sec-Fetch-Site decides, where a browser sends it;
  // else Origin against the hosts by which we are known. Neither: no browser.
  bool is_same_site(const http::RequestHead& head) const;

 private:
  RequestContext asked_by(const http::RequestHead& head) const;

  TrustedProxies trusted_;
  std::string public_base_url_;
};

}  // namespace gw::api
