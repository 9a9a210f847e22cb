#include "transport/public_url.hpp"

#include <gtest/gtest.h>

namespace gw {
namespace {

TEST(PublicUrl, SaysWhereItLeads) {
  const auto url = parse_public_url("HTTPS://Pictures.example.com/a%20cat.png?size=big#top");
  ASSERT_TRUE(url) << url.error();
  EXPECT_EQ(url->host, "Pictures.example.com");
  EXPECT_EQ(url->port, 443);
  EXPECT_EQ(url->text, "https://Pictures.example.com/a%20cat.png?size=big");
}

TEST(PublicUrl, TheSchemesOwnPortMayBeWritten) {
  EXPECT_EQ(parse_public_url("http://example.com:80/a.png")->port, 80);
  EXPECT_EQ(parse_public_url("https://example.com:443")->port, 443);
  EXPECT_EQ(parse_public_url("https://[2606:4700::1111]/a")->host, "2606:4700::1111");
}

// What they mean is judged after they were looked up.
TEST(PublicUrl, OddFormsOfAddressesAreHostsLikeOthers) {
  for (const auto* text : {"http://2130706433/", "http://0x7f.1/", "http://0177.0.0.1/",
                           "http://127.1/", "http://[::ffff:127.0.0.1]/", "http://localhost/"}) {
    EXPECT_TRUE(parse_public_url(text)) << text;
  }
}

TEST(PublicUrl, EverythingElseIsRefused) {
  const std::string cases[] = {
      "",
      "cat.png",
      "//example.com/a.png",
      "example.com/a.png",
      "aGVsbG8=",
      "file:///etc/passwd",
      "ftp://example.com/a.png",
      "gopher://example.com/",
      "dict://example.com/",
      "data:image/png;base64,AAAA",
      "http://",
      "http://user@example.com/",
      "http://user:secret@example.com/",
      "http://example.com@127.0.0.1/",
      "http://example.com:8080/",
      "http://example.com:443/",
      "https://example.com:80/",
      "http://example.com:0/",
      "http://example.com:99999/",
      "http://example.com\\@127.0.0.1/",
      "http://example.com/a b",
      " http://example.com/",
      "http://exa\tmple.com/",
      "http://example.com/\r\nX-Evil: 1",
      std::string("http://example.com/\0", 20),
      "http://b\xc3\xbc"
      "cher.example/",
      "http://exa%6dple\xe3\x80\x82"
      "com/",
      "http://a%00b/",
      "http://[fe80::1%25eth0]/",
      "http://[::1/",
      "http://example.com/" + std::string(9000, 'a'),
  };
  for (const auto& text : cases) EXPECT_FALSE(parse_public_url(text)) << text;
}

}  // namespace
}  // namespace gw
