#include "api/v1/chat_messages.hpp"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace gw::api {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

// "hello"
constexpr std::string_view kPicture = "data:image/png;base64,aGVsbG8=";

Result<ChatTurn> read(const std::string& messages) {
  const auto is_ours = [](std::string_view, const PictureLink& link) {
    return link.signature != "theirs";
  };
  return read_messages(boost::json::parse("{\"messages\":" + messages + "}").as_object(), is_ours);
}

ChatTurn turn_of(const std::string& messages) {
  auto turn = read(messages);
  EXPECT_TRUE(turn) << messages << (turn ? "" : turn.error().message());
  return turn ? *std::move(turn) : ChatTurn{};
}

std::string bytes_of(const ChatPicture& picture) {
  return *std::get<SharedBytes>(picture.source);
}

std::string picture_part(std::string_view url = kPicture) {
  return R"({"type":"image_url","image_url":{"url":")" + std::string(url) + R"("}})";
}

std::string user(const std::string& content) {
  return R"({"role":"user","content":)" + content + "}";
}

std::string assistant(const std::string& members) {
  return R"({"role":"assistant",)" + members + "}";
}

TEST(ReadMessages, TheLastUserMessageIsThePrompt) {
  const auto turn =
      turn_of(R"([{"role":"system","content":"be brief"},{"role":"user","content":"a dog"},)"
              R"({"role":"assistant","content":"here"},{"role":"user","content":"a cat"}])");
  EXPECT_EQ(turn.prompt, "a cat");
  EXPECT_THAT(turn.pictures, IsEmpty());
  EXPECT_FALSE(turn.drawn_before);
}

TEST(ReadMessages, PartsAreTextAndPictures) {
  const auto turn = turn_of("[" +
                            user(R"([{"type":"text","text":"a cat"},)" + picture_part() +
                                 R"(,{"type":"input_text","text":"in the snow"},)"
                                 R"({"type":"image_url","image_url":")" +
                                 std::string(kPicture) + R"("}])") +
                            "]");
  EXPECT_EQ(turn.prompt, "a cat\nin the snow");
  ASSERT_THAT(turn.pictures, SizeIs(2));
  EXPECT_EQ(bytes_of(turn.pictures[0]), "hello");
  EXPECT_EQ(turn.pictures[0].param, "messages[0].content[1].image_url");
  EXPECT_EQ(turn.pictures[1].param, "messages[0].content[3].image_url");
}

TEST(ReadMessages, LinksOfThisGatewayAreTakenFromAnyAddress) {
  for (const auto* url :
       {"https://pictures.example.com/images/abc.png?expires=17&signature=s-_",
        "http://127.0.0.1:8088/gateway/images/abc.png?signature=s-_&expires=17#top",
        "/images/abc.png?expires=17&signature=s-_"}) {
    SCOPED_TRACE(url);
    const auto turn = turn_of("[" + user("[" + picture_part(url) + "]") + "]");
    ASSERT_THAT(turn.pictures, SizeIs(1));
    const auto& link = std::get<PictureLink>(turn.pictures[0].source);
    EXPECT_EQ(link.file_name, "abc.png");
    EXPECT_EQ(link.expires, "17");
    EXPECT_EQ(link.signature, "s-_");
  }
}

TEST(ReadMessages, WhatLiesElsewhereIsOnlyNamed) {
  for (const auto* url : {"https://example.com/cat.png", "http://10.0.0.1/images/a.png?expires=1",
                          "https://example.com/a.png?expires=1&signature=2", "file:///etc/passwd",
                          "https://example.com/images/?expires=1&signature=2", "aGVsbG8=", ""}) {
    SCOPED_TRACE(url);
    const auto turn = turn_of("[" + user("[" + picture_part(url) + "]") + "]");
    ASSERT_THAT(turn.pictures, SizeIs(1));
    EXPECT_EQ(std::get<RemoteUrl>(turn.pictures[0].source).text, url);
    EXPECT_EQ(turn.pictures[0].param, "messages[0].content[0].image_url");
  }
}

