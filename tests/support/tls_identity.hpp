// A certificate of our own making, for servers of tests that speak TLS: made at run time, valid for
// a day, trusted by nobody who is not told to.
#pragma once

#include <string>
#include <string_view>

namespace gw::test {

struct TlsIdentity {
  std::string authority;    // the certificate to trust, PEM
  std::string certificate;  // signed by it, PEM
  std::string key;          // of the certificate, PEM
};

// `names` as OpenSSL writes them: "DNS:localhost,IP:127.0.0.1". Throws std::runtime_error.
TlsIdentity make_tls_identity(std::string_view names);

}  // namespace gw::test
