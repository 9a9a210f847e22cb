#include "api/auth.hpp"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace gw::api {
namespace {

using Fields = std::vector<std::pair<std::string, std::string>>;

http::RequestHead head_with(const Fields& fields, std::string peer = "203.0.113.5") {
  http::RequestHead head;
  head.remote_address = std::move(peer);
  for (const auto& [name, value] : fields) head.headers.add(name, value);
  return head;
}

bool enters(const Fields& fields) {
  const auto guard = make_api_guard(Secret("sk-test-1"));
  return guard(head_with(fields)).has_value();
}

TEST(ApiGuard, TakesTheKeyInAnyOfTheThreeHeaders) {
  EXPECT_TRUE(enters({{"Authorization", "Bearer sk-test-1"}}));
  EXPECT_TRUE(enters({{"authorization", "bearer   sk-test-1 "}}));
  EXPECT_TRUE(enters({{"API-Key", "sk-test-1"}}));
  EXPECT_TRUE(enters({{"X-Api-Key", "sk-test-1"}}));
}

TEST(ApiGuard, AllPresentedKeysMustBeRight) {
  EXPECT_TRUE(enters({{"Authorization", "Bearer sk-test-1"}, {"X-Api-Key", "sk-test-1"}}));
  EXPECT_FALSE(enters({{"Authorization", "Bearer sk-test-1"}, {"X-Api-Key", "sk-test-2"}}));
  EXPECT_FALSE(enters({{"Authorization", "Bearer sk-test-2"}, {"api-key", "sk-test-1"}}));
  EXPECT_FALSE(
      enters({{"Authorization", "Bearer sk-test-1"}, {"Authorization", "Bearer sk-test-2"}}));
}

TEST(ApiGuard, WrongKeysStayOutside) {
  for (const auto* value :
       {"Bearer sk-test-2", "Bearer sk-test-", "Bearer sk-test-11", "Bearer ", "Bearer",
        "sk-test-1", "Basic sk-test-1", "Bearersk-test-1", "Bearer SK-TEST-1"}) {
    EXPECT_FALSE(enters({{"Authorization", value}})) << value;
  }
  EXPECT_FALSE(enters({{"X-Api-Key", ""}}));
  EXPECT_FALSE(enters({}));
}

TEST(ApiGuard, AnotherSchemeOfAProxyDoesNotDisturb) {
  EXPECT_TRUE(enters({{"Authorization", "Basic dXNlcjpwYXNz"}, {"X-Api-Key", "sk-test-1"}}));
}

TEST(ApiGuard, AnEmptyKeyOpensNothing) {
  const auto guard = make_api_guard(Secret(""));
  EXPECT_FALSE(guard(head_with({{"Authorization", "Bearer "}})).has_value());
  EXPECT_FALSE(guard(head_with({{"X-Api-Key", ""}})).has_value());
}

TEST(ApiGuard, TheRefusalSaysHowToSendAKeyAndRepeatsNone) {
  const auto guard = make_api_guard(Secret("sk-test-1"));
  for (const auto& head : {head_with({}), head_with({{"Authorization", "Bearer wrong-key"}})}) {
    const auto refused = guard(head);
    ASSERT_FALSE(refused.has_value());
    EXPECT_EQ(refused.error().kind(), ErrorKind::unauthenticated);
    EXPECT_NE(refused.error().message().find("Authorization: Bearer"), std::string::npos);
    EXPECT_EQ(refused.error().message().find("wrong-key"), std::string::npos);
  }
}

TEST(ApiGuard, TheCallerIsTheKeysOpaqueName) {
  const auto guard = make_api_guard(Secret("sk-test-1"));
  const auto caller = guard(head_with({{"api-key", "sk-test-1"}}));
  ASSERT_TRUE(caller.has_value());
  EXPECT_EQ(*caller, caller_of(Secret("sk-test-1")));
  EXPECT_NE(*caller, caller_of(Secret("sk-test-2")));
  EXPECT_EQ(caller->value.size(), 32u);
  EXPECT_EQ(caller->value.find("sk-test"), std::string::npos);
}

class MetricsGuard : public testing::Test {
 protected:
  bool enters(const Fields& fields, std::string peer) const {
    return guard_(head_with(fields, std::move(peer))).has_value();
  }
  http::Guard guard_ = make_metrics_guard({Secret("m-key"), Secret("a-key")});
};

TEST_F(MetricsGuard, TakesTheMetricsAndTheAdminKeyFromAnywhere) {
  EXPECT_TRUE(enters({{"Authorization", "Bearer m-key"}}, "203.0.113.5"));
  EXPECT_TRUE(enters({{"Authorization", "Bearer a-key"}}, "203.0.113.5"));
  EXPECT_FALSE(enters({{"Authorization", "Bearer sk-test-1"}}, "203.0.113.5"));
  EXPECT_FALSE(enters({}, "203.0.113.5"));
}

TEST_F(MetricsGuard, ThisMachineNeedsNoKey) {
  for (const auto* peer : {"127.0.0.1", "127.3.2.1", "::1", "::ffff:127.0.0.1"}) {
    EXPECT_TRUE(enters({{"Host", "localhost:8088"}}, peer)) << peer;
  }
  for (const auto* host : {"127.0.0.1", "127.0.0.1:8088", "[::1]:8088", "LOCALHOST"}) {
    EXPECT_TRUE(enters({{"Host", host}}, "127.0.0.1")) << host;
  }
  for (const auto* peer : {"10.0.0.1", "::ffff:10.0.0.1", "::2", "", "localhost"}) {
    EXPECT_FALSE(enters({{"Host", "localhost"}}, peer)) << peer;
  }
}

// A proxy on this machine that adds no header of its own, or a page led here by a hostile name.
TEST_F(MetricsGuard, ASiteThatIsServedFromThisMachineIsNotThisMachine) {
  for (const auto* host : {"draw.example.com", "10.0.0.1", "localhost.example.com", "[", ""}) {
    EXPECT_FALSE(enters({{"Host", host}}, "127.0.0.1")) << host;
  }
}

TEST_F(MetricsGuard, LoopbackThatSpeaksForOthersNeedsOne) {
  for (const auto* name : {"X-Forwarded-For", "Forwarded", "X-Real-IP", "Via", "Origin"}) {
    EXPECT_FALSE(enters({{"Host", "localhost"}, {name, "127.0.0.1"}}, "127.0.0.1")) << name;
  }
}

TEST_F(MetricsGuard, AWrongKeyIsRefusedEvenFromHere) {
  EXPECT_FALSE(enters({{"Authorization", "Bearer wrong"}}, "127.0.0.1"));
}

TEST(MetricsGuardWithoutKeys, AnEmptySettingIsNoKey) {
  const auto guard = make_metrics_guard({});
  EXPECT_FALSE(guard(head_with({{"X-Api-Key", ""}})).has_value());
}

}  // namespace
}  // namespace gw::api
