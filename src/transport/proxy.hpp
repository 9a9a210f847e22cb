// An operator's way out, and who he is there.
#pragma once

#include "base/secret.hpp"

#include <string>

namespace gw {

struct Proxy {
  std::string url;  // http://host:port or socks5h://host:port; no credentials in it. Empty: none
  std::string user =
      {};  // as it is, not percent-encoded; empty with an empty password: the proxy asks
  Secret password = {};  // for neither
  bool empty() const { return url.empty(); }
  bool has_credentials() const { return !user.empty() || !password.empty(); }
};

}  // namespace gw
