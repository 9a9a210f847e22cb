// The server's side of one TLS connection, blocking, on a thread of its own.
#pragma once

#include "tests/support/tls_identity.hpp"

#include <openssl/ssl.h>

#include <cstddef>
#include <memory>
#include <string_view>

namespace gw::test {

struct SslContextFree {
  void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
};
struct SslFree {
  void operator()(SSL* ssl) const { SSL_free(ssl); }
};
using SslContext = std::unique_ptr<SSL_CTX, SslContextFree>;

// `protocols` in ALPN's form, the most wanted first: "\x02h2\x08http/1.1"; static storage. Throws.
SslContext make_server_context(const TlsIdentity& identity, const std::string_view* protocols);

class TlsStream final {
 public:
  // Takes the socket. Nothing is sent or received yet.
  TlsStream(SSL_CTX* context, int socket);
  ~TlsStream();
  TlsStream(const TlsStream&) = delete;
  TlsStream& operator=(const TlsStream&) = delete;

  bool handshake();
  std::string_view protocol() const;  // that ALPN has settled; empty: none
  // 0 at the end, whoever made it.
  std::size_t read(char* to, std::size_t room);
  bool write(std::string_view bytes);
  // From any thread: whoever reads or writes gets the end.
  void interrupt();

 private:
  int socket_;
  std::unique_ptr<SSL, SslFree> ssl_;
};

}  // namespace gw::test
