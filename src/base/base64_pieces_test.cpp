#include "base/base64_pieces.hpp"

#include "base/base64.hpp"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <string_view>

namespace gw {
namespace {

std::optional<std::string> decode(std::string_view text, std::size_t step) {
  Base64Pieces pieces;
  for (std::size_t at = 0; at < text.size(); at += step) {
    if (!pieces.feed(text.substr(at, step))) return std::nullopt;
  }
  if (!pieces.complete()) return std::nullopt;
  return pieces.take();
}

TEST(Base64Pieces, AreTheSameTextHoweverTheyAreCut) {
  std::string bytes;
  for (int i = 0; i < 200; ++i) bytes += static_cast<char>(i * 37);
  const auto text = base64_encode(bytes);
  for (std::size_t step = 1; step <= text.size(); ++step) EXPECT_EQ(decode(text, step), bytes);
}

TEST(Base64Pieces, MayBeNothingAtAll) {
  EXPECT_EQ(decode("", 1), "");
}

TEST(Base64Pieces, EndWithAWholeGroup) {
  Base64Pieces pieces;
  EXPECT_TRUE(pieces.feed("QUJ"));
  EXPECT_FALSE(pieces.complete());
  EXPECT_TRUE(pieces.feed("D"));
  EXPECT_TRUE(pieces.complete());
}

TEST(Base64Pieces, AreOverAfterThePadding) {
  for (const std::size_t step : {1u, 2u, 4u, 8u}) {
    EXPECT_FALSE(decode("QQ==QUJD", step)) << step;
    EXPECT_FALSE(decode("QUJD-UJD", step)) << step;
  }
}

}  // namespace
}  // namespace gw
