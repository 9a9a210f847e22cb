#include "http/multipart.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace gw::http {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

// What came, as one line for each part: "name|type|file: data".
class Parts final : public PartSink {
 public:
  Result<void> begin(PartHead head) override {
    open_ = head.name + "|" + head.content_type + (head.is_file ? "|file: " : "|text: ");
    return {};
  }
  Result<void> data(std::string_view bytes) override {
    open_ += bytes;
    return {};
  }
  Result<void> end() override {
    parts.push_back(open_);
    return {};
  }

  std::vector<std::string> parts;

 private:
  std::string open_;
};

constexpr std::string_view kType = "multipart/form-data; boundary=XX";

Result<std::vector<std::string>> parse(std::string_view body, std::size_t at_once,
                                       MultipartLimits limits = {}) {
  GW_TRY(auto parser, MultipartParser::create(kType, limits));
  Parts parts;
  for (; !body.empty(); body.remove_prefix(std::min(at_once, body.size()))) {
    GW_CHECK(parser.feed(body.substr(0, at_once), parts));
  }
  GW_CHECK(parser.finish());
  return parts.parts;
}

Result<std::vector<std::string>> parse(std::string_view body) {
  return parse(body, body.size());
}

std::string part(std::string_view name, std::string_view data, std::string_view more = "") {
  return "--XX\r\nContent-Disposition: form-data; name=\"" + std::string(name) + "\"" +
         std::string(more) + "\r\n\r\n" + std::string(data) + "\r\n";
}

TEST(Multipart, PartsComeInTheirOrder) {
  const auto parts =
      parse(part("prompt", "a cat") +
            part("image[]", "PNG", "; filename=\"../../x.png\"\r\nContent-Type: image/png") +
            part("image[]", "") + "--XX--\r\n");
  EXPECT_THAT(parts.value(),
              ElementsAre("prompt||text: a cat", "image[]|image/png|file: PNG", "image[]||text: "));
}

TEST(Multipart, HoweverTheBytesAreSplitTheOutcomeIsTheSame) {
  const auto body = "preamble\r\n" + part("a", "1\r\n--XY\r\n--X") + part("b", "\r\n\r\n") +
                    "--XX  \r\ncontent-disposition:form-data;name=c\r\n\r\n--\r\n--XX--epilogue";
  const auto whole = parse(body).value();
  EXPECT_THAT(whole, ElementsAre("a||text: 1\r\n--XY\r\n--X", "b||text: \r\n\r\n", "c||text: --"));
  for (std::size_t at_once = 1; at_once < 20; ++at_once) {
    EXPECT_EQ(parse(body, at_once).value(), whole) << at_once;
  }
}

TEST(Multipart, WhatOnlyBeginsLikeABoundaryIsData) {
  const auto parts = parse(part("a", "1\r\n--XXY\r\n--XX-\r\n2") + "--XX--");
  EXPECT_THAT(parts.value(), ElementsAre("a||text: 1\r\n--XXY\r\n--XX-\r\n2"));
}

TEST(Multipart, ManyFalseBoundariesAreDataToo) {
  std::string data;
  for (int i = 0; i < 5'000; ++i) data += "\r\n--XXa";
  for (const std::size_t at_once : {1'000u, 100'000u}) {
    const auto parts = parse(part("a", data) + "--XX--", at_once);
    EXPECT_THAT(parts.value(), ElementsAre("a||text: " + data));
  }
}

TEST(Multipart, ANestedOneIsData) {
  const std::string inner = "--YY\r\nContent-Disposition: form-data; name=b\r\n\r\n1\r\n--YY--";
  const auto parts =
      parse(part("a", inner, "\r\nContent-Type: multipart/mixed; boundary=YY") + "--XX--");
  EXPECT_THAT(parts.value(), ElementsAre("a|multipart/mixed; boundary=YY|text: " + inner));
}

TEST(Multipart, MalformedOnesAreRefused) {
  const std::string good = part("a", "1");
  for (const auto& body : std::vector<std::string>{
           "", "--XX", good, good + "--XX", good + "--XX-", "--XX\r\n\r\n1\r\n--XX--",
           "--XX\r\nContent-Disposition: form-data\r\n\r\n1\r\n--XX--",
           "--XX\r\nContent-Disposition: attachment; name=a\r\n\r\n1\r\n--XX--",
           "--XX\r\nContent-Disposition: form-data; name=\"a\r\n\r\n1\r\n--XX--",
           "--XX\r\nno colon\r\n\r\n1\r\n--XX--",
           "--XX\nContent-Disposition: form-data; name=a\n\n1\n--XX--",
           "--XX\r\nContent-Disposition: form-data; name=\xff\r\n\r\n1\r\n--XX--"}) {
    const auto parts = parse(body);
    ASSERT_FALSE(parts) << body;
    EXPECT_EQ(parts.error().kind(), ErrorKind::invalid_request);
  }
}

TEST(Multipart, IsBounded) {
  std::string many;
  for (int i = 0; i < 4; ++i) many += part("a", "1");
  EXPECT_TRUE(parse(many + "--XX--", 7, {.max_parts = 4}));
  EXPECT_EQ(parse(many + "--XX--", 7, {.max_parts = 3}).error().kind(), ErrorKind::too_large);
  EXPECT_FALSE(parse(part(std::string(100, 'n'), "1") + "--XX--", 7, {.max_head = 100}));
  EXPECT_FALSE(parse("--XX\r\n" + std::string(200, 'n'), 7, {.max_head = 100}));
}

TEST(Multipart, NeedsItsTypeAndBoundary) {
  const auto kind = [](std::string_view type) {
    const auto parser = MultipartParser::create(type);
    return parser ? std::string("good") : std::string(to_string(parser.error().kind()));
  };
  EXPECT_EQ(kind("multipart/form-data; boundary=\"a b\""), "good");
  EXPECT_EQ(kind("Multipart/Form-Data; charset=utf-8; BOUNDARY=----x"), "good");
  EXPECT_EQ(kind("application/json"), "unsupported_media_type");
  for (const auto& type :
       {std::string("multipart/form-data"), std::string("multipart/form-data; boundary="),
        std::string("multipart/form-data; boundary=\"a\x01\""),
        "multipart/form-data; boundary=" + std::string(71, 'a')}) {
    EXPECT_EQ(kind(type), "invalid_request") << type;
  }
}

}  // namespace
}  // namespace gw::http
