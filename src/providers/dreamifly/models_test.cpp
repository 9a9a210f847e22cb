#include "providers/dreamifly/models.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

namespace gw::dreamifly {
namespace {

using testing::Contains;
using testing::IsSupersetOf;

ModelInfo model(std::string_view upstream_id) {
  const auto models = known_models();
  const auto found = std::ranges::find(models, upstream_id, &ModelInfo::upstream_id);
  EXPECT_NE(found, models.end()) << upstream_id;
  return found == models.end() ? ModelInfo{} : *found;
}

TEST(Models, begin_with_the_default_which_answers_to_openais_names) {
  const auto first = known_models().front();
  EXPECT_EQ(first.id, "dreamifly-qwen-image");
  EXPECT_THAT(first.aliases,
              IsSupersetOf({"Qwen-Image", "dall-e-2", "dall-e-3", "gpt-image-1", "gpt-image-1-mini",
                            "gpt-image-1.5", "gpt-image-2", "chatgpt-image-latest"}));
}

TEST(Models, have_thirteen_entries_and_no_name_twice) {
  const auto models = known_models();
  EXPECT_EQ(models.size(), 13u);
  std::set<std::string> names;
  for (const auto& each : models) {
    EXPECT_TRUE(names.insert(each.id).second) << each.id;
    EXPECT_THAT(each.aliases, Contains(each.upstream_id));
    EXPECT_GT(each.created, 1'700'000'000);
    for (const auto& alias : each.aliases) EXPECT_TRUE(names.insert(alias).second) << alias;
  }
}

TEST(Models, know_the_two_numbers_of_steps) {
  EXPECT_EQ(model("Qwen-Image").steps->low, 10);
  EXPECT_EQ(model("Qwen-Image").steps->high, 20);
  EXPECT_EQ(model("Wai-SDXL-V150").steps->high, 30);
  EXPECT_EQ(model("Z-Image").steps->high, 35);
  for (const auto* id : {"Qwen-Image-Edit", "grok-imagine-1.0", "nano-banana-2"}) {
    EXPECT_FALSE(model(id).steps) << id;
  }
}

TEST(Models, know_what_they_draw_from) {
  for (const auto* id : {"Qwen-Image-Edit", "Flux-Kontext"}) {
    EXPECT_FALSE(model(id).text_to_image) << id;
    EXPECT_TRUE(model(id).login_required) << id;
  }
  EXPECT_EQ(model("Qwen-Image-Edit").max_references, 3);
  EXPECT_EQ(model("Flux-Kontext").max_references, 2);
  EXPECT_EQ(model("Flux-Dev").max_references, 1);
  EXPECT_TRUE(model("Flux-Dev").text_to_image);
  EXPECT_EQ(model("nano-banana-2").max_references, 3);
  // The server's list says maxImages 1 for these, but they take none.
  for (const auto* id : {"Flux-Krea", "Stable-Diffusion-3.5", "HiDream-full-fp8"}) {
    EXPECT_EQ(model(id).max_references, 0) << id;
  }
}

TEST(Models, know_the_largest_area) {
  EXPECT_EQ(model("Qwen-Image").max_area, 2'020'000u);
  EXPECT_EQ(model("nano-banana-2").max_area, 4'210'000u);
}

TEST(Models, the_lender_of_openai_names_has_an_editor) {
  const auto models = known_models();
  const auto editor = std::ranges::find(models, models.front().edits_by, &ModelInfo::id);
  ASSERT_NE(editor, models.end());
  EXPECT_GT(editor->max_references, 0);
}

}  // namespace
}  // namespace gw::dreamifly
