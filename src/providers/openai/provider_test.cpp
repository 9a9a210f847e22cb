#include "providers/openai/provider.hpp"

#include "base/base64.hpp"
#include "base/json.hpp"
#include "providers/openai/upstream.hpp"
#include "tests/support/fake_png.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/run.hpp"
#include "tests/support/scripted_server.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace gw::openai {
namespace {

using namespace std::chrono_literals;
using test::RawRequest;
using test::ScriptedAnswer;
using test::ScriptedServer;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;
using Then = ScriptedAnswer::Then;

const std::string kPng = test::fake_png({64, 48}, "the picture");
const std::string kHalf = test::fake_png({64, 48}, "half of it");

struct WatchingAttempt final : Attempt {
  const AccountId& account() const override { return who; }
  Task<void> sending() override {
    ++sent;
    co_return Done();
  }
  void preview(Picture picture) override { previews.push_back(*picture.bytes); }
  bool wants_previews() const override { return watched; }
  int sent = 0;
  bool watched = true;
  std::vector<std::string> previews;
  AccountId who;
};

std::string json_answer(int status, const std::string& body, const std::string& headers = "") {
  return test::http_answer(status, body, "Content-Type: application/json\r\n" + headers);
}

std::string picture_answer(const std::string& bytes = kPng) {
  return json_answer(200,
                     R"({"created":1,"data":[{"b64_json":")" + base64_encode(bytes) + R"("}]})");
}

std::string url_answer(const std::string& url) {
  return json_answer(200, R"({"data":[{"url":")" + url + R"("}]})");
}

std::string event(const std::string& type, const std::string& members) {
  return "event: " + type + "\ndata: {\"type\":\"" + type + "\"," + members + "}\n\n";
}

std::string picture_event(const std::string& type, const std::string& bytes) {
  return event(type, R"("b64_json":")" + base64_encode(bytes) + R"(","partial_image_index":0)");
}

std::string stream_answer(const std::string& events) {
  return test::http_answer(200, events, "Content-Type: text/event-stream; charset=utf-8\r\n");
}

ScriptedServer::Script always(std::string bytes, Then then = Then::keep_open) {
  return [=](const RawRequest&, std::size_t) { return ScriptedAnswer{bytes, then}; };
}

ScriptedServer::Script one_after_another(std::vector<std::string> answers) {
  return [=](const RawRequest&, std::size_t number) {
    return ScriptedAnswer{answers.at(std::min(number, answers.size() - 1))};
  };
}

ImageOrder order(std::string model = "dall-e-3") {
  ImageOrder order;
  order.upstream_model = std::move(model);
  order.prompt = "a red apple on a table";
  order.size = {1024, 1024};
  return order;
}

class OpenAiTest : public testing::Test {
 protected:
  void make(const std::string& base_url, Options options = {}) {
    options.base_url = base_url;
    if (options.api_key.empty()) options.api_key = Secret("sk-test-upstream");
    options.total_time = 10s;
    upstream_ = make_upstream(std::move(options), *client_, workers_, clock_);
    attempt_.who = upstream_.images->configured_accounts().at(0).id;
  }
  void make(const ScriptedServer& server, Options options = {}) {
    make(server.url("/v1"), std::move(options));
  }

  Answer draw(const ImageOrder& wanted = order()) {
    return test::run(io_, upstream_.images->draw(wanted, attempt_));
  }
  void refresh() {
    const auto done = [](Provider& provider) -> Async<bool> {
      co_await provider.refresh();
      co_return true;
    };
    test::run(io_, done(*upstream_.images));
  }
  std::vector<std::string> discovered() const {
    std::vector<std::string> ids;
    for (const auto* model : upstream_.images->discovered()) {
      if (model->offered) ids.push_back(model->id);
    }
    return ids;
  }

