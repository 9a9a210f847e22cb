#include "api/v1/images_wire.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace gw::api {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// A body with a prompt and whatever else.
std::string with(std::string_view more) {
  return R"({"prompt":"a cat",)" + std::string(more) + "}";
}

GenerationRequest parsed(const std::string& body) {
  auto request = parse_generation_request(body);
  EXPECT_TRUE(request.has_value()) << body << (request ? "" : request.error().message());
  return request ? *request : GenerationRequest{};
}

TEST(ParseGenerationRequest, APromptIsEnough) {
  const auto request = parsed(R"({"prompt":"一只猫"})");
  EXPECT_EQ(request.prompt, "一只猫");
  EXPECT_EQ(request.model, "");
  EXPECT_EQ(request.n, 1);
  EXPECT_FALSE(request.size.has_value());
  EXPECT_EQ(request.quality, Quality::automatic);
  EXPECT_FALSE(request.seed.has_value());
  EXPECT_FALSE(request.steps.has_value());
  EXPECT_EQ(request.form, ResponseForm::unset);
  EXPECT_EQ(request.output.background, Background::automatic);
  EXPECT_THAT(request.ignored, IsEmpty());
}

TEST(ParseGenerationRequest, EveryParameterThatWorks) {
  const auto request = parsed(with(
      R"("model":"dall-e-3","n":3,"size":"1792x1024","quality":"hd","response_format":"url",)"
      R"("output_format":"webp","output_compression":80,"background":"opaque","stream":false,)"
      R"("seed":42,"negative_prompt":"dogs","steps":20,"style":"油画","safety_identifier":"u-7")"));
  EXPECT_EQ(request.model, "dall-e-3");
  EXPECT_EQ(request.n, 3);
  EXPECT_EQ(request.size, (ImageSize{1792, 1024}));
  EXPECT_EQ(request.quality, Quality::hd);
  EXPECT_EQ(request.form, ResponseForm::url);
  EXPECT_EQ(request.output.format, ImageFormat::webp);
  EXPECT_EQ(request.output.compression, 80);
  EXPECT_EQ(request.output.background, Background::opaque);
  EXPECT_EQ(request.seed, 42u);
  EXPECT_EQ(request.negative_prompt, "dogs");
  EXPECT_EQ(request.steps, 20);
  EXPECT_EQ(request.style, "油画");
  EXPECT_EQ(request.safety_identifier, "u-7");
  EXPECT_THAT(request.ignored, IsEmpty());
}

TEST(ParseGenerationRequest, NullIsAbsentEverywhere) {
  const auto request = parsed(with(
      R"("model":null,"n":null,"size":null,"quality":null,"response_format":null,)"
      R"("output_format":null,"output_compression":null,"background":null,"moderation":null,)"
      R"("stream":null,"partial_images":null,"style":null,"user":null,"safety_identifier":null,)"
      R"("complexity":null,"frame_count":null,"frame_duration_ms":null,"svg":null,"markup":null,)"
      R"("seed":null,"negative_prompt":null,"steps":null,"vendor":null)"));
  EXPECT_EQ(request.n, 1);
  EXPECT_THAT(request.ignored, IsEmpty());
}

TEST(ParseGenerationRequest, WhatHasNoEffectIsListed) {
  const auto request = parsed(with(
      R"("user":"u-1","moderation":"low","complexity":"high","partial_images":2,"image_size":"1K","cfg":7)"));
  EXPECT_EQ(request.user, "u-1");
  EXPECT_THAT(request.ignored, ElementsAre("user", "moderation", "complexity", "partial_images",
                                           "image_size", "cfg"));
}

TEST(ParseGenerationRequest, AStreamMayHavePreviews) {
  const auto plain = parsed(with(R"("stream":false)"));
  EXPECT_FALSE(plain.stream);
  const auto streamed = parsed(with(R"("stream":true,"partial_images":3)"));
  EXPECT_TRUE(streamed.stream);
  EXPECT_EQ(streamed.previews, 3);
  EXPECT_THAT(streamed.ignored, IsEmpty());
  EXPECT_EQ(parsed(with(R"("stream":true,"partial_images":null)")).previews, 0);
}