TEST(ReadMessages, OfTheAssistantNothingFromElsewhereIsTaken) {
  const std::string images = R"("images":[)" + picture_part("https://example.com/cat.png") + "]";
  const std::string text = R"x("content":"![a](https://example.com/a.png)")x";
  for (const auto& members : {images, text}) {
    const auto turn = turn_of("[" + assistant(members) + "," + user(R"("bluer")") + "]");
    EXPECT_FALSE(turn.drawn_before) << members;
  }
}

TEST(ReadMessages, WhatIsWrongIsNamed) {
  const std::pair<std::string, std::string> cases[] = {
      {"null", "messages"},
      {"{}", "messages"},
      {"[]", "messages"},
      {"[7]", "messages[0]"},
      {R"([{"content":"a cat"}])", "messages[0]"},
      {R"([{"role":"assistant","content":"a cat"}])", "messages"},
      {"[" + user("null") + "]", "messages[0].content"},
      {"[" + user("7") + "]", "messages[0].content"},
      {"[" + user("[7]") + "]", "messages[0].content[0]"},
      {"[" + user(R"([{"type":"text"}])") + "]", "messages[0].content[0].text"},
      {"[" + user(R"([{"type":"input_audio"}])") + "]", "messages[0].content[0].type"},
      {"[" + user(R"([{"type":"image_url"}])") + "]", "messages[0].content[0].image_url"},
      {"[" + user("[" + picture_part("data:image/png;base64,?") + "]") + "]",
       "messages[0].content[0].image_url"},
  };
  for (const auto& [messages, param] : cases) {
    SCOPED_TRACE(messages);
    const auto turn = read(messages);
    ASSERT_FALSE(turn);
    EXPECT_EQ(turn.error().kind(), ErrorKind::invalid_request);
    EXPECT_EQ(turn.error().param(), param);
  }
}

TEST(ReadMessages, SeventeenPicturesAreTooMany) {
  std::string parts = picture_part();
  for (int i = 1; i < 16; ++i) parts += "," + picture_part();
  EXPECT_THAT(turn_of("[" + user("[" + parts + "]") + "]").pictures, SizeIs(16));
  const auto turn = read("[" + user("[" + parts + "," + picture_part() + "]") + "]");
  ASSERT_FALSE(turn);
  EXPECT_EQ(turn.error().param(), "messages[0].content[16]");
}

TEST(ReadMessages, TheAssistantsLastPictureIsFoundWhereverItIs) {
  const std::string url(kPicture);
  for (const auto& members :
       {R"("content":"","images":[{"type":"image_url","image_url":{"url":"data:,"}},)" +
            picture_part() + "]",
        R"("images":[")" + url + R"("])", R"("content":[)" + picture_part() + "]",
        R"("content":[{"type":"text","text":"![image]()" + url + R"x()"}])x",
        R"("content":"![a](https://example.com/a.png) ![image]()" + url +
            R"x() [b](https://example.com)")x"}) {
    SCOPED_TRACE(members);
    const auto turn = turn_of("[" + assistant(members) + "," + user(R"("bluer")") + "," +
                              assistant(R"("content":"a moment")") + "," + user(R"("now!")") + "]");
    EXPECT_EQ(turn.prompt, "now!");
    ASSERT_TRUE(turn.drawn_before);
    EXPECT_EQ(bytes_of(*turn.drawn_before), "hello");
    EXPECT_EQ(turn.drawn_before->param, "messages[0]");
  }
}

TEST(ReadMessages, APlainLinkOfOursIsAPictureToo) {
  const auto turn = turn_of(
      "[" +
      assistant(
          R"x("content":"[8x8](https://x.example.com/images/a.png?expires=1&signature=2)")x") +
      "," + user(R"("bluer")") + "]");
  ASSERT_TRUE(turn.drawn_before);
  EXPECT_EQ(std::get<PictureLink>(turn.drawn_before->source).file_name, "a.png");
}

TEST(ReadMessages, WhatTheAssistantSaidCannotBeWrong) {
  for (const auto* members :
       {R"("content":null)", R"("content":7,"images":{})", R"("images":[7,{}])",
        R"x("content":"![](data:image/png;base64,?)")x", R"x("content":"![](")x"}) {
    SCOPED_TRACE(members);
    EXPECT_FALSE(turn_of("[" + assistant(members) + "," + user(R"("a cat")") + "]").drawn_before);
  }
}

TEST(ReadMessages, WhatOnlyLooksLikeALinkOfOursLiesElsewhere) {
  const auto theirs = "https://cdn.example.com/images/abc.png?expires=17&signature=theirs";
  const auto turn = turn_of("[" + user("[" + picture_part(theirs) + "]") + "]");
  ASSERT_THAT(turn.pictures, SizeIs(1));
  EXPECT_EQ(std::get<RemoteUrl>(turn.pictures[0].source).text, theirs);
}

TEST(ReadMessages, ALinkOfSomebodyElsesDoesNotHideThePictureThatWasDrawn) {
  const auto turn = turn_of(
      "[" +
      assistant(R"x("content":"![a](/images/abc.png?expires=17&signature=good) from )x"
                R"x([b](https://cdn.example.com/images/b.png?expires=17&signature=theirs)")x") +
      "," + user("\"bluer\"") + "]");
  ASSERT_TRUE(turn.drawn_before);
  EXPECT_EQ(std::get<PictureLink>(turn.drawn_before->source).file_name, "abc.png");
}

}  // namespace
}  // namespace gw::api
