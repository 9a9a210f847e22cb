#include "api/forwarded.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace gw::api {
namespace {

using Fields = std::vector<std::pair<std::string, std::string>>;

TrustedProxies trusting(const std::vector<std::string>& entries) {
  auto proxies = TrustedProxies::create(entries);
  EXPECT_TRUE(proxies.has_value());
  return proxies ? *proxies : TrustedProxies();
}

RequestContext identified(std::string peer, const Fields& fields,
                          std::string public_base_url = {}) {
  http::RequestHead head;
  head.remote_address = std::move(peer);
  for (const auto& [name, value] : fields) head.headers.add(name, value);
  RequestContext context;
  const ForwardedOptions options{trusting({"10.0.0.0/8", "fd00::/8"}), std::move(public_base_url)};
  identify(options, head, context);
  return context;
}

TEST(TrustedProxies, KnowsAddressesAndNetworksOfBothKinds) {
  const auto proxies = trusting({"192.0.2.7", "10.0.0.0/8", "172.16.0.0/12", "fd00::/8", "::1"});
  for (const auto* address :
       {"192.0.2.7", "10.255.0.1", "172.31.255.255", "fd12::3", "::1", "::ffff:10.1.2.3"}) {
    EXPECT_TRUE(proxies.contains(address)) << address;
  }
  for (const auto* address : {"192.0.2.8", "11.0.0.1", "172.32.0.0", "fe80::1", "::2", "",
                              "example.com", "::10.1.2.3", "fd12::3%eth0"}) {
    EXPECT_FALSE(proxies.contains(address)) << address;
  }
}

TEST(TrustedProxies, ZeroBitsTrustEveryoneOfThatKind) {
  const auto proxies = trusting({"0.0.0.0/0"});
  EXPECT_TRUE(proxies.contains("203.0.113.5"));
  EXPECT_FALSE(proxies.contains("2001:db8::1"));
}

TEST(TrustedProxies, WhatIsNoNetworkIsNamed) {
  for (const auto* entry : {"", "example.com", "10.0.0.0/33", "10.0.0/8", "::/129", "10.0.0.0/",
                            "10.0.0.0/-1", "10.0.0.0/8/8"}) {
    const auto proxies = TrustedProxies::create({"::1", entry});
    ASSERT_FALSE(proxies.has_value()) << entry;
    EXPECT_NE(proxies.error().message().find(std::string("\"") + entry + "\""), std::string::npos);
  }
}

TEST(Identify, WithoutATrustedProxyThePeerAndItsHostHeaderCount) {
  const auto context = identified("203.0.113.5", {{"Host", "gateway.example.com:8088"},
                                                  {"X-Forwarded-For", "1.2.3.4"},
                                                  {"X-Forwarded-Proto", "https"},
                                                  {"X-Forwarded-Host", "evil.example.com"}});
  EXPECT_EQ(context.client, "203.0.113.5");
  EXPECT_EQ(context.origin, "http://gateway.example.com:8088");
}

TEST(Identify, ATrustedProxySpeaksForItsClient) {
  const auto context = identified("10.0.0.2", {{"Host", "127.0.0.1:8088"},
                                               {"X-Forwarded-For", "198.51.100.9"},
                                               {"X-Forwarded-Proto", "https"},
                                               {"X-Forwarded-Host", "pictures.example.com"}});
  EXPECT_EQ(context.client, "198.51.100.9");
  EXPECT_EQ(context.origin, "https://pictures.example.com");
}

TEST(Identify, TheClientIsTheFirstUntrustedAddressFromTheRight) {
  EXPECT_EQ(identified("10.0.0.2", {{"X-Forwarded-For", "6.6.6.6, 198.51.100.9, 10.0.0.3"}}).client,
            "198.51.100.9");
  EXPECT_EQ(identified("10.0.0.2",
                       {{"X-Forwarded-For", "6.6.6.6"}, {"X-Forwarded-For", "198.51.100.9:4711"}})
                .client,
            "198.51.100.9");
  EXPECT_EQ(identified("fd00::2", {{"X-Forwarded-For", "[2001:db8::7]:80"}}).client, "2001:db8::7");
  EXPECT_EQ(identified("10.0.0.2", {{"X-Forwarded-For", "10.0.0.9"}}).client, "10.0.0.9");
}

TEST(Identify, NonsenseInTheListEndsIt) {
  EXPECT_EQ(identified("10.0.0.2", {{"X-Forwarded-For", "1.2.3.4, unknown"}}).client, "10.0.0.2");
  EXPECT_EQ(identified("10.0.0.2", {{"X-Forwarded-For", "["}}).client, "10.0.0.2");
  EXPECT_EQ(identified("10.0.0.2", {}).client, "10.0.0.2");
}

TEST(Identify, TheNearestProxysWordIsTheLastOne) {
  const auto context =
      identified("10.0.0.2", {{"Host", "inner"},
                              {"X-Forwarded-Proto", "http, https"},
                              {"X-Forwarded-Host", "evil.example.com, good.example.com"}});
  EXPECT_EQ(context.origin, "https://good.example.com");
}

TEST(Identify, PublicBaseUrlWins) {
  EXPECT_EQ(identified("203.0.113.5", {{"Host", "x"}}, "https://pictures.example.com/gw").origin,
            "https://pictures.example.com/gw");
}

TEST(Identify, AHostileHostGivesNoOrigin) {
  for (const auto* host : {"", "evil.example.com/path", "user@evil.example.com", "a b", "x:0",
                           "x:99999", "x:1:2", "x:", ":80", "[::1", "[::1]x", "[127.0.0.1]", "a\"b",
                           "a?b", "a#b", "a\\b", "[fe80::1%25eth0]", "猫.example.com"}) {
    EXPECT_EQ(identified("203.0.113.5", {{"Host", host}}).origin, "") << host;
  }
}

TEST(IsPlainHost, TakesNamesAddressesAndPorts) {
  for (const auto* host : {"localhost", "example.com", "127.0.0.1:8088", "[::1]",
                           "[2001:db8::1]:443", "my_host-1.lan:80"}) {
    EXPECT_TRUE(is_plain_host(host)) << host;
  }
  EXPECT_FALSE(is_plain_host(std::string(300, 'a')));
}

}  // namespace
}  // namespace gw::api
