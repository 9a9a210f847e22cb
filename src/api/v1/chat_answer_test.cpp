#include "api/v1/chat_answer.hpp"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace gw::api {
namespace {

namespace json = boost::json;
using testing::HasSubstr;
using testing::Not;

GeneratedPicture picture(std::string bytes, std::uint64_t seed = 7) {
  GeneratedPicture made;
  made.picture = {share(std::move(bytes)), ImageFormat::png, {1024, 768}};
  made.stored = StoredPicture{PictureId{"abc"}, ImageFormat::png, 3, {}};
  made.seed = seed;
  return made;
}

ChatTerms terms(ChatPictures pictures = ChatPictures::both) {
  ChatTerms terms;
  terms.id = "chatcmpl-req_1";
  terms.created = 1'700'000'000;
  terms.model = R"(a "model")";
  terms.pictures = pictures;
  terms.request_id = "req_1";
  terms.link = [](const StoredPicture& file) {
    return "https://pictures.example.com/images/" + file.file_name() + "?a=1&b=2";
  };
  return terms;
}

Generation of(std::vector<Result<GeneratedPicture>> items) {
  Generation generation;
  generation.items = std::move(items);
  return generation;
}

std::string joined(const std::vector<SharedBytes>& pieces) {
  std::string text;
  for (const auto& piece : pieces) text += *piece;
  return text;
}

json::object message_of(const Generation& generation, const ChatTerms& terms) {
  return json::parse(joined(render_chat(generation, terms).pieces))
      .at("choices")
      .at(0)
      .at("message")
      .as_object();
}

std::string content_of(const json::object& message) {
  return std::string(message.at("content").as_string());
}

constexpr auto kDataUrl = "data:image/png;base64,aGVsbG8=";
constexpr auto kLink = "https://pictures.example.com/images/abc.png?a=1&b=2";

TEST(RenderChat, IsOneChoiceWithEverythingClientsRead) {
  const auto response = render_chat(of({picture("hello")}), terms());
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.headers.find("Content-Type"), "application/json");
  EXPECT_FALSE(response.headers.contains("x-partial-failures"));
  EXPECT_EQ(
      json::parse(joined(response.pieces)),
      json::parse(
          R"({"id":"chatcmpl-req_1","object":"chat.completion","created":1700000000,"model":"a \"model\"",)"
          R"("choices":[{"index":0,"message":{"role":"assistant","content":)"
          R"("![image](https://pictures.example.com/images/abc.png?a=1&b=2)\n\n1024x768, seed 7",)"
          R"("refusal":null,"images":[{"type":"image_url","index":0,)"
          R"("image_url":{"url":"data:image/png;base64,aGVsbG8="}}]},"logprobs":null,)"
          R"("finish_reason":"stop"}],)"
          R"("usage":{"prompt_tokens":0,"completion_tokens":0,"total_tokens":0}})"));
}

TEST(RenderChat, PlacesPicturesAsTheSettingSays) {
  const auto images = message_of(of({picture("hello")}), terms(ChatPictures::images));
  EXPECT_EQ(images.at("images").at(0).at("image_url").at("url"), kDataUrl);
  EXPECT_EQ(content_of(images), "[1024x768, seed 7](" + std::string(kLink) + ")");

  const auto markdown = message_of(of({picture("hello")}), terms(ChatPictures::markdown));
  EXPECT_FALSE(markdown.contains("images"));
  EXPECT_EQ(content_of(markdown), "![image](" + std::string(kLink) + ")\n\n1024x768, seed 7");
}

TEST(RenderChat, WithoutALinkThePictureIsStillThere) {
  auto unstored = picture("hello");
  unstored.stored.reset();
  for (const auto pictures : {ChatPictures::images, ChatPictures::both}) {
    const auto message = message_of(of({unstored}), terms(pictures));
    EXPECT_EQ(content_of(message), "1024x768, seed 7");
    EXPECT_EQ(message.at("images").at(0).at("image_url").at("url"), kDataUrl);
  }
  const auto markdown = message_of(of({unstored}), terms(ChatPictures::markdown));
  EXPECT_EQ(content_of(markdown), "![image](" + std::string(kDataUrl) + ")\n\n1024x768, seed 7");

  auto unreachable = terms(ChatPictures::markdown);
  unreachable.link = nullptr;
  EXPECT_THAT(content_of(message_of(of({picture("hello")}), unreachable)), HasSubstr(kDataUrl));
}

