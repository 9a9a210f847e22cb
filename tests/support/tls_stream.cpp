#include "tests/support/tls_stream.hpp"

#include <openssl/pem.h>

#include <stdexcept>
#include <sys/socket.h>
#include <unistd.h>

namespace gw::test {
namespace {

void require(bool good) {
  if (!good) throw std::runtime_error("OpenSSL cannot serve TLS");
}

template <class Value, class Read>
Value* read_pem(const std::string& text, Read read) {
  BIO* memory = BIO_new_mem_buf(text.data(), static_cast<int>(text.size()));
  require(memory != nullptr);
  Value* value = read(memory, nullptr, nullptr, nullptr);
  BIO_free_all(memory);
  require(value != nullptr);
  return value;
}

int select_protocol(SSL*, const unsigned char** out, unsigned char* out_size,
                    const unsigned char* offered, unsigned offered_size, void* wanted) {
  const auto& protocols = *static_cast<const std::string_view*>(wanted);
  unsigned char* chosen = nullptr;
  const auto settled = SSL_select_next_proto(
      &chosen, out_size, reinterpret_cast<const unsigned char*>(protocols.data()),
      static_cast<unsigned>(protocols.size()), offered, offered_size);
  *out = chosen;
  return settled == OPENSSL_NPN_NEGOTIATED ? SSL_TLSEXT_ERR_OK : SSL_TLSEXT_ERR_NOACK;
}

}  // namespace

SslContext make_server_context(const TlsIdentity& identity, const std::string_view* protocols) {
  SslContext context(SSL_CTX_new(TLS_server_method()));
  require(context != nullptr);
  auto* certificate = read_pem<X509>(identity.certificate, PEM_read_bio_X509);
  auto* key = read_pem<EVP_PKEY>(identity.key, PEM_read_bio_PrivateKey);
  const bool good = SSL_CTX_use_certificate(context.get(), certificate) == 1 &&
                    SSL_CTX_use_PrivateKey(context.get(), key) == 1;
  X509_free(certificate);
  EVP_PKEY_free(key);
  require(good);
  SSL_CTX_set_alpn_select_cb(context.get(), select_protocol,
                             const_cast<std::string_view*>(protocols));
  return context;
}

TlsStream::TlsStream(SSL_CTX* context, int socket) : socket_(socket), ssl_(SSL_new(context)) {
  require(ssl_ && SSL_set_fd(ssl_.get(), socket_) == 1);
}

TlsStream::~TlsStream() {
  ssl_.reset();
  close(socket_);
}

bool TlsStream::handshake() {
  return SSL_accept(ssl_.get()) == 1;
}

std::string_view TlsStream::protocol() const {
  const unsigned char* name = nullptr;
  unsigned size = 0;
  SSL_get0_alpn_selected(ssl_.get(), &name, &size);
  return {reinterpret_cast<const char*>(name), size};
}

std::size_t TlsStream::read(char* to, std::size_t room) {
  std::size_t size = 0;
  return SSL_read_ex(ssl_.get(), to, room, &size) == 1 ? size : 0;
}

bool TlsStream::write(std::string_view bytes) {
  std::size_t size = 0;
  return bytes.empty() || SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &size) == 1;
}

void TlsStream::interrupt() {
  ::shutdown(socket_, SHUT_RDWR);
}

}  // namespace gw::test
