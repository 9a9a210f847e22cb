#include "core/quality.hpp"

#include <gtest/gtest.h>

namespace gw {
namespace {

ModelInfo model_with(std::optional<StepsRule> steps) {
  ModelInfo model;
  model.id = "dreamifly-test";
  model.steps = steps;
  return model;
}

TEST(ResolveSteps, QualitiesMeanTheLowOrTheHighValue) {
  const auto model = model_with(StepsRule{10, 20});
  for (const auto quality :
       {Quality::automatic, Quality::standard, Quality::low, Quality::medium}) {
    EXPECT_EQ(resolve_steps(quality, {}, model).value(), 10) << to_string(quality);
  }
  for (const auto quality : {Quality::high, Quality::hd, Quality::xhigh, Quality::max}) {
    EXPECT_EQ(resolve_steps(quality, {}, model).value(), 20) << to_string(quality);
  }
}

TEST(ResolveSteps, StepsWinOverQuality) {
  const auto model = model_with(StepsRule{10, 20});
  EXPECT_EQ(resolve_steps(Quality::low, 20, model).value(), 20);
}

TEST(ResolveSteps, OtherStepsAreRefusedNamingBothValues) {
  const auto refused = resolve_steps(Quality::automatic, 15, model_with(StepsRule{10, 20}));
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().kind(), ErrorKind::invalid_request);
  EXPECT_EQ(refused.error().param(), "steps");
  EXPECT_EQ(refused.error().message(), "`steps` must be 10 or 20 for model dreamifly-test");
}

TEST(ResolveSteps, AModelWithoutAChoiceTakesAnything) {
  const auto model = model_with({});
  EXPECT_EQ(resolve_steps(Quality::high, 33, model).value(), 0);
  EXPECT_EQ(effective_quality(0, model), std::nullopt);
}

TEST(EffectiveQuality, IsTheOneThatWasDrawn) {
  const auto model = model_with(StepsRule{4, 8});
  EXPECT_EQ(effective_quality(4, model), Quality::low);
  EXPECT_EQ(effective_quality(8, model), Quality::high);
}

}  // namespace
}  // namespace gw
