#include "api/data_url.hpp"

#include <gtest/gtest.h>

namespace gw::api {
namespace {

constexpr auto kParam = "image";

TEST(DataUrl, IsDecodedWhateverItsMediaType) {
  for (const auto* url :
       {"data:image/png;base64,aGVsbG8=", "data:application/octet-stream;base64,aGVsbG8=",
        "data:;base64,aGVsbG8=", "DATA:image/png;name=a.png;BASE64,aGVsbG8="}) {
    SCOPED_TRACE(url);
    const auto bytes = decode_data_url(url, kParam);
    ASSERT_TRUE(bytes) << bytes.error().message();
    EXPECT_EQ(**bytes, "hello");
  }
}

TEST(DataUrl, IsRefusedByNameWhenItIsBroken) {
  for (const auto* url :
       {"", "data:", "data:image/png;base64", "data:image/png;base64,", "data:image/png,hello",
        "data:image/png;base64,aGVsbG8",
        "data:image/png;base64,aGVs bG8=", "aGVsbG8=", "https://example.com/a,b"}) {
    SCOPED_TRACE(url);
    const auto bytes = decode_data_url(url, kParam);
    ASSERT_FALSE(bytes);
    EXPECT_EQ(bytes.error().kind(), ErrorKind::invalid_request);
    EXPECT_EQ(bytes.error().param(), "image");
    EXPECT_EQ(bytes.error().code(), "invalid_base64_image");
  }
}

}  // namespace
}  // namespace gw::api
