#include "providers/openai/order_body.hpp"

#include "base/json.hpp"
#include "tests/support/fake_png.hpp"

#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace gw::openai {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

ImageOrder order() {
  ImageOrder order;
  order.upstream_model = "dall-e-3";
  order.prompt = "a \"red\" apple\n苹果";
  order.size = {1024, 768};
  order.seed = 9;
  order.negative_prompt = "blue";
  order.steps = 20;
  return order;
}

boost::json::object json_body(const ImageOrder& order, const Asking& asking = {}) {
  return parse_json_object(order_body(order, asking).bytes).value();
}

struct Part {
  std::string head;
  std::string content;
};

std::vector<Part> parts_of(const OrderBody& body) {
  const auto boundary = "--" + body.content_type.substr(body.content_type.find('=') + 1);
  std::vector<Part> parts;
  auto at = body.bytes.find(boundary);
  for (;;) {
    const auto begin = at + boundary.size() + 2;
    const auto end = body.bytes.find("\r\n" + boundary, at + 1);
    if (end == std::string::npos) break;
    const auto part = body.bytes.substr(begin, end - begin);
    const auto blank = part.find("\r\n\r\n");
    parts.push_back({part.substr(0, blank), part.substr(blank + 4)});
    at = end + 2;
  }
  EXPECT_EQ(body.bytes.substr(at), boundary + "--\r\n");
  return parts;
}

std::string content_of(const std::vector<Part>& parts, const std::string& name) {
  for (const auto& part : parts) {
    if (part.head.contains("name=\"" + name + "\"")) return part.content;
  }
  return "(absent)";
}

ImageOrder edit(std::size_t references) {
  auto wanted = order();
  wanted.upstream_model = "gpt-image-1";
  for (std::size_t i = 0; i < references; ++i)
    wanted.references.push_back(share(test::fake_png({8, 8}, std::to_string(i))));
  return wanted;
}

TEST(GenerationBody, IsWhatTheApiKnows) {
  const auto body = order_body(order(), {});
  EXPECT_EQ(body.path, "/images/generations");
  EXPECT_EQ(body.content_type, "application/json");
  EXPECT_EQ(boost::json::serialize(json_body(order())),
            R"({"model":"dall-e-3","prompt":"a \"red\" apple\n苹果","n":1,"size":"1024x768",)"
            R"("response_format":"b64_json"})");
}

TEST(GenerationBody, LeavesTheSizeToTheUpstream) {
  auto wanted = order();
  wanted.size = {0, 0};
  EXPECT_FALSE(json_body(wanted).contains("size"));
}

TEST(GenerationBody, PassesTheQualityOnAsAWord) {
  auto wanted = order();
  wanted.quality = Quality::hd;
  EXPECT_EQ(json_body(wanted).at("quality"), "hd");
  wanted.quality = Quality::automatic;
  EXPECT_FALSE(json_body(wanted).contains("quality"));
}

TEST(GenerationBody, AsksForTransparency) {
  auto wanted = order();
  wanted.transparent = true;
  EXPECT_EQ(json_body(wanted).at("background"), "transparent");
}

TEST(GenerationBody, LeavesOutWhatTheModelRefuses) {
  EXPECT_FALSE(
      json_body(order(), {.response_format = ResponseFormat::refused}).contains("response_format"));
}

TEST(GenerationBody, HasExtensionsWhereTheyAreKnown) {
  const auto body = json_body(order(), {.extensions = Extensions::passed_on});
  EXPECT_EQ(body.at("seed"), 9);
  EXPECT_EQ(body.at("negative_prompt"), "blue");
  EXPECT_EQ(body.at("steps"), 20);
}

TEST(GenerationBody, HasNoExtensionWithoutAValue) {
  auto wanted = order();
  wanted.negative_prompt.clear();
  wanted.steps = 0;
  const auto body = json_body(wanted, {.extensions = Extensions::passed_on});
  EXPECT_FALSE(body.contains("negative_prompt"));
  EXPECT_FALSE(body.contains("steps"));
}

