#include "base/openssl_version.hpp"

#include <openssl/crypto.h>

namespace gw {

std::string_view openssl_version() {
  return OpenSSL_version(OPENSSL_VERSION);
}

}  // namespace gw
