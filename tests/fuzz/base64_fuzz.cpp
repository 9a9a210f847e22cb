// Our base64 against OpenSSL's, and the vector routine against the scalar one.
#include "base/base64.hpp"

#include <openssl/evp.h>

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

std::string openssl_encode(std::string_view bytes) {
  std::string out(gw::base64_encoded_size(bytes.size()) + 1, '\0');
  const auto size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                    reinterpret_cast<const unsigned char*>(bytes.data()),
                                    static_cast<int>(bytes.size()));
  out.resize(static_cast<std::size_t>(size));
  return out;
}

void check_encoding(std::string_view bytes) {
  const auto text = openssl_encode(bytes);
  require(gw::base64_encode(bytes) == text);
  require(gw::base64_encode_scalar_for_test(bytes) == text);
  require(gw::base64_decode(text) == bytes);
}

void check_decoding(std::string_view text) {
  const auto fast = gw::base64_decode(text);
  require(fast == gw::base64_decode_scalar_for_test(text));
  // Strict means that a text that decodes is the only one for its bytes.
  if (fast) require(openssl_encode(*fast) == text);
}

// A valid text with one character replaced, because random bytes hardly ever pass the first group.
void check_one_wrong_character(std::string_view bytes) {
  if (bytes.size() < 3) return;
  auto text = gw::base64_encode(bytes.substr(2));
  text[static_cast<unsigned char>(bytes[0]) % text.size()] = bytes[1];
  check_decoding(text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  check_encoding(bytes);
  check_decoding(bytes);
  check_one_wrong_character(bytes);
  return 0;
}
