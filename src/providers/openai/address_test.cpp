#include "providers/openai/address.hpp"

#include <gtest/gtest.h>

namespace gw::openai {
namespace {

TEST(ApiRoot, EndsInV1WhetherTheOperatorSaysSoOrNot) {
  for (const auto* url : {"https://api.example.com", "https://api.example.com/",
                          "https://api.example.com/v1", "https://api.example.com/v1//"}) {
    EXPECT_EQ(api_root(url), "https://api.example.com/v1") << url;
  }
}

TEST(ApiRoot, MayLieBehindAPrefix) {
  EXPECT_EQ(api_root("http://example.com:8080/openai"), "http://example.com:8080/openai/v1");
  EXPECT_EQ(api_root("http://example.com:8080/openai/v1/"), "http://example.com:8080/openai/v1");
}

TEST(ApiRoot, KeepsAnotherVersionThatItsServerHas) {
  EXPECT_EQ(api_root("https://example.com/api/v3"), "https://example.com/api/v3");
  EXPECT_EQ(api_root("https://example.com/v1beta"), "https://example.com/v1beta");
}

TEST(ApiRoot, TakesNoHostForAVersion) {
  EXPECT_EQ(api_root("http://v1.example.com"), "http://v1.example.com/v1");
  EXPECT_EQ(api_root("http://v1"), "http://v1/v1");
  EXPECT_EQ(api_root("http://localhost:8080/video"), "http://localhost:8080/video/v1");
}

}  // namespace
}  // namespace gw::openai