  asio::io_context io_;
  std::unique_ptr<StreamingHttpClient> client_ = make_curl_client(io_);
  WorkerPool workers_{io_.get_executor(), 1};
  test::ManualClock clock_{WallTime(1000h)};
  WatchingAttempt attempt_;
  Upstream upstream_;
};

TEST_F(OpenAiTest, IntroducesItself) {
  Options options;
  options.models = {"gpt-image-1", "my-own"};
  make("https://API.example.com:8443/v1/", std::move(options));
  EXPECT_EQ(upstream_.images->name(), "openai");
  EXPECT_EQ(upstream_.images->host(), HostId{"api.example.com:8443"});
  EXPECT_EQ(upstream_.images->host_limit(), 4u);
  EXPECT_EQ(upstream_.images->models().size(), 2u);
  EXPECT_THROW(make("not a url"), std::invalid_argument);
}

TEST_F(OpenAiTest, DrawsAPicture) {
  ScriptedServer server(always(picture_answer()));
  make(server);

  const auto answer = draw();

  ASSERT_TRUE(answer) << answer.error().error.detail();
  EXPECT_EQ(*answer->bytes, kPng);
  EXPECT_EQ(answer->size, (ImageSize{64, 48}));
  EXPECT_EQ(attempt_.sent, 1);
  const auto request = server.requests().at(0);
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.target, "/v1/images/generations");
  EXPECT_EQ(request.header("authorization"), "Bearer sk-test-upstream");
  EXPECT_EQ(request.header("content-type"), "application/json");
  EXPECT_EQ(parse_json_object(request.body)->at("model"), "dall-e-3");
}

TEST_F(OpenAiTest, EditsPicturesWithAMask) {
  ScriptedServer server(always(picture_answer()));
  make(server);
  auto wanted = order("gpt-image-1");
  wanted.references = {share(kHalf), share(kPng)};
  wanted.mask = share(kHalf);

  ASSERT_TRUE(draw(wanted));

  const auto request = server.requests().at(0);
  EXPECT_EQ(request.target, "/v1/images/edits");
  EXPECT_THAT(request.header("content-type"),
              testing::StartsWith("multipart/form-data; boundary="));
  EXPECT_THAT(request.body, HasSubstr("name=\"image[]\"; filename=\"image-2.png\""));
  EXPECT_THAT(request.body, HasSubstr("name=\"mask\""));
}

TEST_F(OpenAiTest, SendsNoAuthorizationWithoutAKey) {
  ScriptedServer server(always(picture_answer()));
  Options options;
  options.base_url = server.url();
  upstream_ = make_upstream(std::move(options), *client_, workers_, clock_);
  ASSERT_TRUE(draw());
  EXPECT_EQ(server.requests().at(0).headers.count("authorization"), 0u);
  EXPECT_EQ(server.requests().at(0).target, "/v1/images/generations");
}

TEST_F(OpenAiTest, SendsTheOperatorsHeaders) {
  ScriptedServer server(always(picture_answer()));
  Options options;
  options.extra_headers = {{"X-Service-Token", Secret("hush")}};
  make(server, std::move(options));
  ASSERT_TRUE(draw());
  EXPECT_EQ(server.requests().at(0).header("x-service-token"), "hush");
}

// --- pictures by address

TEST_F(OpenAiTest, FetchesAPictureFromItsOwnServer) {
  std::string url;
  ScriptedServer server([&](const RawRequest& request, std::size_t) {
    return ScriptedAnswer{request.method == "POST" ? url_answer(url)
                                                   : test::http_answer(200, kPng)};
  });
  Options options;
  options.extra_headers = {{"X-Service-Token", Secret("hush")}};
  make(server, std::move(options));
  for (const auto& given : {server.url("/images/a.png"), std::string("/images/a.png")}) {
    url = given;
    const auto answer = draw();
    ASSERT_TRUE(answer) << answer.error().error.detail();
    EXPECT_EQ(*answer->bytes, kPng);
    EXPECT_EQ(server.requests().back().target, "/images/a.png");
    EXPECT_EQ(server.requests().back().headers.count("authorization"), 0u);
    EXPECT_EQ(server.requests().back().header("x-service-token"), "hush");
  }
}