TEST(ParseGenerationRequest, WhetherItIsKeptIsTheClientsWord) {
  EXPECT_EQ(parsed(with(R"("store":false)")).store, false);
  EXPECT_EQ(parsed(with(R"("store":true)")).store, true);
  EXPECT_FALSE(parsed(with(R"("n":1)")).store.has_value());
  EXPECT_THAT(parsed(with(R"("store":false)")).ignored, IsEmpty());
  EXPECT_EQ(parse_generation_request(with(R"("store":"no")")).error().param(), "store");
}

TEST(ParseGenerationRequest, ZeroAndMinusOneAreRandomSeeds) {
  EXPECT_FALSE(parsed(with(R"("seed":0)")).seed.has_value());
  EXPECT_FALSE(parsed(with(R"("seed":-1)")).seed.has_value());
  EXPECT_EQ(parsed(with(R"("seed":9007199254740991)")).seed, 9'007'199'254'740'991u);
}

TEST(ParseGenerationRequest, AutoSizeIsNoSize) {
  EXPECT_FALSE(parsed(with(R"("size":"auto")")).size.has_value());
}

struct Refusal {
  std::string body;
  std::string param;
  std::string code;
};

class Refused : public testing::TestWithParam<Refusal> {};

TEST_P(Refused, NamesTheField) {
  const auto request = parse_generation_request(GetParam().body);
  ASSERT_FALSE(request.has_value()) << GetParam().body;
  EXPECT_EQ(request.error().kind(), ErrorKind::invalid_request);
  EXPECT_EQ(request.error().param(), GetParam().param) << GetParam().body;
  EXPECT_EQ(request.error().code(), GetParam().code) << GetParam().body;
  EXPECT_FALSE(request.error().message().empty());
}

INSTANTIATE_TEST_SUITE_P(
    Fields, Refused,
    testing::Values(
        Refusal{"", "", "invalid_json"}, Refusal{"[]", "", "invalid_json"},
        Refusal{"{}", "prompt", "missing_required_parameter"},
        Refusal{R"({"prompt":null})", "prompt", "missing_required_parameter"},
        Refusal{R"({"prompt":""})", "prompt", "invalid_value"},
        Refusal{R"({"prompt":" \n\t "})", "prompt", "invalid_value"},
        Refusal{R"({"prompt":["a"]})", "prompt", "invalid_type"},
        Refusal{R"({"prompt":")" + std::string(32'001, 'a') + R"("})", "prompt", "invalid_value"},
        Refusal{with(R"("model":7)"), "model", "invalid_type"},
        Refusal{with(R"("n":0)"), "n", "invalid_value"},
        Refusal{with(R"("n":11)"), "n", "invalid_value"},
        Refusal{with(R"("n":1.5)"), "n", "invalid_type"},
        Refusal{with(R"("n":"2")"), "n", "invalid_type"},
        Refusal{with(R"("n":99999999999999999999)"), "n", "invalid_value"},
        Refusal{with(R"("size":"big")"), "size", "invalid_value"},
        Refusal{with(R"("size":1024)"), "size", "invalid_type"},
        Refusal{with(R"("quality":"ultra")"), "quality", "invalid_value"},
        Refusal{with(R"("response_format":"json")"), "response_format", "invalid_value"},
        Refusal{with(R"("output_format":"bmp")"), "output_format", "invalid_value"},
        Refusal{with(R"("output_format":"gif")"), "output_format", "unsupported_value"},
        Refusal{with(R"("output_format":"svg")"), "output_format", "unsupported_value"},
        Refusal{with(R"("output_compression":101)"), "output_compression", "invalid_value"},
        Refusal{with(R"("output_compression":-1)"), "output_compression", "invalid_value"},
        Refusal{with(R"("background":"blue")"), "background", "invalid_value"},
        Refusal{with(R"("background":"transparent","output_format":"jpeg")"), "background",
                "invalid_value"},
        Refusal{with(R"("moderation":"high")"), "moderation", "invalid_value"},
        Refusal{with(R"("stream":"true")"), "stream", "invalid_type"},
        Refusal{with(R"("partial_images":4)"), "partial_images", "invalid_value"},
        Refusal{with(R"("user":{})"), "user", "invalid_type"},
        Refusal{with(R"("complexity":"none")"), "complexity", "invalid_value"},
        Refusal{with(R"("frame_count":4)"), "frame_count", "unsupported_value"},
        Refusal{with(R"("frame_duration_ms":100)"), "frame_duration_ms", "unsupported_value"},
        Refusal{with(R"("svg":{"model":"x"})"), "svg", "unsupported_value"},
        Refusal{with(R"("markup":"x")"), "markup", "unsupported_value"},
        Refusal{with(R"("seed":-2)"), "seed", "invalid_value"},
        Refusal{with(R"("seed":1e300)"), "seed", "invalid_value"},
        Refusal{with(R"("seed":1.25)"), "seed", "invalid_type"},
        Refusal{with(R"("steps":0)"), "steps", "invalid_value"},
        Refusal{with(R"("negative_prompt":1)"), "negative_prompt", "invalid_type"},
        Refusal{with(R"("style":1)"), "style", "invalid_type"}));

TEST(ParseGenerationRequest, ThePromptIsCountedInCharacters) {
  std::string cats;
  for (int i = 0; i < 32'000; ++i) cats += "猫";
  EXPECT_EQ(parsed(R"({"prompt":")" + cats + R"("})").prompt.size(), 96'000u);
}

TEST(ParseGenerationRequest, ManyUnknownFieldsAreNotAllRemembered) {
  std::string body = R"({"prompt":"a cat")";
  for (int i = 0; i < 1'000; ++i) {
    body.append(",\"f").append(std::to_string(i)).append("\":1");
  }
  body += ",\"" + std::string(10'000, 'x') + "\":1}";
  EXPECT_EQ(parsed(body).ignored.size(), 20u);
}

TEST(HeaderList, HasOnlyTokensWhateverTheFieldsAreCalled) {
  EXPECT_EQ(header_list({"user", "a\r\nSet-Cookie: x", "猫", "user", ""}),
            "user, a__Set-Cookie__x, ___");
  EXPECT_EQ(header_list({}), "");
  EXPECT_EQ(header_list({std::string(500, 'x')}).size(), 64u);
  EXPECT_LT(header_list(std::vector<std::string>(500, "same")).size(), 10u);
}

TEST(DecidedForm, TheClientsWordWins) {
  EXPECT_EQ(decided_form(ResponseForm::b64_json, "dall-e-3"), ResponseForm::b64_json);
  EXPECT_EQ(decided_form(ResponseForm::url, "gpt-image-1"), ResponseForm::url);
}

TEST(DecidedForm, ClientsOfDallEExpectLinksAndAllOthersBytes) {
  for (const auto* model : {"dall-e-2", "dall-e-3", "DALL-E-3", "dalle3", "azure/dall-e-3"}) {
    EXPECT_EQ(decided_form(ResponseForm::unset, model), ResponseForm::url) << model;
  }
  for (const auto* model : {"", "gpt-image-1", "dreamifly-qwen-image"}) {
    EXPECT_EQ(decided_form(ResponseForm::unset, model), ResponseForm::b64_json) << model;
  }
}

TEST(RepeatMarksOfHeaders, AreRead) {
  http::Headers headers;
  headers.add("Idempotency-Key", "k-1");
  headers.add("X-Stainless-Retry-Count", "2");
  headers.add("Cache-Control", "max-age=0, No-Cache");
  headers.add("X-OpenWebUI-User-Email", "someone@example.com");
  const auto marks = repeat_marks(headers);
  EXPECT_EQ(marks.idempotency_key, "k-1");
  EXPECT_EQ(marks.retry_count, 2);
  EXPECT_TRUE(marks.fresh);
  EXPECT_EQ(marks.end_user, "someone@example.com");
}

TEST(RepeatMarksOfHeaders, NonsenseIsNoMark) {
  http::Headers headers;
  headers.add("X-Stainless-Retry-Count", "99999999999999999999");
  EXPECT_EQ(repeat_marks(headers).retry_count, 0);
  EXPECT_FALSE(repeat_marks({}).fresh);
}

}  // namespace
}  // namespace gw::api
