// How to reach one Dreamifly server and under which identity.
#pragma once

#include "base/secret.hpp"
#include "core/accounts/account.hpp"
#include "core/ports/provider.hpp"
#include "transport/extra_headers.hpp"
#include "transport/proxy.hpp"

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

namespace gw::dreamifly {

struct Options {
  std::string base_url;   // scheme://host[:port], no trailing slash (DREAMIFLY_BASE_URL)
  Secret site_key;        // per-minute scheme (DREAMIFLY_SITE_KEY)
  Secret static_token;    // old instances (DREAMIFLY_AUTH_TOKEN), without "Bearer "
  std::string email;      // of an account (DREAMIFLY_EMAIL) …
  Secret password;        // … and its password (DREAMIFLY_PASSWORD); or in place of both
  Secret session_cookie;  // what read_pasted_session() takes (DREAMIFLY_SESSION_COOKIE)
  std::vector<AccountSettings> accounts;  // further ones; ids and provider are filled in by us
  OnExhausted on_exhausted = OnExhausted::next;  // DREAMIFLY_ON_EXHAUSTED
  ExtraHeaders extra_headers;                    // checked ones (DREAMIFLY_EXTRA_HEADERS)
  Proxy proxy;                                   // UPSTREAM_PROXY
  std::string probe_path = "/api/models";        // a free GET (DREAMIFLY_PROBE_PATH)
  std::size_t concurrency = 1;                   // UPSTREAM_CONCURRENCY_LIMIT or its default …
  std::size_t signed_in_concurrency = 2;         // … while there are accounts, whoever brought them
  std::chrono::seconds total_time{600};  // for one drawing call; must exceed the upstream's 330 s

  bool has_login() const { return !email.empty() || !session_cookie.empty() || !accounts.empty(); }
};

}  // namespace gw::dreamifly
