#include "base/digest.hpp"

#include "base/secret.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <stdexcept>

namespace gw {
namespace {

// EVP_sha256() would look the algorithm up again for each digest, which takes longer than to
// compute one of a key. Never freed: OpenSSL may end before the last static object of ours.
const EVP_MD* sha256_algorithm() {
  static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  if (algorithm == nullptr) throw std::runtime_error("OpenSSL has no SHA-256");
  return algorithm;
}

std::size_t digest(const EVP_MD* kind, std::string_view bytes, unsigned char* out) {
  unsigned int length = 0;
  if (EVP_Digest(bytes.data(), bytes.size(), out, &length, kind, nullptr) != 1) {
    throw std::runtime_error("OpenSSL could not compute a digest");
  }
  return length;
}

}  // namespace

Sha256 sha256(std::string_view bytes) {
  Sha256 out{};
  digest(sha256_algorithm(), bytes, out.data());
  return out;
}

void Sha256Stream::Free::operator()(EVP_MD_CTX* context) const {
  EVP_MD_CTX_free(context);
}

Sha256Stream::Sha256Stream() : context_(EVP_MD_CTX_new()) {
  if (!context_ || EVP_DigestInit_ex(context_.get(), sha256_algorithm(), nullptr) != 1)
    throw std::runtime_error("OpenSSL could not begin a digest");
}

void Sha256Stream::add(std::string_view bytes) {
  if (EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size()) != 1)
    throw std::runtime_error("OpenSSL could not compute a digest");
}

Sha256 Sha256Stream::finish() {
  Sha256 out{};
  if (EVP_DigestFinal_ex(context_.get(), out.data(), nullptr) != 1)
    throw std::runtime_error("OpenSSL could not compute a digest");
  return out;
}

Sha256 hmac_sha256(std::string_view key, std::string_view bytes) {
  Sha256 out{};
  unsigned int length = 0;
  const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
  if (!HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), data, bytes.size(), out.data(),
            &length)) {
    throw std::runtime_error("OpenSSL could not compute an HMAC");
  }
  return out;
}

std::string md5_hex(std::string_view bytes) {
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> out{};
  const auto length = digest(EVP_md5(), bytes, out.data());
  return hex(std::span(out).first(length));
}

std::string hex(std::span<const std::uint8_t> bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string out;
  out.reserve(bytes.size() * 2);
  for (const auto byte : bytes) {
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
  return out;
}

std::string base64url(std::span<const std::uint8_t> bytes) {
  static constexpr char kAlphabet[] =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string out;
  out.reserve((bytes.size() * 4 + 2) / 3);
  std::uint32_t bits = 0;
  int held = 0;
  for (const auto byte : bytes) {
    bits = (bits << 8) | byte;
    held += 8;
    while (held >= 6) {
      held -= 6;
      out += kAlphabet[(bits >> held) & 63];
    }
  }
  if (held > 0) out += kAlphabet[(bits << (6 - held)) & 63];
  return out;
}

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  // Equal lengths by construction: the time does not tell how long the secret is.
  const auto left = sha256(a);
  const auto right = sha256(b);
  return CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

bool Secret::equals(std::string_view other) const {
  return equal_in_constant_time(value_, other);
}

}  // namespace gw
