#include "base/seal.hpp"

#include <gtest/gtest.h>

namespace gw {
namespace {

const Secret kKey("sk-test-sealing-key");
const std::string kPlace = "secret/zone/upstream.example.com";

TEST(Seal, OpensWithTheSameKeyAndPlace) {
  for (const auto& text : {std::string(), std::string("p\0ss", 4), std::string(100'000, 'x')})
    EXPECT_EQ(open_sealed(kKey, seal(kKey, text, kPlace), kPlace), text);
  EXPECT_EQ(open_sealed(kKey, seal(kKey, "text", ""), ""), "text");
}

TEST(Seal, ShowsNothingAndNeverLooksTheSameTwice) {
  const auto sealed = seal(kKey, "a password", kPlace);
  EXPECT_FALSE(sealed.contains("password"));
  EXPECT_FALSE(sealed.contains(kPlace));
  EXPECT_NE(sealed, seal(kKey, "a password", kPlace));
}

TEST(Seal, StaysShutForAnotherKeyAndAnotherPlace) {
  const auto sealed = seal(kKey, "a password", kPlace);
  EXPECT_FALSE(open_sealed(Secret("sk-test-other"), sealed, kPlace));
  EXPECT_FALSE(open_sealed(kKey, sealed, kPlace + "x"));
  EXPECT_FALSE(open_sealed(kKey, sealed, ""));
}

TEST(Seal, AnyBitThatChangedIsNoticed) {
  const auto sealed = seal(kKey, "a password", kPlace);
  for (std::size_t i = 0; i < sealed.size() * 8; ++i) {
    auto changed = sealed;
    changed[i / 8] = static_cast<char>(changed[i / 8] ^ (1 << (i % 8)));
    EXPECT_FALSE(open_sealed(kKey, changed, kPlace)) << i;
  }
}

TEST(Seal, WhatIsCutShortOrLongerIsNoticed) {
  const auto sealed = seal(kKey, "a password", kPlace);
  for (std::size_t size = 0; size < sealed.size(); ++size)
    EXPECT_FALSE(open_sealed(kKey, sealed.substr(0, size), kPlace)) << size;
  EXPECT_FALSE(open_sealed(kKey, sealed + '\0', kPlace));
}

TEST(Seal, WithoutAKeyNothingIsSealed) {
  EXPECT_THROW((void)seal(Secret(), "a password", kPlace), std::logic_error);
}

}  // namespace
}  // namespace gw
