#include "tests/support/tls_identity.hpp"

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <memory>
#include <stdexcept>

namespace gw::test {
namespace {

template <auto Free>
struct Freed {
  template <class Value>
  void operator()(Value* value) const {
    Free(value);
  }
};
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using Extension = std::unique_ptr<X509_EXTENSION, Freed<X509_EXTENSION_free>>;
using Memory = std::unique_ptr<BIO, Freed<BIO_free_all>>;

void require(bool good) {
  if (!good) throw std::runtime_error("OpenSSL cannot make a certificate");
}

constexpr long kDay = 24L * 3600;

Certificate unsigned_certificate(const Key& key, const char* name, long serial) {
  Certificate certificate(X509_new());
  require(certificate != nullptr);
  auto* x509 = certificate.get();
  require(X509_set_version(x509, X509_VERSION_3) == 1);
  require(ASN1_INTEGER_set(X509_get_serialNumber(x509), serial) == 1);
  require(X509_gmtime_adj(X509_getm_notBefore(x509), -kDay) != nullptr);
  require(X509_gmtime_adj(X509_getm_notAfter(x509), kDay) != nullptr);
  require(X509_set_pubkey(x509, key.get()) == 1);
  const auto* text = reinterpret_cast<const unsigned char*>(name);
  require(X509_NAME_add_entry_by_txt(X509_get_subject_name(x509), "CN", MBSTRING_ASC, text, -1, -1,
                                     0) == 1);
  return certificate;
}

void extend(const Certificate& certificate, const Certificate& issuer, int what,
            const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer.get(), certificate.get(), nullptr, nullptr, 0);
  const Extension extension(X509V3_EXT_conf_nid(nullptr, &context, what, value.c_str()));
  require(extension && X509_add_ext(certificate.get(), extension.get(), -1) == 1);
}

void sign(const Certificate& certificate, const Certificate& issuer, const Key& key) {
  require(X509_set_issuer_name(certificate.get(), X509_get_subject_name(issuer.get())) == 1);
  require(X509_sign(certificate.get(), key.get(), EVP_sha256()) > 0);
}

template <class Write>
std::string pem(Write write) {
  const Memory memory(BIO_new(BIO_s_mem()));
  require(memory && write(memory.get()) == 1);
  char* bytes = nullptr;
  const auto size = BIO_get_mem_data(memory.get(), &bytes);
  return {bytes, static_cast<std::size_t>(size)};
}

}  // namespace

TlsIdentity make_tls_identity(std::string_view names) {
  const Key authority_key(EVP_EC_gen("P-256"));
  const Key key(EVP_EC_gen("P-256"));
  require(authority_key && key);

  const auto authority = unsigned_certificate(authority_key, "test authority", 1);
  extend(authority, authority, NID_basic_constraints, "critical,CA:TRUE");
  extend(authority, authority, NID_key_usage, "critical,keyCertSign");
  sign(authority, authority, authority_key);

  const auto certificate = unsigned_certificate(key, "test server", 2);
  extend(certificate, authority, NID_basic_constraints, "critical,CA:FALSE");
  extend(certificate, authority, NID_subject_alt_name, std::string(names));
  sign(certificate, authority, authority_key);

  const auto write_key = [&](BIO* to) {
    return PEM_write_bio_PrivateKey(to, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
  };
  return {.authority = pem([&](BIO* to) { return PEM_write_bio_X509(to, authority.get()); }),
          .certificate = pem([&](BIO* to) { return PEM_write_bio_X509(to, certificate.get()); }),
          .key = pem(write_key)};
}

}  // namespace gw::test
