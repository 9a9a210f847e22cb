#include "providers/openai/drawing.hpp"

#include "base/base64.hpp"
#include "tests/support/fake_png.hpp"

#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

namespace gw::openai {
namespace {

using testing::HasSubstr;

const std::string kPng = test::fake_png({40, 30}, "with some more bytes behind its head");

std::vector<std::string_view> cut(std::string_view text, std::size_t size) {
  std::vector<std::string_view> blocks;
  for (std::size_t at = 0; at < text.size(); at += size) blocks.push_back(text.substr(at, size));
  return blocks;
}

Result<Drawing> read(const std::string& body, std::size_t size = 7) {
  const auto blocks = cut(body, size);
  return read_drawing(blocks);
}

std::string fault_of(const std::string& body) {
  const auto drawing = read(body);
  if (drawing) return "a drawing";
  EXPECT_EQ(drawing.error().kind(), ErrorKind::upstream_error);
  return drawing.error().detail();
}

std::string answer(const std::string& members) {
  return R"({"created":1,"data":[{)" + members + R"(}],"usage":{"total_tokens":5}})";
}

TEST(OpenAiDrawing, IsReadHoweverTheAnswerIsCut) {
  const auto body = answer(R"("revised_prompt":"a \"b64_json\": \\ x","b64_json" : ")" +
                           base64_encode(kPng) + "\"");
  for (std::size_t size = 1; size < body.size(); ++size) {
    const auto drawing = read(body, size);
    ASSERT_TRUE(drawing) << size << drawing.error().detail();
    const auto& picture = std::get<Picture>(*drawing);
    EXPECT_EQ(*picture.bytes, kPng);
    EXPECT_EQ(picture.size, (ImageSize{40, 30}));
  }
}

TEST(OpenAiDrawing, MayComeAsADataUrlInEitherMember) {
  const auto url = "data:image/png;base64," + base64_encode(kPng);
  EXPECT_EQ(*std::get<Picture>(read(answer(R"("b64_json":")" + url + "\"")).value()).bytes, kPng);
  EXPECT_EQ(*std::get<Picture>(read(answer(R"("url":")" + url + "\"")).value()).bytes, kPng);
}

TEST(OpenAiDrawing, MayHaveEscapedSlashes) {
  std::string text =
      base64_encode(std::string("\x89PNG\r\n\x1a\n") + kPng.substr(8) + "\xff\xff\xff\xff\xff\xff");
  ASSERT_THAT(text, HasSubstr("/"));
  std::string escaped;
  for (const char c : text) escaped += c == '/' ? std::string("\\/") : std::string(1, c);
  EXPECT_TRUE(read(answer(R"("b64_json":")" + escaped + "\"")));
}

TEST(OpenAiDrawing, IsFetchedWhenItIsAUrl) {
  const auto drawing = read(answer(R"("b64_json":null,"url":"https://example.com/a.png")"));
  ASSERT_TRUE(drawing);
  EXPECT_EQ(std::get<PictureUrl>(*drawing).url, "https://example.com/a.png");
}

TEST(OpenAiDrawing, IsTheFirstOfSeveral) {
  const auto one = base64_encode(kPng);
  const auto other = base64_encode(test::fake_png({8, 8}));
  const auto drawing =
      read(R"({"data":[{"b64_json":")" + one + R"("},{"b64_json":")" + other + R"("}]})");
  EXPECT_EQ(*std::get<Picture>(drawing.value()).bytes, kPng);
}

TEST(OpenAiDrawing, IsNothingElse) {
  EXPECT_THAT(fault_of(""), HasSubstr("no JSON object"));
  EXPECT_THAT(fault_of("<html>"), HasSubstr("no JSON object"));
  EXPECT_THAT(fault_of("{}"), HasSubstr("data[0]"));
  EXPECT_THAT(fault_of(R"({"data":[]})"), HasSubstr("data[0]"));
  EXPECT_THAT(fault_of(R"({"data":["x"]})"), HasSubstr("data[0]"));
  EXPECT_THAT(fault_of(answer("")), HasSubstr("neither"));
  EXPECT_THAT(fault_of(answer(R"("b64_json":"")")), HasSubstr("neither"));
  EXPECT_THAT(fault_of(answer(R"("b64_json":"a$cd")")), HasSubstr("broken base64"));
  EXPECT_THAT(fault_of(answer(R"("b64_json":"QUJDR")")), HasSubstr("broken base64"));
  EXPECT_THAT(fault_of(answer(R"("b64_json":"QUJDRA==")")), HasSubstr("4 bytes"));
  EXPECT_THAT(fault_of(answer(R"("url":"data:image/png;base64,")")), HasSubstr("0 bytes"));
  EXPECT_THAT(fault_of(answer(R"("b64_json":"iVBORw0KGgo)")), HasSubstr("no JSON object"));
}

// The long string kept apart is the same as the parser's.
TEST(OpenAiDrawing, IsTheSameForBothWaysOfUnpacking) {
  const auto text = base64_encode(kPng);
  for (const auto& body :
       {answer(R"("b64_json":")" + text + "\""), answer(R"("url":"/x"})"), answer(""),
        R"({"type":"image_generation.completed","b64_json":")" + text + "\"}",
        R"({"b64_json":"","data":[{"b64_json":")" + text + R"("}]})"}) {
    const auto blocks = cut(body, 11);
    auto apart = unpack(blocks);
    auto plain = unpack_plainly(blocks);
    ASSERT_EQ(apart.has_value(), plain.has_value()) << body;
    if (!apart || apart->payload == Unpacked::Payload::inside) continue;
    EXPECT_EQ(apart->bytes, kPng);
    EXPECT_TRUE(boost::json::serialize(plain->object).contains(text));
    EXPECT_FALSE(boost::json::serialize(apart->object).contains(text));
  }
}

}  // namespace
}  // namespace gw::openai
