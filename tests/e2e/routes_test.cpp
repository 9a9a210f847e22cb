// One model drawn by two upstreams, seen from outside: a fake Dreamifly server and a scripted one
// of OpenAI's API.
#include "base/base64.hpp"
#include "tests/support/api_matchers.hpp"
#include "tests/support/fake_dreamifly.hpp"
#include "tests/support/gateway_client.hpp"
#include "tests/support/gateway_process.hpp"
#include "tests/support/scripted_server.hpp"
#include "tests/support/temporary_directory.hpp"
#include "tests/support/tiny_png.hpp"

#include <boost/json/object.hpp>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

namespace gw::test {
namespace {

using testing::HasSubstr;

constexpr const char* kConfig = R"(
routes:
  auto:
    strategy: priority
    routes:
      - {model: openai/cloud-painter}
      - {model: dreamifly/dreamifly-qwen-image, priority: 2}
)";
constexpr const char* kAdminKey = "sk-test-admin-of-routes";
constexpr const char* kDraw = R"({"model":"auto","prompt":"a fig","size":"512x512","seed":7,)"
                              R"("response_format":"b64_json"})";

std::string json_answer(int status, const std::string& body) {
  return http_answer(status, body, "Content-Type: application/json\r\n");
}

class Routes : public testing::Test {
 protected:
  void SetUp() override {
    cloud = std::make_unique<ScriptedServer>([this](const RawRequest& request, std::size_t) {
      const bool draws = request.target == "/v1/images/generations";
      if (draws) ++asked_cloud;
      const auto picture = R"({"data":[{"b64_json":")" + base64_encode(of_cloud) + R"("}]})";
      const auto answer = refuses.load() ? json_answer(429, kSpent) : json_answer(200, picture);
      return ScriptedAnswer{draws ? answer : json_answer(200, R"({"data":[]})"),
                            ScriptedAnswer::Then::close};
    });
    start();
  }
  void start() {
    gateway =
        GatewayProcess::serving({.environment = {{"OPENAI_UPSTREAM_BASE_URL", cloud->url("")},
                                                 {"OPENAI_UPSTREAM_API_KEY", "sk-test-upstream"},
                                                 {"OPENAI_UPSTREAM_MODELS", "cloud-painter"},
                                                 {"DREAMIFLY_BASE_URL", site.base_url()},
                                                 {"DREAMIFLY_SITE_KEY", "test-key"},
                                                 {"ADMIN_KEY", kAdminKey},
                                                 {"CONFIG_FILE", "routes.yaml"}},
                                 .data_dir = data.path() / "data",
                                 .files = {{"routes.yaml", kConfig}}});
  }
  void TearDown() override {
    if (gateway) EXPECT_EQ(gateway->stop().exit_code, 0);
  }
  RawAnswer send(const Ask& request) const { return ask(gateway->port(), request); }
  RawAnswer change(std::string method, std::string_view name, std::string body = {}) const {
    const Ask request{.method = std::move(method),
                      .target = fmt::format("/admin/api/routes/{}", name),
                      .body = std::move(body)};
    return send(request.with("Authorization", std::string("Bearer ") + kAdminKey)
                    .with("Content-Type", "application/json"));
  }