TEST(GenerationBody, AsksForAStreamOfPreviews) {
  const auto body = json_body(order(), {.previews = 2});
  EXPECT_EQ(body.at("stream"), true);
  EXPECT_EQ(body.at("partial_images"), 2);
}

TEST(EditBody, HasTheFieldsAsParts) {
  auto wanted = edit(1);
  wanted.quality = Quality::high;
  const auto body = order_body(wanted, {.response_format = ResponseFormat::refused, .previews = 1});
  EXPECT_EQ(body.path, "/images/edits");
  EXPECT_THAT(body.content_type, testing::StartsWith("multipart/form-data; boundary="));
  const auto parts = parts_of(body);
  EXPECT_EQ(content_of(parts, "model"), "gpt-image-1");
  EXPECT_EQ(content_of(parts, "prompt"), "a \"red\" apple\n苹果");
  EXPECT_EQ(content_of(parts, "n"), "1");
  EXPECT_EQ(content_of(parts, "size"), "1024x768");
  EXPECT_EQ(content_of(parts, "quality"), "high");
  EXPECT_EQ(content_of(parts, "stream"), "true");
  EXPECT_EQ(content_of(parts, "response_format"), "(absent)");
}

TEST(EditBody, HasOnePictureAsImage) {
  const auto parts = parts_of(order_body(edit(1), {}));
  EXPECT_EQ(content_of(parts, "image"), test::fake_png({8, 8}, "0"));
  EXPECT_THAT(parts.back().head, HasSubstr("filename=\"image-1.png\""));
  EXPECT_THAT(parts.back().head, HasSubstr("Content-Type: image/png"));
}

TEST(EditBody, HasSeveralPicturesInTheirOrder) {
  std::vector<std::string> pictures;
  for (const auto& part : parts_of(order_body(edit(3), {}))) {
    if (part.head.contains("name=\"image[]\"")) pictures.push_back(part.content);
    EXPECT_THAT(part.head, Not(HasSubstr("name=\"image\"")));
  }
  EXPECT_THAT(pictures, ElementsAre(test::fake_png({8, 8}, "0"), test::fake_png({8, 8}, "1"),
                                    test::fake_png({8, 8}, "2")));
}

TEST(EditBody, TellsTheFormatByTheBytes) {
  auto wanted = edit(0);
  wanted.references.push_back(
      share(std::string("\xff\xd8\xff\xc0\x00\x11\x08\x00\x08\x00\x08\x03\x01\x22\x00\x02\x11\x01"
                        "\x03\x11\x01",
                        21)));
  EXPECT_THAT(parts_of(order_body(wanted, {})).back().head, HasSubstr("image/jpeg"));
}

TEST(EditBody, HasTheMaskLast) {
  auto wanted = edit(2);
  wanted.mask = share(test::fake_png({8, 8}, "mask"));
  const auto parts = parts_of(order_body(wanted, {}));
  EXPECT_EQ(parts.back().content, test::fake_png({8, 8}, "mask"));
  EXPECT_THAT(parts.back().head, HasSubstr("name=\"mask\"; filename=\"mask.png\""));
}

TEST(EditBody, HasABoundaryThatNoPictureHolds) {
  const auto first = order_body(edit(1), {});
  const auto boundary = first.content_type.substr(first.content_type.find('=') + 1);
  auto wanted = edit(1);
  wanted.references[0] = share(test::fake_png({8, 8}, "\r\n--" + boundary + "--\r\n"));
  wanted.prompt = "--" + boundary;
  const auto second = order_body(wanted, {});
  EXPECT_THAT(second.content_type, Not(HasSubstr(boundary)));
  EXPECT_EQ(content_of(parts_of(second), "image"), *wanted.references[0]);
}

}  // namespace
}  // namespace gw::openai
