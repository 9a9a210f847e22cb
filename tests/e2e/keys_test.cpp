// Who is let in, and how early the others hear that they are not.
#include "tests/e2e/shared_gateway.hpp"

#include <fmt/format.h>

#include <string>

namespace gw::test {
namespace {

constexpr const char* kAdminKey = "sk-test-admin-of-keys";
constexpr const char* kMetricsKey = "sk-test-metrics-of-keys";

class Keys : public SharedGateway {
 protected:
  static void SetUpTestSuite() {
    start({.environment = {{"ADMIN_KEY", kAdminKey}, {"METRICS_KEY", kMetricsKey}}});
  }
  static Ask models() { return get("/v1/models"); }
};

TEST_F(Keys, ComeInThreeHeaders) {
  const std::string key(kApiKey);
  for (const auto& request :
       {models().with("Authorization", "Bearer " + key),
        models().with("authorization", "bearer   " + key), models().with("api-key", key),
        models().with("X-Api-Key", key),
        models().with("Authorization", "Bearer " + key).with("X-Api-Key", key)}) {
    EXPECT_THAT(send(request), HasStatus(200)) << wire(request);
  }
}

TEST_F(Keys, AreWrongInAllWaysAlike) {
  const std::string key(kApiKey);
  for (const auto& request :
       {models(), models().with("Authorization", "Bearer"),
        models().with("Authorization", "Bearer "), models().with("Authorization", key),
        models().with("Authorization", "Basic " + key),
        models().with("Authorization", "Bearer " + key + "x"),
        models().with("Authorization", "Bearer " + key.substr(0, 5)),
        models().with("Authorization", "Bearer 1"), models().with("api-key", "wrong"),
        models().with("X-Api-Key", ""), models().with("X-Api-Key", kAdminKey),
        models().with("X-Api-Key", kMetricsKey),
        // One right key does not pay for a wrong one: whoever reads only the other header differs.
        models().with("Authorization", "Bearer " + key).with("X-Api-Key", "wrong"),
        models().with("api-key", "wrong").with("Authorization", "Bearer " + key),
        get("/v1/models?api_key=" + key)}) {
    const auto answer = send(request);
    EXPECT_THAT(answer, IsError(401, "invalid_api_key", "null")) << wire(request);
    EXPECT_THAT(answer, HasHeader("WWW-Authenticate", "Bearer"));
  }
}

TEST_F(Keys, AreLookedAtBeforeTheBody) {
  for (const auto* header :
       {"", "Authorization: Bearer wrong\r\n", "api-key: wrong\r\n", "X-Api-Key: wrong\r\n"}) {
    for (const auto* framing : {"Content-Length: 29000000\r\n", "Transfer-Encoding: chunked\r\n",
                                "Content-Length: 29000000\r\nExpect: 100-continue\r\n"}) {
      SCOPED_TRACE(std::string(header) + framing);
      RawSocket socket(port());
      socket.send(
          fmt::format("POST /v1/images/generations HTTP/1.1\r\nHost: a\r\n"
                      "Content-Type: application/json\r\n{}{}\r\n",
                      header, framing));
      const auto answer = socket.receive_answer();
      EXPECT_THAT(answer, IsError(401, "invalid_api_key", "null"));
      EXPECT_THAT(answer, HasHeader("Connection", "close"));
    }
  }
}

TEST_F(Keys, AreNeededOnEveryRouteOfTheApi) {
  for (const auto* path : {"/v1/models", "/models", "/v1/models/dall-e-3", "/v1/styles", "/styles",
                           "//v1//models", "/v1/models/a%2Fb"}) {
    SCOPED_TRACE(path);
    EXPECT_THAT(send(get(path)), HasStatus(401));
    auto head = get(path);
    head.method = "HEAD";
    EXPECT_THAT(send(head), HasStatus(401));
  }
  for (const auto* path : {"/v1/images/generations", "/images/generations", "/v1/images"}) {
    SCOPED_TRACE(path);
    EXPECT_THAT(send({.method = "POST", .target = path, .headers = {}, .body = "{}"}),
                IsError(401, "invalid_api_key", "null"));
  }
}

TEST_F(Keys, AreNotNeededForHealthAndThePage) {
  for (const auto* path : {"/health", "/health/live", "/health/ready", "/"}) {
    SCOPED_TRACE(path);
    EXPECT_THAT(send(get(path)), HasStatus(200));
  }
}

TEST_F(Keys, OfTheApiDoNotOpenTheMetrics) {
  const Ask metrics{.target = "/metrics"};
  EXPECT_THAT(send(metrics.with("X-Api-Key", kMetricsKey)), HasStatus(200));
  EXPECT_THAT(send(metrics.with("Authorization", fmt::format("Bearer {}", kAdminKey))),
              HasStatus(200));
  EXPECT_THAT(send(metrics), IsError(401, "invalid_api_key", "null"));
  EXPECT_THAT(send(metrics.with_key()), IsError(401, "invalid_api_key", "null"));
  EXPECT_THAT(send(metrics.with("X-Api-Key", "")), HasStatus(401));
}

TEST_F(Keys, AreNotAskedForTheMetricsOfWhoSitsAtThisMachine) {
  for (const auto* host : {"localhost", "127.0.0.1:8088", "[::1]:8088"}) {
    SCOPED_TRACE(host);
    const Ask local{.target = "/metrics", .host = host};
    EXPECT_THAT(send(local), HasStatus(200));
    EXPECT_THAT(send(local.with_key()), HasStatus(401)) << "a wrong key is wrong here too";
    // A proxy on this machine, or a page in its browser.
    for (const auto* mark : {"X-Forwarded-For", "Forwarded", "X-Real-IP", "Via", "Origin"}) {
      EXPECT_THAT(send(local.with(mark, "127.0.0.1")), HasStatus(401)) << mark;
    }
  }
}

TEST_F(Keys, AnAttackerOfTheHeadLearnsNothing) {
  for (const auto* value : {"Bearer \xFF\xFE", "Bearer ${jndi}", "Bearer a b c"}) {
    EXPECT_THAT(send(models().with("Authorization", value)), HasStatus(401));
  }
  EXPECT_THAT(send(models().with("Authorization", "Bearer " + std::string(10'000, 'k'))),
              HasStatus(401));
}

}  // namespace
}  // namespace gw::test
