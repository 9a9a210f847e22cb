// A gateway in front of a gateway: the outer one draws through the inner one's API, and the inner
// one by its demo provider.
#include "tests/support/api_matchers.hpp"
#include "tests/support/gateway_client.hpp"
#include "tests/support/gateway_process.hpp"
#include "tests/support/multipart_form.hpp"
#include "tests/support/tiny_png.hpp"

#include <boost/json/array.hpp>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <future>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace gw::test {
namespace {

using testing::HasSubstr;
using testing::Not;

class GatewayChain : public testing::Test {
 protected:
  using Environment = std::map<std::string, std::string>;

  void start(Environment outer_settings = {}, Environment inner_settings = {}) {
    inner = GatewayProcess::serving({.environment = std::move(inner_settings)});
    outer = GatewayProcess::serving({.environment = upstream(std::move(outer_settings))});
  }
  Environment upstream(Environment more = {}) const {
    more.emplace("OPENAI_UPSTREAM_BASE_URL", fmt::format("http://127.0.0.1:{}", inner->port()));
    more.emplace("OPENAI_UPSTREAM_API_KEY", kApiKey);
    return more;
  }
  void TearDown() override {
    if (outer) EXPECT_EQ(outer->stop().exit_code, 0);
    if (inner) EXPECT_EQ(inner->stop().exit_code, 0);
  }

  RawAnswer send(const Ask& request) const { return ask(outer->port(), request); }

  std::set<std::string> models() const {
    std::set<std::string> ids;
    const auto list = json_of(send(get("/v1/models").with_key()));
    for (const auto& model : list.at("data").as_array())
      ids.emplace(std::string_view(model.at("id").as_string()));
    return ids;
  }

