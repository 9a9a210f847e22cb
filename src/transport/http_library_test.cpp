#include "transport/http_library.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gw {
namespace {

using testing::Contains;
using testing::MatchesRegex;

// What Debian's libcurl4 has and the gateway is used with.
TEST(HttpLibrary, TellsWhatThisMachinesLibcurlCanDo) {
  const auto library = http_library();

  EXPECT_THAT(library.version, MatchesRegex("[0-9]+\\.[0-9]+\\.[0-9]+.*"));
  EXPECT_THAT(library.tls, MatchesRegex("OpenSSL/.*"));
  EXPECT_TRUE(library.http2);
  EXPECT_TRUE(library.socks);
  EXPECT_THAT(library.decoders, Contains("gzip"));
  EXPECT_EQ(library.names, HttpLibrary::Names::in_threads);
}

}  // namespace
}  // namespace gw
