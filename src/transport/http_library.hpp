// What the HTTP library of this machine can do, for whoever has to find out why a connection fails.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace gw {

struct HttpLibrary {
  enum class Names : std::uint8_t { in_threads, blocking };  // how host names are looked up

  std::string version;  // of the libcurl that runs, not of the one it was built with
  std::string tls;      // "OpenSSL/3.0.17"; empty: none
  bool http2 = false;
  bool socks = false;
  std::vector<std::string> decoders;  // content codings: "gzip", "br" …
  Names names = Names::in_threads;
};

HttpLibrary http_library();

}  // namespace gw
