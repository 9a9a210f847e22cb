// Digests and keyed digests, all by OpenSSL's EVP (one crypto library in the whole program).
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

struct evp_md_ctx_st;  // OpenSSL's EVP_MD_CTX

namespace gw {

using Sha256 = std::array<std::uint8_t, 32>;

Sha256 sha256(std::string_view bytes);

// The same, of bytes that come one piece after the other.
class Sha256Stream final {
 public:
  Sha256Stream();
  void add(std::string_view bytes);
  Sha256 finish();  // once

 private:
  struct Free {
    void operator()(evp_md_ctx_st* context) const;
  };
  std::unique_ptr<evp_md_ctx_st, Free> context_;
};

Sha256 hmac_sha256(std::string_view key, std::string_view bytes);
// Only for the upstream's per-minute token (dreamifly-protocol §2.2); not a security primitive.
std::string md5_hex(std::string_view bytes);

std::string hex(std::span<const std::uint8_t> bytes);        // lower case
std::string base64url(std::span<const std::uint8_t> bytes);  // no padding (RFC 4648 §5)

bool equal_in_constant_time(std::string_view a, std::string_view b);

}  // namespace gw
