#include "base/seal.hpp"

#include "base/digest.hpp"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include <array>
#include <memory>
#include <stdexcept>

namespace gw {
namespace {

constexpr char kVersion = 1;
constexpr std::size_t kNonce = 12;
constexpr std::size_t kTag = 16;
constexpr std::size_t kHead = 1 + kNonce;

using Context = std::unique_ptr<EVP_CIPHER_CTX, decltype(&EVP_CIPHER_CTX_free)>;

Context make_context() {
  Context context(EVP_CIPHER_CTX_new(), &EVP_CIPHER_CTX_free);
  if (!context) throw std::runtime_error("OpenSSL has no cipher context");
  return context;
}

void require(int outcome) {
  if (outcome != 1) throw std::runtime_error("OpenSSL could not seal");
}

const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

unsigned char* bytes_of(std::string& text, std::size_t from) {
  return reinterpret_cast<unsigned char*>(text.data()) + from;
}

int length_of(std::string_view text) {
  return static_cast<int>(text.size());
}

// A cipher's key has exactly so many bits; that of the file is a text.
Sha256 cipher_key(const Secret& key) {
  if (key.empty()) throw std::logic_error("nothing is sealed without a key");
  return sha256(key.reveal());
}

}  // namespace

std::string seal(const Secret& key, std::string_view plaintext, std::string_view associated) {
  std::string sealed(kHead + plaintext.size() + kTag, kVersion);
  require(RAND_bytes(bytes_of(sealed, 1), kNonce));
  const auto context = make_context();
  auto* cipher = context.get();
  const auto secret = cipher_key(key);
  require(
      EVP_EncryptInit_ex(cipher, EVP_aes_256_gcm(), nullptr, secret.data(), bytes_of(sealed, 1)));
  int written = 0;
  require(
      EVP_EncryptUpdate(cipher, nullptr, &written, bytes_of(associated), length_of(associated)));
  require(EVP_EncryptUpdate(cipher, bytes_of(sealed, kHead), &written, bytes_of(plaintext),
                            length_of(plaintext)));
  require(EVP_EncryptFinal_ex(cipher, bytes_of(sealed, kHead + plaintext.size()), &written));
  require(EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_GET_TAG, kTag,
                              bytes_of(sealed, kHead + plaintext.size())));
  return sealed;
}

std::optional<std::string> open_sealed(const Secret& key, std::string_view sealed,
                                       std::string_view associated) {
  if (sealed.size() < kHead + kTag || sealed.front() != kVersion) return std::nullopt;
  std::string tag(sealed.substr(sealed.size() - kTag));
  const auto ciphertext = sealed.substr(kHead, sealed.size() - kHead - kTag);
  std::string plaintext(ciphertext.size(), '\0');
  const auto context = make_context();
  auto* cipher = context.get();
  const auto secret = cipher_key(key);
  require(EVP_DecryptInit_ex(cipher, EVP_aes_256_gcm(), nullptr, secret.data(),
                             bytes_of(sealed.substr(1))));
  int written = 0;
  require(
      EVP_DecryptUpdate(cipher, nullptr, &written, bytes_of(associated), length_of(associated)));
  require(EVP_DecryptUpdate(cipher, bytes_of(plaintext, 0), &written, bytes_of(ciphertext),
                            length_of(ciphertext)));
  require(EVP_CIPHER_CTX_ctrl(cipher, EVP_CTRL_GCM_SET_TAG, kTag, tag.data()));
  std::array<unsigned char, kTag> nothing{};
  if (EVP_DecryptFinal_ex(cipher, nothing.data(), &written) != 1) return std::nullopt;
  return plaintext;
}

}  // namespace gw
