#include "providers/openai/model_rules.hpp"

#include <gtest/gtest.h>

namespace gw::openai {
namespace {

TEST(NamePattern, HasStarsAnywhere) {
  EXPECT_TRUE(fits("flux*", "flux"));
  EXPECT_TRUE(fits("flux*", "flux.1-dev"));
  EXPECT_FALSE(fits("flux*", "my-flux"));
  EXPECT_TRUE(fits("*kontext*", "flux-kontext-max"));
  EXPECT_TRUE(fits("gemini*image*", "gemini-2.5-flash-image"));
  EXPECT_FALSE(fits("gemini*image*", "gemini-2.5-flash"));
  EXPECT_TRUE(fits("a*b*a", "aba"));
  EXPECT_FALSE(fits("a*b*a", "ab"));
  EXPECT_FALSE(fits("ab*b", "ab"));
  EXPECT_TRUE(fits("dall-e-2", "dall-e-2"));
  EXPECT_FALSE(fits("dall-e-2", "dall-e-22"));
}

TEST(ModelRules, KnowWhatDraws) {
  for (const auto* name :
       {"gpt-image-1", "gpt-image-2.5-flare", "chatgpt-image-latest", "dall-e-3", "FLUX.1-dev",
        "black-forest-labs/FLUX.1-schnell", "sd-3.5", "sdxl-turbo", "stable-diffusion-xl",
        "Qwen/Qwen-Image", "qwen-image-edit", "dreamifly-qwen-image", "nano-banana-2"}) {
    EXPECT_TRUE(rule_of(name)) << name;
  }
}

TEST(ModelRules, DoNotTakeOthersForPainters) {
  for (const auto* name : {"gpt-5", "gpt-4o", "qwen3-max", "stablelm-2", "text-embedding-3-large",
                           "whisper-1", "my-flux", "gemini-2.5-pro", "", "/"}) {
    EXPECT_FALSE(rule_of(name)) << name;
  }
}

TEST(ModelRules, KnowOpenAisOwnModels) {
  EXPECT_EQ(rule_of("gpt-image-1")->references, 16);
  EXPECT_EQ(rule_of("gpt-image-1")->response_format, ResponseFormat::refused);
  EXPECT_EQ(rule_of("gpt-image-1")->extra, Extra::gpt_image);
  EXPECT_EQ(rule_of("dall-e-2")->references, 1);
  EXPECT_EQ(rule_of("dall-e-3")->references, 0);
  EXPECT_EQ(rule_of("dall-e-3")->response_format, ResponseFormat::known);
}

TEST(ModelRules, KnowModelsThatOnlyEdit) {
  EXPECT_EQ(rule_of("Qwen/Qwen-Image-Edit-2509")->task, Task::edits);
  EXPECT_EQ(rule_of("qwen-image")->task, Task::draws);
}

TEST(ModelRules, KnowWhatNeitherDrawsNorChats) {
  for (const auto* name : {"text-embedding-3-small", "whisper-1", "tts-1-hd", "omni-moderation-x",
                           "BAAI/bge-m3", "gpt-4o-transcribe", "sora-2"}) {
    EXPECT_TRUE(is_other_kind(name)) << name;
  }
  for (const auto* name : {"gpt-5", "qwen3-max", "o4-mini"}) EXPECT_FALSE(is_other_kind(name));
}

}  // namespace
}  // namespace gw::openai
