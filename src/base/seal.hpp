// Small secrets at rest: sealed with a key, opened with the same (AES-256-GCM by OpenSSL's EVP).
#pragma once

#include "base/secret.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace gw {

// Bytes: a version, a nonce of the operating system's randomness, the ciphertext, the tag. Only who
// has `key` and names the same `associated` (where the bytes are kept) can open them, so that they
// cannot be moved or changed unseen. `key` is a text of 256 random bits in any writing. One key is
// good for 2^32 seals. Any thread.
std::string seal(const Secret& key, std::string_view plaintext, std::string_view associated);

// Nothing: another key, another place, tampered with, cut short, or of a version that we do not
// know.
std::optional<std::string> open_sealed(const Secret& key, std::string_view sealed,
                                       std::string_view associated);

}  // namespace gw
