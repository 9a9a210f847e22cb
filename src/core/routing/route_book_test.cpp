#include "core/routing/route_book.hpp"

#include "tests/support/fake_provider.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace gw {
namespace {

using test::fake_model;
using test::FakeProvider;
using testing::Contains;
using testing::ElementsAre;
using testing::Not;

// "site" draws qwen, and edits with qwen-edit; "cloud" draws and edits large.
class RouteBookTest : public testing::Test {
 protected:
  static std::vector<ModelInfo> site_models() {
    auto qwen = fake_model("qwen");
    qwen.aliases = {"dall-e-3"};
    qwen.edits_by = "qwen-edit";
    qwen.negative_prompt = true;
    auto edit = fake_model("qwen-edit");
    edit.text_to_image = false;
    edit.max_references = 3;
    return {qwen, edit};
  }
  static std::vector<ModelInfo> cloud_models() {
    auto large = fake_model("large");
    large.steps.reset();
    large.mask = large.any_size = true;
    large.max_references = 16;
    return {large};
  }
  static RouteTable two_routes() {
    return {{"dall-e-3", {RouteStrategy::weighted, {{"site/qwen", 1, 3}, {"cloud/large", 2, 1}}}}};
  }
  std::vector<std::string> names() {
    std::vector<std::string> ids;
    for (const auto& listing : book.offered()) ids.push_back(listing.id);
    return ids;
  }
  static std::vector<std::string> models(const RouteBook::Entry& entry) {
    std::vector<std::string> ids;
    for (const auto& candidate : entry.candidates)
      ids.push_back(candidate.route ? candidate.route->model->id : "none");
    return ids;
  }

  asio::io_context io{1};
  FakeProvider site{io.get_executor(), {.name = "site", .models = site_models()}};
  FakeProvider cloud{io.get_executor(), {.name = "cloud", .models = cloud_models()}};
  ModelCatalog catalog =
      ModelCatalog::create({&site, &cloud}, {.aliases = routed_aliases(two_routes())}).value();
  RouteBook book{catalog, two_routes()};
};

TEST_F(RouteBookTest, ANameWithRoutesHasThemAsTheyAreWritten) {
  const auto entry = book.find("dall-e-3", Purpose::draw).value();
  EXPECT_TRUE(entry.routed);
  EXPECT_EQ(entry.strategy, RouteStrategy::weighted);
  EXPECT_THAT(models(entry), ElementsAre("qwen", "large"));
  EXPECT_EQ(entry.candidates[0].weight, 3);
  EXPECT_EQ(entry.candidates[1].priority, 2);
}

TEST_F(RouteBookTest, AnyOtherNameIsItsOneModel) {
  const auto entry = book.find("large", Purpose::draw).value();
  EXPECT_FALSE(entry.routed);
  EXPECT_THAT(models(entry), ElementsAre("large"));
  EXPECT_THAT(models(book.find("", Purpose::draw).value()), ElementsAre("qwen")) << "the default";
  EXPECT_EQ(book.find("gpt-5", Purpose::draw).error().code(), "model_not_found");
}

TEST_F(RouteBookTest, TheNameIsAnAliasSoPicturesAreEditedByWhoEdits) {
  EXPECT_THAT(models(book.find("dall-e-3", Purpose::edit).value()),
              ElementsAre("qwen-edit", "large"));
}

TEST_F(RouteBookTest, AModelThatIsNotOfferedNowStaysACandidateWithoutARoute) {
  site.offer(0, false);
  EXPECT_THAT(models(book.find("dall-e-3", Purpose::draw).value()), ElementsAre("none", "large"));
}

TEST_F(RouteBookTest, AModelThatIsFoundWhileWeRunBecomesARoute) {
  const RouteTable table{{"auto", {{}, {{"cloud/late"}, {"site/qwen"}}}}};
  const auto open = ModelCatalog::create({&site, &cloud}, {.aliases = routed_aliases(table),
                                                           .names = ModelCatalog::Names::open})
                        .value();
  RouteBook later(open, table);
  EXPECT_THAT(models(later.find("auto", Purpose::draw).value()), ElementsAre("none", "qwen"));
  const auto late = fake_model("late");
  cloud.discover(late);
  EXPECT_THAT(models(later.find("auto", Purpose::draw).value()), ElementsAre("late", "qwen"));
}

TEST_F(RouteBookTest, ADefaultModelMayHaveRoutes) {
  const auto with_default =
      ModelCatalog::create({&site, &cloud},
                           {.default_model = "dall-e-3", .aliases = routed_aliases(two_routes())})
          .value();
  RouteBook routed(with_default, two_routes());
  EXPECT_THAT(models(routed.find("", Purpose::draw).value()), ElementsAre("qwen", "large"));
  EXPECT_EQ(routed.offered().front().id, "dall-e-3");
}

// --- what is listed

TEST_F(RouteBookTest, TheNameCanDoWhatAnyOfItsRoutesCan) {
  const auto& model = *book.model("dall-e-3").value();
  EXPECT_EQ(model.id, "dall-e-3");
  EXPECT_EQ(model.max_references, 16);
  EXPECT_TRUE(model.text_to_image);
  EXPECT_TRUE(model.negative_prompt);
  EXPECT_TRUE(model.mask);
  EXPECT_TRUE(model.any_size);
  EXPECT_TRUE(model.steps);
  EXPECT_FALSE(model.transparent);
  EXPECT_EQ(book.model("large").value()->id, "large");
  EXPECT_FALSE(book.model("gpt-5"));
}

TEST_F(RouteBookTest, TheListHasTheNameOnceAndFollowsTheOffer) {
  EXPECT_THAT(names(), ElementsAre("qwen", "qwen-edit", "large", "dall-e-3"));
  const auto before = book.offered();
  EXPECT_EQ(book.offered(), before) << "nothing is made anew while nothing changes";
  site.offer(0, false);
  site.offer(1, false);
  EXPECT_NE(book.offered(), before);
  EXPECT_THAT(names(), ElementsAre("large", "dall-e-3")) << "one route is left";
  EXPECT_FALSE(book.model("dall-e-3").value()->negative_prompt);
  cloud.offer(0, false);
  EXPECT_THAT(names(), Not(Contains("dall-e-3")));
  EXPECT_FALSE(book.model("dall-e-3"));
}

TEST_F(RouteBookTest, ANameMayTakeTheOneOfAModel) {
  const RouteTable table{{"large", {{}, {{"cloud/large"}, {"site/qwen"}}}}};
  const auto shadowed =
      ModelCatalog::create({&site, &cloud}, {.aliases = routed_aliases(table)}).value();
  RouteBook routed(shadowed, table);
  EXPECT_THAT(models(routed.find("large", Purpose::draw).value()), ElementsAre("large", "qwen"));
  EXPECT_THAT(models(routed.find("cloud/large", Purpose::draw).value()), ElementsAre("large"));
}

}  // namespace
}  // namespace gw