TEST_F(OpenAiTest, ConnectsToNobodyAnAnswerNames) {
  ScriptedServer other(always(test::http_answer(200, kPng)));
  for (const auto& url : {other.url("/a.png"), std::string("http://127.0.0.1/a.png"),
                          std::string("//127.0.0.1:1/a.png"), std::string("file:///etc/passwd"),
                          std::string("ftp://127.0.0.1/a.png"), std::string("a.png")}) {
    ScriptedServer server(always(url_answer(url)));
    make(server);
    const auto answer = draw();
    ASSERT_FALSE(answer) << url;
    EXPECT_EQ(answer.error().error.kind(), ErrorKind::upstream_error);
    EXPECT_THAT(answer.error().error.detail(), HasSubstr("another host"));
  }
  EXPECT_EQ(other.connections(), 0u);
}

TEST_F(OpenAiTest, FetchesAgainWhenThatMayHelp) {
  std::vector<std::string> answers{url_answer("/a.png"), test::http_answer(503, ""),
                                   test::http_answer(500, ""), test::http_answer(200, kPng)};
  ScriptedServer server(one_after_another(answers));
  make(server);
  EXPECT_TRUE(draw());
  EXPECT_EQ(server.requests().size(), 4u);

  ScriptedServer gone(one_after_another({url_answer("/a.png"), test::http_answer(404, "")}));
  make(gone);
  const auto answer = draw();
  ASSERT_FALSE(answer);
  EXPECT_THAT(answer.error().error.detail(), HasSubstr("status 404"));
  EXPECT_EQ(gone.requests().size(), 2u);

  ScriptedServer broken(one_after_another({url_answer("/a.png"), test::http_answer(502, "")}));
  make(broken);
  EXPECT_FALSE(draw());
  EXPECT_EQ(broken.requests().size(), 4u) << "three tries";
}

// --- answers that are none

TEST_F(OpenAiTest, BelievesNothingButPictures) {
  for (const auto& body : {picture_answer("GIF, or so they say"), json_answer(200, "{}"),
                           json_answer(200, R"({"data":[{"b64_json":"!"}]})")}) {
    ScriptedServer server(always(body));
    make(server);
    const auto answer = draw();
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().error.kind(), ErrorKind::upstream_error);
    EXPECT_EQ(answer.error().act, Act::fail);
    EXPECT_FALSE(answer.error().slot_unsure);
  }
}

TEST_F(OpenAiTest, JudgesARefusal) {
  ScriptedServer server(always(
      json_answer(400, R"({"error":{"message":"no","code":"moderation_blocked","type":"x"}})")));
  make(server);
  const auto answer = draw();
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().error.kind(), ErrorKind::content_rejected);
  EXPECT_EQ(answer.error().act, Act::fail);
  EXPECT_EQ(server.requests().size(), 1u);
}

TEST_F(OpenAiTest, PutsNoPromptIntoTheLog) {
  ScriptedServer server(always(json_answer(
      500,
      R"({"error":{"message":"cannot draw 'a red apple on a table'","type":"server_error"}})")));
  make(server);
  const auto answer = draw();
  ASSERT_FALSE(answer);
  EXPECT_THAT(answer.error().error.detail(), Not(HasSubstr("apple")));
  EXPECT_THAT(answer.error().error.detail(), HasSubstr("500"));
}

TEST_F(OpenAiTest, IsUnsureAfterALostAnswer) {
  ScriptedServer server(always("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{", Then::reset));
  make(server);
  const auto answer = draw();
  ASSERT_FALSE(answer);
  EXPECT_TRUE(answer.error().slot_unsure);
  EXPECT_EQ(server.requests().size(), 1u) << "nothing that may have been paid is repeated";
}

TEST_F(OpenAiTest, IsSureWhenNobodyListens) {
  std::string url;
  {
    ScriptedServer gone(always(""));
    url = gone.url();
  }
  make(url);
  const auto answer = draw();
  ASSERT_FALSE(answer);
  EXPECT_FALSE(answer.error().slot_unsure);
  EXPECT_EQ(answer.error().error.kind(), ErrorKind::upstream_unavailable);
}

// --- response_format

