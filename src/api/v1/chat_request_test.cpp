#include "api/v1/chat_request.hpp"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace gw::api {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

Result<ChatRequest> parse(const std::string& prompt, const std::string& more) {
  return parse_chat_request(boost::json::parse(R"({"messages":[{"role":"user","content":")" +
                                               prompt + R"("}])" + more + "}")
                                .as_object(),
                            [](std::string_view, const PictureLink&) { return true; });
}

ChatRequest parsed(const std::string& prompt, const std::string& more = {}) {
  auto request = parse(prompt, more);
  EXPECT_TRUE(request) << more << (request ? "" : request.error().message());
  return request ? *std::move(request) : ChatRequest{};
}

Error refused(const std::string& prompt, const std::string& more = {}) {
  auto request = parse(prompt, more);
  EXPECT_FALSE(request) << prompt << more;
  return request ? Error() : request.error();
}

TEST(ParseChatRequest, AMessageIsEnough) {
  const auto request = parsed("a cat");
  EXPECT_EQ(request.drawing.prompt, "a cat");
  EXPECT_EQ(request.drawing.model, "");
  EXPECT_EQ(request.drawing.n, 1);
  EXPECT_EQ(request.drawing.form, ResponseForm::both);
  EXPECT_FALSE(request.drawing.stream);
  EXPECT_FALSE(request.include_usage);
  EXPECT_EQ(request.from_history, FromHistory::where_needed);
  EXPECT_THAT(request.drawing.ignored, IsEmpty());
}

TEST(ParseChatRequest, FieldsOfTheImagesApiMeanTheSame) {
  const auto request =
      parsed("a cat", R"(,"model":"dall-e-3","n":2,"size":"16:9","style":"油画","seed":7,)"
                      R"("quality":"hd","negative_prompt":"dogs","background":"opaque",)"
                      R"("output_format":"webp","safety_identifier":"u-7")");
  EXPECT_EQ(request.drawing.model, "dall-e-3");
  EXPECT_EQ(request.drawing.n, 2);
  EXPECT_EQ(request.drawing.size, (ImageSize{1368, 768}));
  EXPECT_EQ(request.drawing.style, "油画");
  EXPECT_EQ(request.drawing.seed, 7u);
  EXPECT_EQ(request.drawing.quality, Quality::hd);
  EXPECT_EQ(request.drawing.negative_prompt, "dogs");
  EXPECT_EQ(request.drawing.output.background, Background::opaque);
  EXPECT_EQ(request.drawing.output.format, ImageFormat::webp);
  EXPECT_EQ(request.drawing.safety_identifier, "u-7");
}

TEST(ParseChatRequest, HintsOfThePromptWin) {
  const auto request = parsed("a cat --size 512x512 --seed 9 --quality low --n 3 --style 卡通",
                              R"(,"size":"16:9","seed":7,"n":1,"quality":"hd","style":"油画")");
  EXPECT_EQ(request.drawing.prompt, "a cat");
  EXPECT_EQ(request.drawing.size, (ImageSize{512, 512}));
  EXPECT_EQ(request.drawing.seed, 9u);
  EXPECT_EQ(request.drawing.n, 3);
  EXPECT_EQ(request.drawing.quality, Quality::low);
  EXPECT_EQ(request.drawing.style, "卡通");
}

TEST(ParseChatRequest, AHintThatCannotBeIsRefusedByName) {
  EXPECT_EQ(refused("a cat --seed seven").param(), "seed");
  EXPECT_EQ(refused("a cat --size huge").param(), "size");
  EXPECT_EQ(refused("a cat --n 11").param(), "n");
  EXPECT_EQ(refused("a cat --quality superb").param(), "quality");
}

