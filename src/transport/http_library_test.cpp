#include "transport/http_library.hpp"

#include <curl/curl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string_view>

namespace gw {
namespace {

using testing::ElementsAre;
using testing::MatchesRegex;

// What Debian's libcurl4 has and the gateway is used with.
TEST(HttpLibrary, TellsWhatThisMachinesLibcurlCanDo) {
  const auto library = http_library();

  EXPECT_THAT(library.version, MatchesRegex("[0-9]+\\.[0-9]+\\.[0-9]+.*"));
  EXPECT_THAT(library.tls, MatchesRegex("OpenSSL/.*"));
  EXPECT_TRUE(library.http2);
  EXPECT_TRUE(library.socks);
  EXPECT_THAT(library.decoders, ElementsAre("gzip", "deflate", "br", "zstd"));
  EXPECT_EQ(library.names, HttpLibrary::Names::in_threads);
}

TEST(HttpLibrary, DecodesWhatItsFeaturesSay) {
  const auto features = curl_version_info(CURLVERSION_NOW)->features;
  const auto knows = [library = http_library()](std::string_view coding) {
    return std::ranges::find(library.decoders, coding) != library.decoders.end();
  };
  EXPECT_EQ(knows("gzip"), (features & CURL_VERSION_LIBZ) != 0);
  EXPECT_EQ(knows("deflate"), (features & CURL_VERSION_LIBZ) != 0);
  EXPECT_EQ(knows("br"), (features & CURL_VERSION_BROTLI) != 0);
  EXPECT_EQ(knows("zstd"), (features & CURL_VERSION_ZSTD) != 0);
}

}  // namespace
}  // namespace gw