TEST_F(OpenAiTest, LearnsThatAServerRefusesResponseFormat) {
  ScriptedServer server([](const RawRequest& request, std::size_t) {
    const bool asked = request.body.contains("response_format");
    return ScriptedAnswer{
        asked ? json_answer(400, R"({"error":{"message":"Unknown parameter: 'response_format'.",
                                     "code":"unknown_parameter","param":"response_format"}})")
              : picture_answer()};
  });
  make(server);

  EXPECT_TRUE(draw());
  EXPECT_EQ(server.requests().size(), 2u);
  EXPECT_TRUE(draw());
  EXPECT_EQ(server.requests().size(), 3u) << "it is asked once for each model";
  EXPECT_TRUE(draw(order("sdxl")));
  EXPECT_EQ(server.requests().size(), 5u);
}

TEST_F(OpenAiTest, AsksOnlyOnceMoreForThat) {
  ScriptedServer server(always(
      json_answer(400, R"({"error":{"message":"bad","code":"x","param":"response_format"}})")));
  make(server);
  const auto answer = draw();
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().error.kind(), ErrorKind::upstream_error);
  EXPECT_EQ(server.requests().size(), 2u);
}

// --- previews

class OpenAiPreviews : public OpenAiTest {
 protected:
  static Options with_previews() {
    Options options;
    options.models = {"gpt-image-1", "dall-e-3"};
    options.previews = 2;
    return options;
  }
};

TEST_F(OpenAiPreviews, AreShownInTheirOrder) {
  ScriptedServer server(always(
      stream_answer(": keepalive\n\n" + picture_event("image_generation.partial_image", kHalf) +
                    picture_event("image_generation.partial_image", kPng) +
                    event("image_generation.something_new", R"("x":1)") +
                    picture_event("image_generation.completed", kPng))));
  make(server, with_previews());

  const auto answer = draw(order("gpt-image-1"));

  ASSERT_TRUE(answer) << answer.error().error.detail();
  EXPECT_EQ(*answer->bytes, kPng);
  EXPECT_THAT(attempt_.previews, ElementsAre(kHalf, kPng));
  const auto body = parse_json_object(server.requests().at(0).body).value();
  EXPECT_EQ(body.at("stream"), true);
  EXPECT_EQ(body.at("partial_images"), 2);
  EXPECT_FALSE(body.contains("response_format"));
}

TEST_F(OpenAiPreviews, AreAskedForOnlyOfModelsThatHaveThem) {
  ScriptedServer server(always(picture_answer()));
  make(server, with_previews());
  ASSERT_TRUE(draw(order("dall-e-3")));
  EXPECT_FALSE(parse_json_object(server.requests().at(0).body)->contains("stream"));
}

TEST_F(OpenAiPreviews, AreNotAskedForWhenNobodyWatches) {
  ScriptedServer server(always(picture_answer()));
  make(server, with_previews());
  attempt_.watched = false;
  ASSERT_TRUE(draw(order("gpt-image-1")));
  EXPECT_FALSE(parse_json_object(server.requests().at(0).body)->contains("stream"));
}

TEST_F(OpenAiPreviews, AreAskedForOfEditsToo) {
  ScriptedServer server(always(stream_answer(picture_event("image_edit.partial_image", kHalf) +
                                             picture_event("image_edit.completed", kPng))));
  make(server, with_previews());
  auto wanted = order("gpt-image-1");
  wanted.references = {share(kHalf)};
  ASSERT_TRUE(draw(wanted));
  EXPECT_THAT(attempt_.previews, ElementsAre(kHalf));
}

TEST_F(OpenAiPreviews, ThatCannotBeReadAreLeftOut) {
  ScriptedServer server(always(
      stream_answer(event("image_generation.partial_image", R"("b64_json":"!!")") +
                    event("image_generation.partial_image", R"("b64_json":"QUJDRA==")") +
                    "data: [DONE]\n\n" + picture_event("image_generation.completed", kPng))));
  make(server, with_previews());
  EXPECT_TRUE(draw(order("gpt-image-1")));
  EXPECT_TRUE(attempt_.previews.empty());
}

TEST_F(OpenAiPreviews, AreNotMissedWhenTheServerAnswersWithoutAStream) {
  ScriptedServer server(always(picture_answer()));
  make(server, with_previews());
  const auto answer = draw(order("gpt-image-1"));
  ASSERT_TRUE(answer);
  EXPECT_EQ(*answer->bytes, kPng);
}

