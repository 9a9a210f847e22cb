// A picture that an upstream answers with a URL for.
#pragma once

#include "core/ports/provider.hpp"
#include "providers/common/picture.hpp"
#include "transport/address.hpp"
#include "transport/extra_headers.hpp"
#include "transport/http_client.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace gw {

// Whom it is fetched from, and how; all of it outlives the fetch.
struct PictureSource {
  HttpClient& client;
  const Address& server;  // that drew it
  const Proxy& proxy;
  const ExtraHeaders& extra_headers;  // for the server itself
  std::string partition;              // of the account that it was drawn for
  std::string_view setting;           // that names the server
  std::string_view member;            // of the answer, in which the URL stood
  // How long an edge that has closed meanwhile is waited for.
  std::chrono::milliseconds patience = std::chrono::seconds(90);
};

// Only from the server that drew it, because an answer must not choose whom we connect to; a path
// alone is one on it. It has been drawn and paid for, and reading it again costs nothing: what may
// pass is tried up to three times, and an edge that lets nothing through is waited for; what it
// challenges goes once more. A failure is the host's. Cancelling ends a wait at once.
Async<Answer> fetch_picture(PictureSource from, PictureUrl picture);

}  // namespace gw
