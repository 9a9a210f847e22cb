// The chat door in front of a Dreamifly server: what the server is asked for, what comes back piece
// by piece, and what becomes of clients that leave.
#include "base/base64.hpp"
#include "tests/e2e/upstream_fixture.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <future>
#include <string>
#include <vector>

namespace gw::test {
namespace {

namespace json = boost::json;
using testing::HasSubstr;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

constexpr std::string_view kDataUrl = "data:image/png;base64,";

std::string user(const std::string& content) {
  return R"({"role":"user","content":)" + content + "}";
}

std::string text_and_picture(const std::string& url) {
  return R"([{"type":"text","text":"bluer"},{"type":"image_url","image_url":{"url":")" + url +
         R"("}}])";
}

Ask chat(const std::string& messages, const std::string& more = {}) {
  auto request = draw(R"({"messages":[)" + messages + "]" + more + "}");
  request.target = "/v1/chat/completions";
  return request;
}

json::object message_of(const RawAnswer& answer) {
  return json_of(answer).at("choices").at(0).at("message").as_object();
}

std::string content_of(const RawAnswer& answer) {
  return std::string(message_of(answer).at("content").as_string());
}

// The bytes of the first item of `images`.
std::string image_of(const json::object& message) {
  const auto& image = message.at("images").at(0).as_object();
  const std::string url(image.at("image_url").at("url").as_string());
  EXPECT_THAT(url, StartsWith(std::string(kDataUrl)));
  return base64_decode(std::string_view(url).substr(kDataUrl.size())).value();
}

std::string path_in(const std::string& content) {
  const auto from = content.find("/images/");
  return content.substr(from, content.find(')', from) - from);
}

// What each event of a stream carries; comments apart.
struct Told {
  std::vector<std::string> data;
  std::string comments;
};
Told told_by(const RawAnswer& answer) {
  Told told;
  for (std::size_t at = 0; at < answer.body.size();) {
    const auto end = answer.body.find("\n\n", at);
    if (end == std::string::npos) ADD_FAILURE() << "the stream ends in the middle of an event";
    const auto event = answer.body.substr(at, end - at);
    if (event.starts_with("data: ")) {
      told.data.push_back(event.substr(6));
    } else {
      told.comments += event + "\n";
    }
    at = end + 2;
  }
  return told;
}

class Chat : public Upstream {
 protected:
  // Nobody edits without an account.
  void start_chat(std::map<std::string, std::string> environment = {}) {
    environment.emplace("DREAMIFLY_EMAIL", "artist@example.com");
    environment.emplace("DREAMIFLY_PASSWORD", "password");
    start({.accounts = {{.email = "artist@example.com"}}}, std::move(environment));
  }
  static std::string reference_of(const FakeCall& call) {
    const auto order = order_of(call);
    const auto& pictures = order.at("images").as_array();
    EXPECT_THAT(pictures, SizeIs(1));
    return base64_decode(std::string_view(pictures.at(0).as_string())).value();
  }
};

TEST_F(Chat, TheUpstreamGetsThePromptWithoutItsHints) {
  start_chat();
  const auto answer = send(chat(R"({"role":"system","content":"be brief"},)" +
                                user(R"("a pear --size 128x64 --style 卡通 --seed 7")")));

  EXPECT_THAT(answer, HasStatus(200));
  EXPECT_THAT(answer, HasHeader("x-provider", "dreamifly"));
  const auto call = fake->calls().at(0);
  EXPECT_EQ(order_of(call).at("prompt").as_string(), "cartoon style, a pear");
  EXPECT_EQ(order_of(call).at("seed"), 7);
  EXPECT_EQ(image_of(message_of(answer)), drawn_by(call));
  EXPECT_THAT(content_of(answer), HasSubstr("128x64, seed 7"));
  EXPECT_EQ(send(get(path_in(content_of(answer)))).body, drawn_by(call));
}

TEST_F(Chat, WorksWithoutV1AndOnlyWithTheKey) {
  start_chat();
  auto bare = chat(user(R"("a pear")"), R"(,"size":"64x64")");
  bare.target = "/chat/completions";
  EXPECT_THAT(send(bare), HasStatus(200));
  bare.headers.clear();
  EXPECT_THAT(send(bare), IsError(401, "invalid_api_key", "null"));
}

TEST_F(Chat, AStreamTellsHowItGoesAndThenThePicture) {
  start_chat({{"HEARTBEAT_TIME", "20ms"}});
  fake->hold();
  RawSocket socket(port());
  socket.send(wire(chat(user(R"("a pear")"), R"(,"size":"64x64","stream":true)")));
  EXPECT_THAT(socket.receive_until(": drawing "), HasSubstr(R"("role":"assistant")"));
  fake->release();
  const auto rest = socket.receive_until("data: [DONE]\n\n");

  EXPECT_THAT(rest, HasSubstr(base64_encode(drawn_by(fake->calls().at(0)))));
  EXPECT_THAT(rest, HasSubstr("![image](http://gateway.example.com/images/"));
}

TEST_F(Chat, AStreamsErrorIsItsLastEvent) {
  start_chat();
  fake->reply_next(1, {500, R"({"error":"Prediction failed"})"});
  const auto answer = send(chat(user(R"("a pear")"), R"(,"size":"64x64","stream":true)"));

  EXPECT_THAT(answer, HasStatus(200));
  const auto told = told_by(answer);
  ASSERT_THAT(told.data, SizeIs(2));
  const auto error = json::parse(told.data.back()).at("error").as_object();
  EXPECT_EQ(error.at("code").as_string(), "upstream_error");
  EXPECT_THAT(answer.body, Not(HasSubstr("[DONE]")));
}

