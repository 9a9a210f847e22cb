#include "providers/dreamifly/offer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace gw::dreamifly {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

const WallTime kNow{std::chrono::seconds(1'795'389'421)};

OfferedModel offered(std::string id) {
  return {.id = std::move(id), .name = "x"};
}

TEST(Offer, is_read_from_the_servers_list) {
  const auto models = read_offer(
      R"({"models":[{"id":"A","name":"A model","use_i2i":true,"use_t2i":false,"maxImages":3,"requiresLogin":true},)"
      R"({"id":"B","use_i2i":false,"use_t2i":true,"maxImages":1}],"total":2})");
  ASSERT_TRUE(models) << models.error().detail();
  ASSERT_EQ(models->size(), 2u);
  EXPECT_EQ((*models)[0].name, "A model");
  EXPECT_FALSE((*models)[0].text_to_image);
  EXPECT_EQ((*models)[0].max_references, 3);
  EXPECT_TRUE((*models)[0].login_required);
  EXPECT_EQ((*models)[1].name, "B");
  EXPECT_TRUE((*models)[1].text_to_image);
  EXPECT_EQ((*models)[1].max_references, 0) << "maxImages lies, use_i2i does not";
}

TEST(Offer, passes_over_entries_that_are_none) {
  const auto models = read_offer(
      R"({"models":[7,null,{},{"id":7},{"id":""},{"id":"two words"},{"id":"C","maxImages":"x","use_i2i":true}]})");
  ASSERT_TRUE(models);
  ASSERT_EQ(models->size(), 1u);
  EXPECT_EQ(models->front().id, "C");
  EXPECT_EQ(models->front().max_references, 1);
}

TEST(Offer, bounds_the_number_of_pictures) {
  const auto models =
      read_offer(R"({"models":[{"id":"C","use_i2i":true,"maxImages":9223372036854775807}]})");
  ASSERT_TRUE(models);
  EXPECT_EQ(models->front().max_references, 16);
}

TEST(Offer, is_refused_when_it_would_take_everything_away) {
  for (const auto* body : {"", "null", "[]", "{}", R"({"models":{}})", R"({"models":[]})",
                           R"({"models":[{}]})", "<html></html>"}) {
    const auto models = read_offer(body);
    ASSERT_FALSE(models) << body;
    EXPECT_EQ(models.error().kind(), ErrorKind::upstream_error);
    EXPECT_THAT(models.error().detail(), HasSubstr("/api/models"));
  }
}

TEST(Offer, is_everything_known_until_somebody_has_looked) {
  const Offer offer;
  EXPECT_EQ(offer.known().size(), 13u);
  EXPECT_TRUE(std::ranges::all_of(offer.known(), &ModelInfo::offered));
  EXPECT_TRUE(offer.discovered().empty());
}

TEST(Offer, keeps_models_where_they_are_and_marks_them) {
  Offer offer;
  const auto* qwen = offer.find("Qwen-Image");
  const auto* flux = offer.find("Flux-2");
  ASSERT_TRUE(qwen && flux);
  offer.update({offered("Qwen-Image")}, kNow);
  EXPECT_EQ(offer.find("Qwen-Image"), qwen);
  EXPECT_TRUE(qwen->offered);
  EXPECT_FALSE(flux->offered);
  offer.update({offered("Flux-2")}, kNow);
  EXPECT_FALSE(qwen->offered);
  EXPECT_TRUE(flux->offered);
}

TEST(Offer, lets_new_models_through_with_the_servers_own_rule_of_steps) {
  Offer offer;
  offer.update({offered("Qwen-Image"), offered("Brand-New-3")}, kNow);
  ASSERT_EQ(offer.discovered().size(), 1u);
  const auto* model = offer.discovered()[0];
  EXPECT_EQ(model->id, "Brand-New-3");
  EXPECT_EQ(model->upstream_id, "Brand-New-3");
  EXPECT_EQ(model->steps->low, 10);
  EXPECT_EQ(model->steps->high, 20);
  EXPECT_EQ(model->created, 1'795'389'421);
  EXPECT_TRUE(model->offered);

  offer.update({offered("Qwen-Image")}, kNow + 1h);
  EXPECT_FALSE(model->offered);
  offer.update({offered("Brand-New-3")}, kNow + 2h);
  ASSERT_EQ(offer.discovered().size(), 1u);
  EXPECT_EQ(offer.discovered()[0], model);
  EXPECT_TRUE(model->offered);
  EXPECT_EQ(model->created, 1'795'389'421);
}

TEST(Offer, does_not_grow_without_bound) {
  Offer offer;
  for (int i = 0; i < 1'000; ++i) offer.update({offered("new-" + std::to_string(i))}, kNow);
  EXPECT_EQ(offer.discovered().size(), 100u);
  EXPECT_EQ(offer.discovered()[99]->id, "new-99");
}

}  // namespace
}  // namespace gw::dreamifly