  std::unique_ptr<GatewayProcess> inner;
  std::unique_ptr<GatewayProcess> outer;
};

std::string order(const std::string& model, const std::string& prompt) {
  return fmt::format(R"({{"model":"{}","prompt":"{}","size":"64x64","seed":7}})", model, prompt);
}

TEST_F(GatewayChain, ListsTheModelsOfTheInnerOne) {
  start();
  const auto ids = models();
  for (const auto* id : {"dreamifly-qwen-image", "dreamifly-flux-dev", "gpt-image-1", "dall-e-3"})
    EXPECT_TRUE(ids.contains(id)) << id;
  const auto model = json_of(send(get("/v1/models/openai%2Fdreamifly-qwen-image").with_key()));
  EXPECT_FALSE(model.at("capabilities").as_object().contains("size"));
}

TEST_F(GatewayChain, DrawsWhatTheInnerOneDraws) {
  start({{"OPENAI_UPSTREAM_EXTENSIONS", "on"}});
  const auto body = order("dreamifly-qwen-image", "a pear");
  const auto expected = picture_of(ask(inner->port(), draw(body)));

  for (const auto* model : {"dreamifly-qwen-image", "openai/dreamifly-qwen-image"}) {
    const auto answer = send(draw(order(model, "a pear")));
    EXPECT_THAT(answer, HasHeader("x-provider", "openai"));
    EXPECT_TRUE(picture_of(answer) == expected) << model;
  }
}

TEST_F(GatewayChain, DrawsWithSeveralModelsAtATime) {
  start({{"OPENAI_UPSTREAM_CONCURRENCY_LIMIT", "2"}});
  std::vector<std::future<RawAnswer>> answers;
  for (const auto* model :
       {"dreamifly-qwen-image", "dreamifly-flux-dev", "dreamifly-sdxl", "dall-e-3", "gpt-image-1"})
    answers.push_back(ask_aside(outer->port(), draw(order(model, "a plum"))));
  for (auto& answer : answers) EXPECT_THAT(answer.get(), HasStatus(200));
  EXPECT_EQ(metric(inner->port(), "gw_tasks_sent_total"), 5);
}

TEST_F(GatewayChain, HasADefaultModelAndNamesOfItsOwn) {
  start({{"MODEL_MAPPING", R"({"house": "openai/dreamifly-sdxl"})"}});
  EXPECT_THAT(send(draw(R"({"prompt":"a fig","size":"64x64"})")), HasStatus(200));
  EXPECT_THAT(send(draw(order("house", "a fig"))), HasStatus(200));
  EXPECT_TRUE(models().contains("house"));
}

TEST_F(GatewayChain, EditsWhatTheInnerOneEdits) {
  start();
  MultipartForm form;
  form.text("prompt", "a hat for the cat").text("model", "dreamifly-qwen-edit");
  const auto request =
      form.file("image", tiny_png(64, 64, 1)).file("image", tiny_png(64, 64, 2)).edit();
  EXPECT_THAT(send(request), HasStatus(200));
  EXPECT_EQ(metric(inner->port(), "gw_tasks_sent_total"), 1);
}

TEST_F(GatewayChain, ShowsThePictureWhileTheInnerOneDrawsIt) {
  start({{"OPENAI_UPSTREAM_PREVIEWS", "2"}}, {{"DEMO_DELAY_MS", "400"}});
  const auto answer =
      send(draw(R"({"model":"dreamifly-qwen-image","prompt":"a fig","size":"64x64","stream":true,)"
                R"("partial_images":2})"));
  EXPECT_THAT(answer, HasStatus(200));
  const auto partial = answer.body.find("event: image_generation.partial_image");
  const auto completed = answer.body.find("event: image_generation.completed");
  ASSERT_NE(completed, std::string::npos) << answer.body.substr(0, 500);
  EXPECT_LT(partial, completed);
}

TEST_F(GatewayChain, HandsOnWhatTheInnerOneRefuses) {
  start();
  const auto answer =
      send(draw(R"({"model":"dreamifly-qwen-image","prompt":"a fig","size":"65x65"})"));
  EXPECT_THAT(answer, IsError(400, "invalid_value", "size"));
  EXPECT_THAT(error_field(answer, "message"), HasSubstr("multiples of 8"));
}

TEST_F(GatewayChain, SaysWhatHasNoEffect) {
  start();
  const auto answer = send(draw(order("dreamifly-qwen-image", "a fig")));
  EXPECT_THAT(answer, HasStatus(200));
  EXPECT_THAT(answer.header("x-ignored-params").value_or(""), HasSubstr("seed"));
}

TEST_F(GatewayChain, TellsThatTheInnerOneFailed) {
  start({}, {{"DEMO_FAILURE_RATE", "1"}});
  EXPECT_THAT(send(draw(order("dreamifly-qwen-image", "a fig"))),
              IsError(502, "upstream_error", "null"));
}

TEST_F(GatewayChain, KnowsOnlyTheModelsItIsTold) {
  start({{"OPENAI_UPSTREAM_MODELS", "dreamifly-sdxl"}});
  EXPECT_EQ(models(), std::set<std::string>{"dreamifly-sdxl"});
  EXPECT_THAT(send(draw(order("dreamifly-sdxl", "a fig"))), HasStatus(200));
  EXPECT_THAT(send(draw(order("dreamifly-qwen-image", "a fig"))),
              IsError(404, "model_not_found", "model"));
}

TEST_F(GatewayChain, TellsThatAModelIsGone) {
  start({{"OPENAI_UPSTREAM_MODELS", "no-such-model"}});
  EXPECT_THAT(send(draw(order("no-such-model", "a fig"))),
              IsError(404, "model_not_found", "model"));
}

TEST_F(GatewayChain, HasNoUseForAWrongKeyAndTellsNobody) {
  start({{"OPENAI_UPSTREAM_MODELS", "dreamifly-sdxl"},
         {"OPENAI_UPSTREAM_API_KEY", "sk-test-wrong-one"}});
  const auto answer = send(draw(order("dreamifly-sdxl", "a fig")));
  EXPECT_THAT(answer, IsError(503, "no_account_available", "null"));
  EXPECT_THAT(answer, HasHeader("x-should-retry", "false"));
  EXPECT_THAT(outer->standard_error(), Not(HasSubstr("sk-test")));
}

TEST_F(GatewayChain, SaysThatTheInnerOneIsGone) {
  start();
  EXPECT_EQ(inner->stop().exit_code, 0);
  inner.reset();
  EXPECT_THAT(send(draw(order("dreamifly-qwen-image", "a fig"))),
              IsError(503, "upstream_unavailable", "null"));
}

TEST_F(GatewayChain, IsNotReadyBeforeItKnowsAModel) {
  inner = GatewayProcess::serving();
  auto settings = upstream();
  settings["OPENAI_UPSTREAM_API_KEY"] = "sk-test-wrong-one";
  outer = std::make_unique<GatewayProcess>(GatewayOptions{.environment = std::move(settings)});
  EXPECT_THAT(send(get("/health/ready")), HasStatus(503));
  EXPECT_THAT(send(draw(R"({"prompt":"a fig"})")), IsError(404, "model_not_found", "model"));
}

}  // namespace
}  // namespace gw::test