  static constexpr const char* kSpent =
      R"({"error":{"message":"spent","type":"insufficient_quota","code":"insufficient_quota"}})";
  const std::string of_cloud = tiny_png(512, 512, 9);
  std::atomic<bool> refuses{false};
  std::atomic<int> asked_cloud{0};
  const TemporaryDirectory data;
  FakeDreamifly site;
  std::unique_ptr<ScriptedServer> cloud;
  std::unique_ptr<GatewayProcess> gateway;
};

TEST_F(Routes, TheFirstDrawsAndTheAnswerSaysWhyNotTheOther) {
  const auto answer = send(draw(kDraw));
  EXPECT_THAT(answer, HasStatus(200));
  EXPECT_THAT(answer, HasHeader("x-provider", "openai"));
  EXPECT_THAT(answer,
              HasHeader("x-route",
                        "openai/cloud-painter; strategy=priority; not=dreamifly/Qwen-Image:lower "
                        "priority"));
  EXPECT_TRUE(picture_of(answer) == of_cloud);
}

TEST_F(Routes, WithoutRoutesItIsOnlySaidWhoDrew) {
  const auto answer = send(draw(R"({"model":"dreamifly-qwen-image","prompt":"a fig"})"));
  EXPECT_THAT(answer, HasStatus(200));
  EXPECT_THAT(answer, HasHeader("x-route", "dreamifly/Qwen-Image"));
}

TEST_F(Routes, WhatTheFirstRefusesUnpaidIsDrawnByTheOther) {
  refuses = true;
  const auto answer = send(draw(kDraw));
  EXPECT_THAT(answer, HasStatus(200));
  EXPECT_THAT(answer, HasHeader("x-provider", "dreamifly"));
  EXPECT_THAT(
      answer,
      HasHeader("x-route",
                "dreamifly/Qwen-Image; strategy=priority; not=openai/cloud-painter:gave way"));
  EXPECT_TRUE(picture_of(answer) == tiny_png(512, 512, 7)) << "the seed went with it";
  EXPECT_EQ(asked_cloud, 1);
}

TEST_F(Routes, AJobTellsOfItsRoute) {
  refuses = true;
  const auto accepted = send(draw(kDraw).with("Prefer", "respond-async"));
  ASSERT_THAT(accepted, HasStatus(202));
  const auto job = "/v1/jobs/" + std::string(json_of(accepted).at("id").as_string());
  ASSERT_TRUE(
      eventually([&] { return json_of(send(get(job).with_key())).at("status") == "succeeded"; }));
  const auto route = json_of(send(get(job).with_key())).at("route").as_object();
  EXPECT_EQ(route.at("provider"), "dreamifly");
  EXPECT_EQ(route.at("model"), "Qwen-Image");
  EXPECT_EQ(route.at("strategy"), "priority");
  EXPECT_EQ(route.at("rejected").at(0).at("provider"), "openai");
  EXPECT_EQ(route.at("rejected").at(0).at("reason"), "gave way");
}

TEST_F(Routes, OnlyWhoCanDoItIsAsked) {
  const auto answer =
      send(draw(R"({"model":"auto","prompt":"a fig","size":"4096x4096","seed":1})"));
  EXPECT_THAT(answer, HasHeader("x-provider", "openai"));
  EXPECT_THAT(answer.header("x-route").value_or(""),
              HasSubstr("dreamifly/Qwen-Image:size 4096x4096"));
}

TEST_F(Routes, TheNameIsListed) {
  const auto model = json_of(send(get("/v1/models/auto").with_key()));
  EXPECT_EQ(model.at("id"), "auto");
  EXPECT_EQ(model.at("capabilities").at("negative_prompt"), true) << "one of its routes has that";
}

TEST_F(Routes, AnOperatorGivesANameRoutesWhileItRuns) {
  const std::string body = R"({"model":"team/painter","prompt":"a fig","size":"512x512","seed":7})";
  EXPECT_THAT(send(draw(body)), IsError(404, "model_not_found", "model"));

  const auto put = change("PUT", "team%2Fpainter",
                          R"({"strategy":"weighted","routes":[)"
                          R"({"model":"dreamifly/dreamifly-qwen-image","weight":3}]})");
  ASSERT_THAT(put, HasStatus(200));
  EXPECT_EQ(json_of(put).at("origin"), "admin");
  EXPECT_EQ(json_of(put).at("candidates").at(0).at("weight"), 3);
  EXPECT_THAT(send(draw(body)), HasHeader("x-provider", "dreamifly"));
  EXPECT_THAT(send(get("/v1/models/team%2Fpainter").with_key()), HasStatus(200));

  EXPECT_EQ(gateway->stop().exit_code, 0);
  start();
  EXPECT_THAT(send(draw(body)), HasHeader("x-provider", "dreamifly"));
  EXPECT_THAT(change("DELETE", "team%2Fpainter"), HasStatus(200));
  EXPECT_THAT(send(draw(body)), IsError(404, "model_not_found", "model"));
}

TEST_F(Routes, MistakesInAnOperatorsRoutesAreNamed) {
  EXPECT_THAT(change("PUT", "auto", R"({"routes":[{"model":"openai/cloud-painter"}]})"),
              HasStatus(409));
  EXPECT_THAT(change("PUT", "mine", R"({"routes":[{"model":"openai/nothing"}]})"),
              IsError(400, "null", "routes[0].model"));
  EXPECT_THAT(change("PUT", "mine", R"({"routes":[{"model":"openai/cloud-painter","weigth":2}]})"),
              IsError(400, "null", "routes[0].weigth"));
  EXPECT_THAT(change("PUT", "mine", R"({"routes":[]})"), IsError(400, "null", "routes"));
  EXPECT_THAT(change("PUT", "mi%0Ane", R"({"routes":[{"model":"openai/cloud-painter"}]})"),
              IsError(400, "null", "name"));
  EXPECT_THAT(change("DELETE", "mine"), HasStatus(404));
}

TEST(RoutesAtStart, MistakesAreNamedWithTheirPath) {
  const char* routes = R"({"auto":{"strategy":"best","routes":[{"model":"demo/none"}]}})";
  const auto run = run_gateway({.environment = {{"MODEL_ROUTES", routes}}});
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_THAT(run.standard_error, HasSubstr("MODEL_ROUTES: auto.strategy must be priority"));
}

}  // namespace
}  // namespace gw::test