TEST(RenderChat, AllPicturesAreInOneMessageAndFailuresAreTold) {
  const auto generation =
      of({picture("a", 7), std::unexpected(Error(ErrorKind::content_rejected, R"(not "that")")),
          std::unexpected(Error::internal("a secret")), picture("b", 9)});
  const auto response = render_chat(generation, terms());
  EXPECT_EQ(response.headers.find("x-partial-failures"), "2");
  const auto message = message_of(generation, terms());
  EXPECT_EQ(message.at("images").as_array().size(), 2u);
  EXPECT_EQ(message.at("images").at(1).at("index"), 1);
  EXPECT_THAT(content_of(message), HasSubstr("\n\nPicture 2 of 4 failed: not \"that\"\n\n"));
  EXPECT_THAT(content_of(message), HasSubstr("req_1"));
  EXPECT_THAT(content_of(message), Not(HasSubstr("secret")));
}

// --- chunks

json::value data(const ChatChunks::Pieces& pieces) {
  const auto text = joined(pieces);
  EXPECT_FALSE(text.contains('\n'));
  return json::parse(text);
}

json::object delta(const ChatChunks::Pieces& pieces) {
  const auto chunk = data(pieces);
  EXPECT_EQ(chunk.at("object"), "chat.completion.chunk");
  EXPECT_EQ(chunk.at("id"), "chatcmpl-req_1");
  EXPECT_EQ(chunk.at("created"), 1'700'000'000);
  EXPECT_TRUE(chunk.at("choices").at(0).at("finish_reason").is_null());
  return chunk.at("choices").at(0).at("delta").as_object();
}

TEST(ChatChunks, PicturesAndTextComeApart) {
  ChatChunks chunks(terms());
  EXPECT_EQ(json::value(delta(chunks.role())), json::parse(R"({"role":"assistant","content":""})"));
  for (const int index : {0, 1}) {
    const auto events = chunks.picture(picture("hello"));
    ASSERT_EQ(events.size(), 2u);
    const auto image = delta(events[0]);
    EXPECT_EQ(image.at("content"), "");
    EXPECT_EQ(image.at("images").at(0).at("index"), index);
    EXPECT_EQ(image.at("images").at(0).at("type"), "image_url");
    EXPECT_EQ(image.at("images").at(0).at("image_url").at("url"), kDataUrl);
    const auto text = delta(events[1]);
    EXPECT_FALSE(text.contains("images"));
    EXPECT_EQ(content_of(text), std::string(index == 0 ? "" : "\n\n") + "![image](" + kLink +
                                    ")\n\n1024x768, seed 7");
  }
}

TEST(ChatChunks, AMarkdownTagIsWhole) {
  auto unreachable = terms(ChatPictures::markdown);
  unreachable.link = nullptr;
  ChatChunks chunks(unreachable);
  const auto events = chunks.picture(picture("hello"));
  ASSERT_EQ(events.size(), 1u);
  EXPECT_THAT(content_of(delta(events[0])), HasSubstr("![image](" + std::string(kDataUrl) + ")"));
}

TEST(ChatChunks, EndWithTheReasonAndTheUsage) {
  const ChatChunks chunks(terms());
  const auto stop = data(chunks.stop());
  EXPECT_EQ(stop.at("choices").at(0),
            json::parse(R"({"index":0,"delta":{},"logprobs":null,"finish_reason":"stop"})"));
  const auto usage = data(chunks.usage());
  EXPECT_TRUE(usage.at("choices").as_array().empty());
  EXPECT_EQ(usage.at("usage").at("total_tokens"), 0);
}

TEST(ChatChunks, ErrorsAreNested) {
  const ChatChunks chunks(terms());
  const auto error = data(chunks.error(Error(ErrorKind::content_rejected, "no")));
  EXPECT_EQ(error, json::parse(R"({"error":{"message":"no","type":"invalid_request_error",)"
                               R"("param":null,"code":"content_policy_violation"}})"));
}

TEST(ChatChunks, OneFailureOfSeveralIsText) {
  ChatChunks chunks(terms());
  EXPECT_EQ(content_of(delta(chunks.failure({1, Error(ErrorKind::upstream_error, "lost")}, 3))),
            "Picture 2 of 3 failed: lost");
}

}  // namespace
}  // namespace gw::api