TEST_F(OpenAiPreviews, EndWithANestedOrAFlatError) {
  for (const auto& error :
       {event("error", R"("error":{"code":"moderation_blocked","message":"no","type":"x"})"),
        event("error", R"("code":"moderation_blocked","message":"no")"),
        std::string("data: {\"error\":{\"code\":\"moderation_blocked\"}}\n\n")}) {
    ScriptedServer server(
        always(stream_answer(picture_event("image_generation.partial_image", kHalf) + error)));
    make(server, with_previews());
    const auto answer = draw(order("gpt-image-1"));
    ASSERT_FALSE(answer) << error;
    EXPECT_EQ(answer.error().error.kind(), ErrorKind::content_rejected);
    EXPECT_FALSE(answer.error().slot_unsure);
  }
}

TEST_F(OpenAiPreviews, AreNoPicture) {
  ScriptedServer server(
      always(stream_answer(picture_event("image_generation.partial_image", kHalf))));
  make(server, with_previews());
  const auto answer = draw(order("gpt-image-1"));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().error.kind(), ErrorKind::upstream_error);
}

TEST_F(OpenAiPreviews, LeaveTheSlotUnsureWhenTheStreamBreaks) {
  const auto half = picture_event("image_generation.partial_image", kHalf);
  ScriptedServer server(always(
      "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 999999\r\n\r\n" + half,
      Then::close));
  make(server, with_previews());
  const auto answer = draw(order("gpt-image-1"));
  ASSERT_FALSE(answer);
  EXPECT_TRUE(answer.error().slot_unsure);
}

TEST_F(OpenAiPreviews, GiveWayToARefusal) {
  ScriptedServer server(always(json_answer(
      429, R"({"error":{"code":"rate_limit_exceeded","message":"slow"}})", "Retry-After: 2\r\n")));
  make(server, with_previews());
  const auto answer = draw(order("gpt-image-1"));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().act, Act::wait);
  EXPECT_EQ(answer.error().pause, 2s);
}

// --- the list of models

TEST_F(OpenAiTest, FindsItsModelsInTheServersList) {
  ScriptedServer server(one_after_another(
      {json_answer(200, R"({"data":[{"id":"dall-e-3"},{"id":"gpt-5"},{"id":"sdxl"}]})"),
       json_answer(200, R"({"data":[{"id":"sdxl"}]})")}));
  make(server);
  EXPECT_TRUE(upstream_.images->models().empty());

  refresh();
  EXPECT_THAT(discovered(), ElementsAre("dall-e-3", "sdxl"));
  EXPECT_EQ(server.requests().at(0).target, "/v1/models");
  EXPECT_EQ(server.requests().at(0).header("authorization"), "Bearer sk-test-upstream");
  refresh();
  EXPECT_EQ(server.requests().size(), 1u) << "not yet due";
  clock_.advance(10min);
  refresh();
  EXPECT_THAT(discovered(), ElementsAre("sdxl"));
}

TEST_F(OpenAiTest, LooksAgainSoonWhileItKnowsNoModel) {
  ScriptedServer server(one_after_another(
      {json_answer(503, "{}"), json_answer(200, R"({"data":[{"id":"dall-e-3"}]})")}));
  make(server);
  refresh();
  EXPECT_TRUE(discovered().empty());
  clock_.advance(5s);
  refresh();
  EXPECT_THAT(discovered(), ElementsAre("dall-e-3"));
}

TEST_F(OpenAiTest, KeepsWhatItKnowsWhenTheListCannotBeHad) {
  ScriptedServer server(one_after_another(
      {json_answer(200, R"({"data":[{"id":"dall-e-3"}]})"), json_answer(401, "{}"),
       json_answer(200, "[]"), test::http_answer(200, "<html>", "Content-Type: text/html\r\n"),
       json_answer(200, R"({"data":[{"id":"sdxl"}]})")}));
  make(server);
  refresh();
  clock_.advance(10min);
  for (int failure = 0; failure < 3; ++failure) {
    refresh();
    EXPECT_THAT(discovered(), ElementsAre("dall-e-3"));
    clock_.advance(1min);
  }
  refresh();
  EXPECT_THAT(discovered(), ElementsAre("sdxl"));
}

}  // namespace
}  // namespace gw::openai