TEST(ParseChatRequest, APromptWithoutWordsIsRefused) {
  for (const auto* prompt : {"", "  ", "--seed 7", "  --size 1:1"}) {
    EXPECT_EQ(refused(prompt).param(), "messages") << prompt;
  }
  EXPECT_EQ(refused(std::string(32'001, 'a')).param(), "messages");
  EXPECT_EQ(parsed(std::string(32'000, 'a') + " --seed 7").drawing.seed, 7u);
}

TEST(ParseChatRequest, OpenRoutersImageConfigIsASize) {
  const auto size = [](const std::string& config, const std::string& more = {}) {
    return parsed("a cat", R"(,"image_config":)" + config + more).drawing.size;
  };
  EXPECT_EQ(size(R"({"aspect_ratio":"16:9"})"), (ImageSize{1368, 768}));
  EXPECT_EQ(size(R"({"aspect_ratio":"16:9","image_size":"2K"})"), (ImageSize{2736, 1536}));
  EXPECT_EQ(size(R"({"image_size":"2K"})"), (ImageSize{2048, 2048}));
  EXPECT_EQ(size(R"({"image_size":"1K"})"), std::nullopt);
  EXPECT_EQ(size("{}"), std::nullopt);
  EXPECT_EQ(size(R"({"aspect_ratio":"16:9"})", R"(,"size":"512x512")"), (ImageSize{512, 512}));
  EXPECT_EQ(refused("a", R"(,"image_config":{"aspect_ratio":"wide"})").param(),
            "image_config.aspect_ratio");
  EXPECT_EQ(refused("a", R"(,"image_config":{"image_size":"3K"})").param(),
            "image_config.image_size");
  EXPECT_EQ(refused("a", R"(,"image_config":7)").param(), "image_config");
}

TEST(ParseChatRequest, SamplingAndToolsAreAcceptedAndListed) {
  const auto request = parsed(
      "a cat", R"(,"temperature":0.7,"top_p":1,"max_tokens":4096,"tools":[{"type":"function"}],)"
               R"("tool_choice":"auto","response_format":{"type":"json_object"},"user":"u-1",)"
               R"("stop":null,"modalities":["image","text"])");
  EXPECT_THAT(request.drawing.ignored,
              UnorderedElementsAre("temperature", "top_p", "max_tokens", "tools", "tool_choice",
                                   "response_format", "user"));
  EXPECT_THAT(parsed("a cat", R"(,"modalities":["text"])").drawing.ignored,
              ElementsAre("modalities"));
}

TEST(ParseChatRequest, StreamsWithUsageWhenAsked) {
  const auto request = parsed("a cat", R"(,"stream":true,"stream_options":{"include_usage":true})");
  EXPECT_TRUE(request.drawing.stream);
  EXPECT_TRUE(request.include_usage);
  EXPECT_THAT(request.drawing.ignored, IsEmpty());
  EXPECT_EQ(refused("a cat", R"(,"stream":1)").param(), "stream");
  EXPECT_EQ(refused("a cat", R"(,"stream_options":1)").param(), "stream_options");
}

TEST(ParseChatRequest, HistoryIsWantedByAFieldOrAHint) {
  EXPECT_EQ(parsed("bluer --edit").from_history, FromHistory::wanted);
  EXPECT_EQ(parsed("bluer --edit").drawing.prompt, "bluer");
  EXPECT_EQ(parsed("bluer", R"(,"image_from_history":true)").from_history, FromHistory::wanted);
  EXPECT_EQ(parsed("bluer", R"(,"image_from_history":false)").from_history, FromHistory::unwanted);
}

TEST(ParseChatRequest, TheModelIsKnownBeforeAnythingElse) {
  EXPECT_EQ(chat_model(boost::json::parse(R"({"model":"a/b:1","messages":7})").as_object()),
            "a/b:1");
  EXPECT_EQ(chat_model(boost::json::parse("{}").as_object()), "");
  EXPECT_FALSE(chat_model(boost::json::parse(R"({"model":7})").as_object()));
}

}  // namespace
}  // namespace gw::api
