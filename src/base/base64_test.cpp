#include "base/base64.hpp"

#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <string>

namespace gw {
namespace {

std::string some_bytes(std::size_t size, unsigned seed) {
  std::string bytes;
  for (std::size_t i = 0; i < size; ++i) {
    seed = seed * 1664525 + 1013904223;
    bytes += static_cast<char>(seed >> 24);
  }
  return bytes;
}

std::string openssl_encode(const std::string& bytes) {
  std::string out(base64_encoded_size(bytes.size()) + 1, '\0');
  const auto* data = reinterpret_cast<const unsigned char*>(bytes.data());
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()), data,
                                   static_cast<int>(bytes.size()));
  out.resize(static_cast<std::size_t>(size));
  return out;
}

TEST(Base64, encodes_every_length_as_openssl_does) {
  for (std::size_t size = 0; size <= 300; ++size) {
    const auto bytes = some_bytes(size, static_cast<unsigned>(size));
    EXPECT_EQ(base64_encode(bytes), openssl_encode(bytes)) << size;
    EXPECT_EQ(base64_encode_scalar_for_test(bytes), openssl_encode(bytes)) << size;
  }
}

TEST(Base64, decodes_every_length_that_openssl_encoded) {
  for (std::size_t size = 0; size <= 300; ++size) {
    const auto bytes = some_bytes(size, static_cast<unsigned>(size) + 7);
    EXPECT_EQ(base64_decode(openssl_encode(bytes)), bytes) << size;
    EXPECT_EQ(base64_decode_scalar_for_test(openssl_encode(bytes)), bytes) << size;
  }
}

TEST(Base64, knows_every_character_at_every_place) {
  const auto text = openssl_encode(some_bytes(150, 3));
  const std::string alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  for (std::size_t place = 0; place < text.size(); ++place) {
    for (int c = 0; c < 256; ++c) {
      auto changed = text;
      changed[place] = static_cast<char>(c);
      const bool last = place + 1 == text.size();
      const bool good = alphabet.find(changed[place]) != std::string::npos;
      const auto decoded = base64_decode(changed);
      ASSERT_EQ(decoded, base64_decode_scalar_for_test(changed)) << place << ' ' << c;
      // A pad as the last character is good or not by the bits before it.
      if (!(last && c == '=')) ASSERT_EQ(decoded.has_value(), good) << place << ' ' << c;
      if (decoded) ASSERT_EQ(openssl_encode(*decoded), changed) << place << ' ' << c;
    }
  }
}

TEST(Base64, refuses_lengths_that_are_no_whole_groups) {
  const auto text = openssl_encode(some_bytes(90, 5));
  for (std::size_t size = 0; size <= text.size(); ++size) {
    EXPECT_EQ(base64_decode(text.substr(0, size)).has_value(), size % 4 == 0) << size;
  }
}

TEST(Base64, refuses_wrong_padding) {
  for (const auto* text :
       {"=", "====", "A===", "AA=A", "AA==AAAA", "AAA=AAAA", "=AAA", "AAAA====", "AAAA=AAA"}) {
    EXPECT_FALSE(base64_decode(text)) << text;
  }
}

TEST(Base64, refuses_white_space_and_the_url_alphabet) {
  for (const auto* text : {"QUJD\n", "QUJ\n", " QUJ", "QU D", "QUJDQUJD\r\n\r\n", "QU-_"}) {
    EXPECT_FALSE(base64_decode(text)) << text;
  }
}

TEST(Base64, refuses_left_over_bits_that_are_not_zero) {
  EXPECT_EQ(base64_decode("QQ=="), "A");
  EXPECT_FALSE(base64_decode("QR=="));
  EXPECT_EQ(base64_decode("QUI="), "AB");
  EXPECT_FALSE(base64_decode("QUJ="));
}

TEST(Base64, appends_pieces_to_what_is_there) {
  std::string text = "data:";
  base64_encode_onto(text, "ABC");
  EXPECT_EQ(text, "data:QUJD");

  std::string bytes = "x";
  EXPECT_TRUE(base64_decode_onto(bytes, "QUJD"));
  EXPECT_TRUE(base64_decode_onto(bytes, "QQ=="));
  EXPECT_EQ(bytes, "xABCA");
  EXPECT_FALSE(base64_decode_onto(bytes, "QQ!="));
  EXPECT_EQ(bytes, "xABCA");
}

TEST(Base64, survives_megabytes) {
  const auto bytes = some_bytes(1'500'001, 11);
  EXPECT_EQ(base64_decode(base64_encode(bytes)), bytes);
}

}  // namespace
}  // namespace gw
