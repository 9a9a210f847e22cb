#include "api/v1/images_wire.hpp"
#include "base/base64.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <string>

namespace gw::api {
namespace {

namespace json = boost::json;

std::string text_of(const http::Response& response) {
  std::string text;
  for (const auto& piece : response.pieces) text += *piece;
  return text;
}

json::object body_of(const http::Response& response) {
  return json::parse(text_of(response)).as_object();
}

GeneratedPicture picture(std::string bytes, ImageFormat format = ImageFormat::png) {
  GeneratedPicture made;
  made.picture = {share(std::move(bytes)), format, {1024, 768}};
  made.seed = 7;
  return made;
}

GeneratedPicture stored(std::string id) {
  GeneratedPicture made;
  made.picture = {nullptr, ImageFormat::jpeg, {640, 480}};
  made.stored = StoredPicture{PictureId{std::move(id)}, ImageFormat::jpeg, 3, {}};
  return made;
}

AnswerTerms terms() {
  AnswerTerms terms;
  terms.created = 1'700'000'000;
  terms.request_id = "req_1";
  terms.link = [](const StoredPicture& file) {
    return "https://pictures.example.com/images/" + file.file_name() + "?a=1&b=\"2\"";
  };
  return terms;
}

TEST(RenderGeneration, BytesComeAsBase64WithTheFactsReadFromThem) {
  Generation generation;
  generation.items.emplace_back(picture("not really a png"));
  generation.quality = Quality::high;

  const auto response = render_generation(generation, terms());

  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.headers.find("Content-Type"), "application/json");
  EXPECT_FALSE(response.headers.contains("x-partial-failures"));
  EXPECT_EQ(
      text_of(response),
      R"({"created":1700000000,"output_format":"png","quality":"high","size":"1024x768","data":[)"
      R"({"b64_json":")" +
          base64_encode("not really a png") + R"(","seed":7}]})");
}

TEST(RenderGeneration, TheBigStringIsAPieceOfItsOwn) {
  Generation generation;
  generation.items.emplace_back(picture(std::string(100'000, 'a')));
  generation.items.emplace_back(picture(std::string(200'000, 'b')));
  const auto response = render_generation(generation, terms());
  ASSERT_EQ(response.pieces.size(), 5u);
  EXPECT_EQ(response.pieces[1]->size(), base64_encoded_size(100'000));
  EXPECT_EQ(response.pieces[3]->size(), base64_encoded_size(200'000));
  EXPECT_EQ(body_of(response).at("data").as_array().size(), 2u);
}

TEST(RenderGeneration, LinksComeAsUrls) {
  Generation generation;
  generation.items.emplace_back(stored("abc"));
  auto with_links = terms();
  with_links.form = ResponseForm::url;
  const auto body = body_of(render_generation(generation, with_links));
  const auto& item = body.at("data").at(0).as_object();
  EXPECT_EQ(item.at("url").as_string(), "https://pictures.example.com/images/abc.jpg?a=1&b=\"2\"");
  EXPECT_FALSE(item.contains("b64_json"));
  EXPECT_FALSE(item.contains("seed"));
  EXPECT_EQ(body.at("output_format").as_string(), "jpeg");
  EXPECT_EQ(body.at("background").as_string(), "opaque");
  EXPECT_EQ(body.at("size").as_string(), "640x480");
}

TEST(RenderGeneration, ARevisedPromptIsToldAndEscaped) {
  Generation generation;
  generation.items.emplace_back(picture("x"));
  generation.revised_prompt = "油画, \"a\\cat\"\n";
  auto with_id = terms();
  with_id.safety_identifier = "u\"7";
  const auto body = body_of(render_generation(generation, with_id));
  EXPECT_EQ(body.at("data").at(0).at("revised_prompt").as_string(), generation.revised_prompt);
  EXPECT_EQ(body.at("safety_identifier").as_string(), "u\"7");
}

TEST(RenderGeneration, AbsentKeysAreLeftOut) {
  Generation generation;
  generation.items.emplace_back(picture("x"));
  const auto body = body_of(render_generation(generation, terms()));
  for (const auto* key : {"quality", "background", "safety_identifier", "errors", "usage"}) {
    EXPECT_FALSE(body.contains(key)) << key;
  }
}

TEST(RenderGeneration, WhatFailedStandsBesideWhatWasMade) {
  Generation generation;
  generation.items.emplace_back(fail(Error(ErrorKind::content_rejected, "refused")));
  generation.items.emplace_back(picture("x"));
  generation.items.emplace_back(
      fail(Error(ErrorKind::upstream_timeout, "too late").with_detail("10.0.0.7")));

  const auto response = render_generation(generation, terms());

  EXPECT_EQ(response.headers.find("x-partial-failures"), "2");
  const auto body = body_of(response);
  EXPECT_EQ(body.at("data").as_array().size(), 1u);
  const auto& errors = body.at("errors").as_array();
  ASSERT_EQ(errors.size(), 2u);
  EXPECT_EQ(errors.at(0).at("index").to_number<int>(), 0);
  EXPECT_EQ(errors.at(0).at("code").as_string(), "content_policy_violation");
  EXPECT_EQ(errors.at(1).at("index").to_number<int>(), 2);
  EXPECT_EQ(errors.at(1).at("message").as_string(), "too late");
  EXPECT_EQ(text_of(response).find("10.0.0.7"), std::string::npos);
}

}  // namespace
}  // namespace gw::api
