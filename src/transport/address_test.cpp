#include "transport/address.hpp"

#include <gtest/gtest.h>

namespace gw {
namespace {

std::string host(std::string_view url) {
  const auto address = address_of(url);
  return address ? address->host : "none";
}

TEST(Address, is_host_and_port_in_lower_case) {
  EXPECT_EQ(host("http://Dreamifly.Example.com"), "dreamifly.example.com");
  EXPECT_EQ(host("HTTPS://example.com:8443/path?query"), "example.com:8443");
  EXPECT_EQ(host("http://[::1]:3000"), "[::1]:3000");
  EXPECT_EQ(host("http://example.com?x=/"), "example.com");
}

TEST(Address, drops_the_port_that_the_scheme_has_anyway) {
  EXPECT_EQ(host("http://example.com:80/"), "example.com");
  EXPECT_EQ(host("https://example.com:443"), "example.com");
  EXPECT_EQ(host("https://example.com:80"), "example.com:80");
}

TEST(Address, is_nothing_for_urls_that_could_lead_elsewhere) {
  for (const auto* url :
       {"", "example.com", "ftp://example.com", "http://", "http:///path", "http://:80",
        "http://example.com@other.example.net", "http://user:pass@example.com",
        "http://example.com\\@other.example.net", "http://exa mple.com", "http://%65xample.com",
        "http://example.com\n.example.net", "file:///etc/passwd"}) {
    EXPECT_EQ(host(url), "none") << url;
  }
}

}  // namespace
}  // namespace gw
