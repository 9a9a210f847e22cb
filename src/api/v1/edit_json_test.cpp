#include "api/v1/edit_json.hpp"

#include "base/base64.hpp"

#include <boost/json/serialize.hpp>
#include <gtest/gtest.h>

#include <string>
#include <variant>

namespace gw::api {
namespace {

std::string url(std::string_view bytes) {
  return "data:image/png;base64," + base64_encode(bytes);
}
std::string in_quotes(std::string_view text) {
  return '"' + std::string(text) + '"';
}
const std::string& bytes_of(const SentPicture& picture) {
  return *std::get<SharedBytes>(picture.source);
}
std::string param_of(const std::string& body) {
  const auto document = parse_edit_document(body);
  return document ? "good" : document.error().param();
}

TEST(EditJson, PicturesAreDataUrlsInObjects) {
  const auto document =
      parse_edit_document(R"({"prompt":"a hat","images":[{"image_url":)" + in_quotes(url("one")) +
                          R"(},{"image_url":)" + in_quotes(url("two")) +
                          R"(}],"mask":{"image_url":)" + in_quotes(url("hole")) + R"(},"n":2})");
  ASSERT_TRUE(document) << document.error().message();
  ASSERT_EQ(document->pictures.size(), 2u);
  EXPECT_EQ(bytes_of(document->pictures[0]), "one");
  EXPECT_EQ(document->pictures[1].param, "images[1]");
  EXPECT_EQ(bytes_of(document->pictures[1]), "two");
  EXPECT_EQ(bytes_of(*document->mask), "hole");
  EXPECT_EQ(boost::json::serialize(document->fields), R"({"prompt":"a hat","n":2})");
}

TEST(EditJson, TheMultipartFormsNameIsUnderstoodToo) {
  const auto document = parse_edit_document(R"({"image":)" + in_quotes(url("one")) + "}");
  ASSERT_TRUE(document);
  EXPECT_EQ(document->pictures.size(), 1u);
}

TEST(EditJson, NoPictureIsSaidLater) {
  EXPECT_TRUE(parse_edit_document(R"({"prompt":"a hat","images":null})")->pictures.empty());
}

TEST(EditJson, MistakesNameTheirPlace) {
  const auto good = R"({"image_url":)" + in_quotes(url("one")) + "}";
  EXPECT_EQ(param_of(R"({"images":[]})"), "images");
  EXPECT_EQ(param_of(R"({"images":7})"), "images");
  EXPECT_EQ(param_of(R"({"images":[7]})"), "images[0]");
  EXPECT_EQ(param_of(R"({"images":[{"image_url":"data:image/png;base64,AAAA","detail":"low"}]})"),
            "images[0]");
  EXPECT_EQ(param_of(R"({"images":[)" + good + R"(,{"image_url":7}]})"), "images[1].image_url");
  EXPECT_EQ(param_of(R"({"images":[{"image_url":"data:image/png;base64,??"}]})"),
            "images[0].image_url");
  EXPECT_EQ(param_of(R"({"images":[{"file_id":"file-1"}]})"), "images[0].file_id");
  EXPECT_EQ(param_of(R"({"mask":[]})"), "mask");
  std::string seventeen = R"({"images":[)";
  for (int i = 0; i < 17; ++i) seventeen += (i ? "," : "") + good;
  EXPECT_EQ(param_of(seventeen + "]}"), "images");
}

TEST(EditJson, WhatIsNoDataUrlIsOnlyNamed) {
  const auto document =
      parse_edit_document(R"({"images":[{"image_url":"http://169.254.169.254/latest"},"cat.png"],)"
                          R"("mask":{"image_url":"https://example.com/mask.png"}})");
  ASSERT_TRUE(document) << document.error().message();
  ASSERT_EQ(document->pictures.size(), 2u);
  const auto& first = document->pictures[0];
  const auto& second = document->pictures[1];
  EXPECT_EQ(std::get<RemoteUrl>(first.source).text, "http://169.254.169.254/latest");
  EXPECT_EQ(first.param, "images[0].image_url");
  EXPECT_EQ(std::get<RemoteUrl>(second.source).text, "cat.png");
  EXPECT_EQ(second.param, "images[1]");
  EXPECT_EQ(std::get<RemoteUrl>(document->mask->source).text, "https://example.com/mask.png");
  EXPECT_EQ(document->mask->param, "mask.image_url");
}

}  // namespace
}  // namespace gw::api
