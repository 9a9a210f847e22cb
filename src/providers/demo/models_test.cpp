#include "providers/demo/models.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gw::demo {
namespace {

using testing::ElementsAre;
using testing::SizeIs;

ModelInfo real_model() {
  ModelInfo model;
  model.id = "dreamifly-flux-2";
  model.upstream_id = "Flux-2";
  model.owned_by = "dreamifly";
  model.aliases = {"Flux-2", "dall-e-3"};
  model.login_required = true;
  model.steps = StepsRule{20, 30};
  model.max_references = 2;
  model.max_area = 4'210'000;
  return model;
}

TEST(DemoModels, KeepsNamesAndRulesOfTheKnownModels) {
  const auto models = demo_models({real_model()});
  ASSERT_THAT(models, SizeIs(2));
  EXPECT_EQ(models[0].id, "dreamifly-flux-2");
  EXPECT_THAT(models[0].aliases, ElementsAre("Flux-2", "dall-e-3"));
  EXPECT_EQ(models[0].steps->high, 30);
  EXPECT_EQ(models[0].max_references, 2);
  EXPECT_EQ(models[0].max_area, 4'210'000u);
}

TEST(DemoModels, MarksEveryModelAsDemoThatNeedsNoSignIn) {
  for (const auto& model : demo_models({real_model()})) {
    EXPECT_TRUE(model.demo);
    EXPECT_FALSE(model.login_required);
    EXPECT_EQ(model.owned_by, "demo");
  }
}

TEST(DemoModels, AddsOneOfItsOwn) {
  const auto models = demo_models({});
  ASSERT_THAT(models, SizeIs(1));
  EXPECT_EQ(models[0].id, "demo");
  EXPECT_GT(models[0].created, 0);
}

TEST(DemoModels, LeavesTheNameToAModelThatHasIt) {
  auto model = real_model();
  model.aliases.push_back("demo");
  EXPECT_THAT(demo_models({model}), SizeIs(1));
}

}  // namespace
}  // namespace gw::demo
