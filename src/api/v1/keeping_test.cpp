#include "api/v1/keeping.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gw::api {
namespace {

using testing::HasSubstr;

GenerationRequest asked(std::optional<bool> store, ResponseForm form = ResponseForm::unset) {
  GenerationRequest request;
  request.store = store;
  request.form = form;
  return request;
}

TEST(Keeping, PicturesAreKeptUnlessSomebodySaysNo) {
  for (const auto said : {std::optional<bool>(), std::optional(true)}) {
    auto request = asked(said, ResponseForm::url);
    ASSERT_TRUE(decide_keeping(request, StorePictures::on));
    EXPECT_EQ(request.keeping, Keeping::keep);
    EXPECT_EQ(request.form, ResponseForm::url);
    EXPECT_TRUE(expect_kept(request));
  }
}

TEST(Keeping, WhatIsNotKeptIsDeliveredAsBytes) {
  for (const auto form : {ResponseForm::unset, ResponseForm::b64_json, ResponseForm::both}) {
    auto request = asked(false, form);
    ASSERT_TRUE(decide_keeping(request, StorePictures::on));
    EXPECT_EQ(request.keeping, Keeping::deliver_only);
    EXPECT_EQ(request.form, ResponseForm::b64_json);
  }
}

TEST(Keeping, TheOperatorCanKeepNothingAtAll) {
  for (const auto said : {std::optional<bool>(), std::optional(false)}) {
    auto request = asked(said);
    ASSERT_TRUE(decide_keeping(request, StorePictures::off));
    EXPECT_EQ(request.keeping, Keeping::deliver_only);
  }
  auto request = asked(true);
  const auto refused = decide_keeping(request, StorePictures::off);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().param(), "store");
  EXPECT_THAT(refused.error().message(), HasSubstr("STORE_PICTURES"));
}

TEST(Keeping, ALinkToWhatIsNotKeptIsRefused) {
  auto own = asked(false, ResponseForm::url);
  const auto by_client = decide_keeping(own, StorePictures::on);
  ASSERT_FALSE(by_client);
  EXPECT_EQ(by_client.error().param(), "response_format");
  EXPECT_THAT(by_client.error().message(), HasSubstr("`store` false"));

  auto link = asked(std::nullopt, ResponseForm::url);
  const auto by_operator = decide_keeping(link, StorePictures::off);
  ASSERT_FALSE(by_operator);
  EXPECT_EQ(by_operator.error().param(), "response_format");
  EXPECT_THAT(by_operator.error().message(), HasSubstr("STORE_PICTURES"));
}

TEST(Keeping, AJobNeedsWhatIsKept) {
  auto request = asked(false);
  ASSERT_TRUE(decide_keeping(request, StorePictures::on));
  const auto refused = expect_kept(request);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().param(), "store");
  EXPECT_THAT(refused.error().message(), HasSubstr("respond-async"));
}

}  // namespace
}  // namespace gw::api
