#include "http/chunked_body.hpp"

#include <gtest/gtest.h>

namespace gw::http {
namespace {

using State = ChunkedBody::State;

constexpr std::size_t kLimit = 64;
constexpr std::size_t kLine = 128;

Result<State> feed(ChunkedBody& body, std::string bytes) {
  return body.feed(bytes);
}

TEST(ChunkedBody, JoinsTheChunksAndLeavesWhatFollows) {
  ChunkedBody body(kLimit, kLine);
  std::string input = "3\r\nabc\r\n0A;x=1\r\n0123456789\r\n0\r\nTrailer: t\r\n\r\nGET / HTTP/1.1";

  const auto state = body.feed(input);

  ASSERT_TRUE(state) << state.error().detail();
  EXPECT_EQ(*state, State::finished);
  EXPECT_EQ(input, "GET / HTTP/1.1");
  EXPECT_EQ(body.take(), "abc0123456789");
}

TEST(ChunkedBody, TakesAnySplit) {
  const std::string wire = "3\r\nabc\r\nA;x=\"y z\"\r\n0123456789\r\n0\r\nT: t\r\n\r\n";
  for (std::size_t step = 1; step < wire.size(); ++step) {
    ChunkedBody body(kLimit, kLine);
    std::string input;
    auto state = State::unfinished;
    for (std::size_t at = 0; at < wire.size(); at += step) {
      ASSERT_EQ(state, State::unfinished);
      input += wire.substr(at, step);
      const auto fed = body.feed(input);
      ASSERT_TRUE(fed) << fed.error().detail();
      state = *fed;
    }
    EXPECT_EQ(state, State::finished) << step;
    EXPECT_EQ(body.take(), "abc0123456789") << step;
    EXPECT_EQ(input, "");
  }
}

TEST(ChunkedBody, AnEmptyOneMayComeByteByByte) {
  for (const std::string wire : {"0\r\n\r\n", "00\r\n\r\n", "0;a=b\r\nT: t\r\n\r\n"}) {
    ChunkedBody body(kLimit, kLine);
    std::string input;
    auto state = State::unfinished;
    for (const char byte : wire) {
      ASSERT_EQ(state, State::unfinished);
      input += byte;
      const auto fed = body.feed(input);
      ASSERT_TRUE(fed);
      state = *fed;
    }
    EXPECT_EQ(state, State::finished) << wire;
    EXPECT_EQ(body.take(), "");
  }
}

TEST(ChunkedBody, RefusesBadSizesAndEnds) {
  for (const auto* wire :
       {"x\r\n", "0x3\r\nabc\r\n0\r\n\r\n", "-1\r\n", "+3\r\nabc\r\n", " 3\r\nabc\r\n", "\r\n",
        "3\nabc\n0\n\n\r\n\r\n", "3 \r\nabc\r\n", "3\rabc\r\n", "3\r\nabcd\r\n0\r\n\r\n",
        "3\r\nabc0\r\n\r\n", "3\r\nabc\n0\r\n\r\n", "10000000000000000\r\n",
        "FFFFFFFFFFFFFFFFF\r\n", "3;\r\nabc\r\n", "3\r\nabc\r\n0\r\nbad trailer\r\n\r\n"}) {
    ChunkedBody body(kLimit, kLine);
    const auto state = feed(body, wire);
    ASSERT_FALSE(state) << wire;
    EXPECT_EQ(state.error().kind(), ErrorKind::invalid_request) << wire;
  }
}

TEST(ChunkedBody, StopsAtTheLimitOfAllChunksTogether) {
  ChunkedBody body(5, kLine);

  ASSERT_TRUE(feed(body, "3\r\nabc\r\n"));
  const auto state = feed(body, "3\r\n");

  ASSERT_FALSE(state);
  EXPECT_EQ(state.error().kind(), ErrorKind::too_large);
}

TEST(ChunkedBody, RefusesAHugeChunkBeforeItsBytes) {
  ChunkedBody body(kLimit, kLine);

  const auto state = feed(body, "FFFFFFFFFFFFFFFF\r\n");

  ASSERT_FALSE(state);
  EXPECT_EQ(state.error().kind(), ErrorKind::too_large);
}

TEST(ChunkedBody, BoundsAnEndlessExtensionAndEndlessTrailers) {
  ChunkedBody extended(kLimit, kLine);
  EXPECT_FALSE(feed(extended, "3;" + std::string(kLine, 'x')));

  ChunkedBody trailed(kLimit, kLine);
  EXPECT_FALSE(feed(trailed, "0\r\nT: " + std::string(kLine, 'x')));
}

}  // namespace
}  // namespace gw::http