TEST_F(Chat, WhatIsWrongIsSaidBeforeAStreamBegins) {
  start_chat();
  for (const std::string stream : {"", R"(,"stream":true)"}) {
    EXPECT_THAT(send(chat(user(R"("a pear")"), R"(,"model":"gpt-4o")" + stream)),
                IsError(404, "model_not_found", "model"));
    EXPECT_THAT(send(chat(user(R"("a pear --size 10x10")"), stream)),
                IsError(400, "invalid_value", "size"));
    EXPECT_THAT(send(chat(user(text_and_picture("https://example.com/a.png")), stream)),
                IsError(400, "invalid_image_url", "messages[0].content[1].image_url"));
    EXPECT_THAT(send(chat(user(text_and_picture("data:image/png;base64,aGVsbG8=")),
                          R"(,"model":"dreamifly-qwen-edit")" + stream)),
                IsError(400, "null", "messages[0].content[1].image_url"));
  }
  EXPECT_TRUE(fake->calls().empty());
}

TEST_F(Chat, NoAddressInsideIsFetched) {
  start_chat({{"FETCH_REMOTE_IMAGES", "on"}});
  const auto answer = send(chat(user(text_and_picture("http://127.0.0.1/a.png"))));
  EXPECT_THAT(answer, IsError(400, "invalid_image_url", "messages[0].content[1].image_url"));
  EXPECT_THAT(answer.body, HasSubstr("could not be fetched"));
  EXPECT_TRUE(fake->calls().empty());
}

TEST_F(Chat, PicturesOfTheConversationReachTheUpstream) {
  start_chat();
  const auto first = send(chat(user(R"("a pear --size 64x64")")));
  const auto drawn = image_of(message_of(first));
  const std::string model = R"(,"model":"dreamifly-qwen-edit","size":"64x64")";
  const auto link = "https://elsewhere.example.com" + path_in(content_of(first));
  const auto before = user(R"("a pear")") + "," + json::serialize(message_of(first)) + ",";

  EXPECT_THAT(
      send(chat(user(text_and_picture(std::string(kDataUrl) + base64_encode(drawn))), model)),
      HasStatus(200));
  EXPECT_THAT(send(chat(user(text_and_picture(link)), model)), HasStatus(200));
  EXPECT_THAT(send(chat(before + user(R"("bluer")"), model)), HasStatus(200));
  EXPECT_THAT(
      send(chat(before + user(R"("bluer --edit --size 64x64")"), R"(,"model":"gpt-image-1")")),
      HasStatus(200))
      << "an alias stands for the editing model when there is something to edit";

  const auto calls = fake->calls();
  ASSERT_THAT(calls, SizeIs(5));
  for (std::size_t i = 1; i < calls.size(); ++i) {
    EXPECT_EQ(reference_of(calls[i]), drawn);
    EXPECT_EQ(order_of(calls[i]).at("model").as_string(), "Qwen-Image-Edit");
  }
}

TEST_F(Chat, AnEarlierPictureIsLeftAloneUnlessAskedFor) {
  start_chat();
  const auto first = send(chat(user(R"("a pear --size 64x64")")));
  const auto before = user(R"("a pear")") + "," + json::serialize(message_of(first)) + ",";
  EXPECT_THAT(send(chat(before + user(R"("an apple --size 64x64")"))), HasStatus(200));
  EXPECT_TRUE(order_of(fake->calls().at(1)).at("images").as_array().empty());
}

TEST_F(Chat, ALinkThatWasChangedOpensNothing) {
  start_chat();
  const auto first = send(chat(user(R"("a pear --size 64x64")")));
  EXPECT_THAT(send(chat(user(text_and_picture(path_in(content_of(first)) + "0")),
                        R"(,"model":"dreamifly-qwen-edit")")),
              IsError(400, "invalid_image_url", "messages[0].content[1].image_url"));
  EXPECT_THAT(fake->calls(), SizeIs(1));
}

TEST_F(Chat, AReaderWhoLeavesAndComesBackGetsTheSamePicture) {
  start_chat();
  fake->hold();
  const auto request = chat(user(R"("a pear")"), R"(,"size":"64x64","stream":true)");
  send_and_leave(request);
  auto repeat = ask_aside(port(), request.with("x-stainless-retry-count", "1"));
  EXPECT_TRUE(eventually([&] { return metric(port(), "gw_tasks_adopted_total") == 1; }));
  fake->release();
  const auto answer = repeat.get();

  EXPECT_THAT(answer, HasHeader("x-adopted", "1"));
  EXPECT_EQ(told_by(answer).data.back(), "[DONE]");
  EXPECT_THAT(fake->calls(), SizeIs(1)) << "drawn once, paid once";
}

TEST_F(Chat, ARefusalOfTheUpstreamIsAnErrorAndNoMessage) {
  start_chat();
  fake->reply_next(1, {400, R"({"error":"Invalid image dimensions"})"});
  EXPECT_THAT(send(chat(user(R"("a pear")"), R"(,"size":"64x64")")), IsError(400, "null", "size"));
}

}  // namespace
}  // namespace gw::test
