// Which OpenSSL runs: digests, TLS and keys depend on it.
#pragma once

#include <string_view>

namespace gw {

// "OpenSSL 3.0.17 1 Jul 2025"; static storage.
std::string_view openssl_version();

}  // namespace gw
