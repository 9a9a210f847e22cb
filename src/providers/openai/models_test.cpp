#include "providers/openai/models.hpp"

#include <gtest/gtest.h>

#include <string>

namespace gw::openai {
namespace {

ListedModel only(const std::string& entry) {
  const auto models = read_model_list(R"({"object":"list","data":[)" + entry + "]}");
  return models && models->size() == 1 ? models->front() : ListedModel{};
}

Options with_extensions() {
  Options options;
  options.extensions = Extensions::passed_on;
  options.previews = 2;
  return options;
}

TEST(ModelList, TellsWhatAModelIsForByItsCapabilities) {
  const auto model = only(
      R"({"id":"house-painter","object":"model","created":7,"owned_by":"us","name":"The painter",
          "capabilities":{"text_to_image":false,"max_references":3,"negative_prompt":true,
                          "seed":true,"steps":[10,20]}})");
  EXPECT_EQ(model.purpose, Purpose::pictures);
  ASSERT_TRUE(model.capabilities);
  EXPECT_FALSE(model.capabilities->text_to_image);
  EXPECT_EQ(model.capabilities->max_references, 3);
  EXPECT_EQ(model.capabilities->steps->high, 20);
  EXPECT_EQ(model.created, 7);
  EXPECT_EQ(model.owned_by, "us");
}

TEST(ModelList, TellsItElseByTheEndpoints) {
  EXPECT_EQ(only(R"({"id":"x1","supported_endpoint_types":["image-generation","openai"]})").purpose,
            Purpose::pictures);
  EXPECT_EQ(only(R"({"id":"dall-e-3","supported_endpoint_types":["openai"]})").purpose,
            Purpose::chat);
  EXPECT_EQ(only(R"({"id":"whisper-1","supported_endpoint_types":["openai"]})").purpose,
            Purpose::other);
}

TEST(ModelList, TellsItElseByTheName) {
  EXPECT_EQ(only(R"({"id":"dall-e-3"})").purpose, Purpose::pictures);
  EXPECT_EQ(only(R"({"id":"dall-e-3","supported_endpoint_types":[]})").purpose, Purpose::pictures);
  EXPECT_EQ(only(R"({"id":"gpt-5","capabilities":{"completion_chat":true}})").purpose,
            Purpose::chat);
  EXPECT_EQ(only(R"({"id":"text-embedding-3-small"})").purpose, Purpose::other);
}

TEST(ModelList, PassesOverEntriesWithoutAUsableId) {
  const auto models = read_model_list(
      R"({"data":[{"id":""},{"id":7},{},5,null,{"id":"a b"},{"id":"sdxl"},{"id":"字"}]})");
  ASSERT_TRUE(models);
  ASSERT_EQ(models->size(), 1u);
  EXPECT_EQ(models->front().id, "sdxl");
}

TEST(ModelList, IsAnObjectWithAnArray) {
  for (const auto* body : {"", "[]", "{}", R"({"data":{}})", "<html>", R"({"data":null})"}) {
    const auto models = read_model_list(body);
    ASSERT_FALSE(models) << body;
    EXPECT_EQ(models.error().kind(), ErrorKind::upstream_error);
  }
  EXPECT_TRUE(read_model_list(R"({"data":[]})")->empty());
}

TEST(ModelList, BelievesNoWildNumbers) {
  const auto model = only(
      R"({"id":"a","created":-5,"capabilities":{"text_to_image":true,"max_references":9999,
          "steps":[0,-1]}})");
  EXPECT_EQ(model.created, 0);
  EXPECT_EQ(model.capabilities->max_references, 16);
  EXPECT_FALSE(model.capabilities->steps);
}

TEST(ConfiguredModel, IsWhatItsNameSays) {
  const auto model = configured_model("gpt-image-1", {});
  EXPECT_EQ(model.id, "gpt-image-1");
  EXPECT_EQ(model.upstream_id, "gpt-image-1");
  EXPECT_TRUE(model.any_size);
  EXPECT_TRUE(model.text_to_image);
  EXPECT_TRUE(model.transparent);
  EXPECT_TRUE(model.mask);
  EXPECT_EQ(model.max_references, 16);
}

TEST(ConfiguredModel, OfAnUnknownNameMayBeAskedForEverything) {
  const auto model = configured_model("my-own", {});
  EXPECT_TRUE(model.text_to_image);
  EXPECT_EQ(model.max_references, 16);
  EXPECT_TRUE(model.mask);
  EXPECT_FALSE(model.transparent);
}

TEST(ConfiguredModel, ThatOnlyDrawsTakesNoPictures) {
  const auto model = configured_model("dall-e-3", {});
  EXPECT_EQ(model.max_references, 0);
  EXPECT_FALSE(model.mask);
}

TEST(Extensions, HaveNoEffectUnlessTheOperatorSaysSo) {
  const auto plain = configured_model("sdxl", {});
  EXPECT_FALSE(plain.seed);
  EXPECT_FALSE(plain.negative_prompt);
  const auto more = configured_model("sdxl", with_extensions());
  EXPECT_TRUE(more.seed);
  EXPECT_TRUE(more.negative_prompt);
}

TEST(Extensions, AreThoseOfTheOtherGatewaysModel) {
  const auto listed = only(
      R"({"id":"a","capabilities":{"text_to_image":true,"max_references":0,"seed":true,
          "steps":[10,20]}})");
  const auto model = found_model(listed, with_extensions());
  EXPECT_TRUE(model.seed);
  EXPECT_FALSE(model.negative_prompt);
  EXPECT_EQ(model.steps->low, 10);
  EXPECT_FALSE(found_model(listed, {}).steps);
  EXPECT_FALSE(found_model(listed, {}).seed);
}

TEST(Previews, AreAskedForOnlyWhenConfigured) {
  EXPECT_FALSE(configured_model("gpt-image-1", {}).previews);
  EXPECT_TRUE(configured_model("gpt-image-1", with_extensions()).previews);
  EXPECT_FALSE(configured_model("sdxl", with_extensions()).previews);
}

}  // namespace
}  // namespace gw::openai
