#include "core/model_catalog.hpp"

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
using testing::ElementsAre;

ModelInfo model(std::string id, std::vector<std::string> aliases = {}) {
  auto made = fake_model(std::move(id));
  made.aliases = std::move(aliases);
  return made;
}

class ModelCatalogTest : public testing::Test {
 protected:
  FakeProvider provider(std::string name, std::vector<ModelInfo> models) {
    return FakeProvider(io.get_executor(), {.name = std::move(name), .models = std::move(models)});
  }
  Result<ModelCatalog> create(ModelCatalog::Options options = {}) {
    return ModelCatalog::create({&site, &demo}, std::move(options));
  }
  static std::vector<std::string> names(const ModelCatalog& catalog) {
    std::vector<std::string> ids;
    for (const auto& listing : catalog.listings()) ids.push_back(listing.id);
    return ids;
  }

  asio::io_context io{1};
  FakeProvider site = provider("site", {model("qwen", {"dall-e-3"}), model("flux")});
  FakeProvider demo = provider("demo", {model("paint", {"gpt-image-1"})});
};

TEST_F(ModelCatalogTest, AModelIsFoundByIdAndByAlias) {
  const auto catalog = create().value();
  EXPECT_EQ(catalog.resolve("flux").value().model->id, "flux");
  EXPECT_EQ(catalog.resolve("dall-e-3").value().model->id, "qwen");
}

TEST_F(ModelCatalogTest, AModelComesWithTheProviderThatDrawsIt) {
  const auto catalog = create().value();
  EXPECT_EQ(catalog.resolve("qwen").value().provider, &site);
  EXPECT_EQ(catalog.resolve("gpt-image-1").value().provider, &demo);
}

TEST_F(ModelCatalogTest, AModelIsFoundByProviderAndId) {
  const auto catalog = create().value();
  EXPECT_EQ(catalog.resolve("demo/paint").value().model->id, "paint");
  EXPECT_FALSE(catalog.resolve("site/paint").has_value());
}

TEST_F(ModelCatalogTest, AnUnknownModelIsNotFoundWithOpenAisCode) {
  const auto catalog = create().value();
  const auto unknown = catalog.resolve("gpt-5");
  ASSERT_FALSE(unknown.has_value());
  EXPECT_EQ(unknown.error().kind(), ErrorKind::not_found);
  EXPECT_EQ(unknown.error().code(), "model_not_found");
  EXPECT_EQ(unknown.error().param(), "model");
  EXPECT_THAT(unknown.error().message(), testing::HasSubstr("gpt-5"));
}

TEST_F(ModelCatalogTest, AnEndlessNameIsNotRepeatedWhole) {
  const auto unknown = create().value().resolve(std::string(100'000, 'x'));
  EXPECT_LT(unknown.error().message().size(), 300u);
}

TEST_F(ModelCatalogTest, NamesAreExact) {
  const auto catalog = create().value();
  EXPECT_FALSE(catalog.resolve("Qwen").has_value());
  EXPECT_FALSE(catalog.resolve("qwen ").has_value());
}

TEST_F(ModelCatalogTest, EveryNameIsListedOnceIdsBeforeAliases) {
  EXPECT_THAT(names(create().value()),
              ElementsAre("qwen", "flux", "paint", "dall-e-3", "gpt-image-1"));
}

TEST_F(ModelCatalogTest, TheFirstModelIsTheDefault) {
  const auto catalog = create().value();
  EXPECT_EQ(catalog.default_model(), "qwen");
  EXPECT_EQ(catalog.resolve("").value().model->id, "qwen");
}

TEST_F(ModelCatalogTest, TheChosenDefaultIsListedFirst) {
  const auto catalog = create({.default_model = "paint", .aliases = {}}).value();
  EXPECT_EQ(catalog.resolve("").value().model->id, "paint");
  EXPECT_THAT(names(catalog), ElementsAre("paint", "qwen", "flux", "dall-e-3", "gpt-image-1"));
}

TEST_F(ModelCatalogTest, TheDefaultMayBeAnAlias) {
  const auto catalog = create({.default_model = "dall-e-3", .aliases = {}}).value();
  EXPECT_EQ(catalog.resolve("").value().model->id, "qwen");
  EXPECT_EQ(names(catalog).front(), "dall-e-3");
}

TEST_F(ModelCatalogTest, ADefaultThatIsNoModelIsRefusedNamingTheSetting) {
  const auto refused = create({.default_model = "nothing", .aliases = {}});
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().kind(), ErrorKind::invalid_request);
  EXPECT_EQ(refused.error().param(), "DEFAULT_MODEL");
}

TEST_F(ModelCatalogTest, TheOperatorsAliasIsAddedToTheList) {
  const auto catalog = create({.default_model = {}, .aliases = {{"my-model", "flux"}}}).value();
  EXPECT_EQ(catalog.resolve("my-model").value().model->id, "flux");
  EXPECT_EQ(names(catalog).back(), "my-model");
}

TEST_F(ModelCatalogTest, TheOperatorsAliasMayStandForAnAlias) {
  const auto catalog = create({.default_model = {}, .aliases = {{"mine", "gpt-image-1"}}}).value();
  EXPECT_EQ(catalog.resolve("mine").value().model->id, "paint");
}

TEST_F(ModelCatalogTest, TheOperatorsWordWinsOverABuiltInAlias) {
  const auto catalog = create({.default_model = {}, .aliases = {{"dall-e-3", "paint"}}}).value();
  EXPECT_EQ(catalog.resolve("dall-e-3").value().model->id, "paint");
  EXPECT_THAT(names(catalog), ElementsAre("qwen", "flux", "paint", "gpt-image-1", "dall-e-3"));
}

TEST_F(ModelCatalogTest, AnAliasOfNothingIsRefusedNamingTheSetting) {
  const auto refused = create({.default_model = {}, .aliases = {{"mine", "nothing"}}});
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().param(), "MODEL_MAPPING");
}

TEST_F(ModelCatalogTest, AModelsOwnIdWinsOverAnAliasWhoeverComesFirst) {
  auto cloud = provider("cloud", {model("dall-e-3")});
  const auto catalog = ModelCatalog::create({&site, &cloud}, {}).value();
  EXPECT_EQ(catalog.resolve("dall-e-3").value().provider, &cloud);
  EXPECT_EQ(catalog.resolve("qwen").value().provider, &site);
  EXPECT_THAT(names(catalog), ElementsAre("qwen", "flux", "dall-e-3"));
}

TEST_F(ModelCatalogTest, OfTwoModelsOfOneIdTheFirstHasItAndTheOtherItsLongName) {
  auto twice = provider("twice", {model("flux")});
  const auto catalog = ModelCatalog::create({&site, &twice}, {}).value();
  EXPECT_EQ(catalog.resolve("flux").value().provider, &site);
  EXPECT_EQ(catalog.resolve("twice/flux").value().provider, &twice);
  EXPECT_THAT(names(catalog), ElementsAre("qwen", "flux", "twice/flux", "dall-e-3"));
}

TEST_F(ModelCatalogTest, AnAliasOfTwoModelsMeansTheFirst) {
  auto alias = provider("alias", {model("other", {"dall-e-3"})});
  const auto catalog = ModelCatalog::create({&site, &alias}, {}).value();
  EXPECT_EQ(catalog.resolve("dall-e-3").value().provider, &site);
  EXPECT_THAT(names(catalog), ElementsAre("qwen", "flux", "other", "dall-e-3"));
}

TEST_F(ModelCatalogTest, NoModelAtAllIsRefused) {
  EXPECT_FALSE(ModelCatalog::create({}, {}).has_value());
}

// --- what is offered at present

TEST_F(ModelCatalogTest, AModelThatItsUpstreamDoesNotOfferIsRefusedByItsName) {
  const auto catalog = create().value();
  site.offer(0, false);
  for (const auto* name : {"qwen", "dall-e-3", "site/qwen", ""}) {
    const auto route = catalog.resolve(name);
    ASSERT_FALSE(route) << name;
    EXPECT_EQ(route.error().kind(), ErrorKind::not_found);
    EXPECT_EQ(route.error().code(), "model_not_found");
    EXPECT_EQ(route.error().param(), "model");
  }
  EXPECT_THAT(catalog.resolve("dall-e-3").error().message(), testing::HasSubstr("'dall-e-3'"));
  site.offer(0, true);
  EXPECT_TRUE(catalog.resolve("dall-e-3"));
}

TEST_F(ModelCatalogTest, TheOfferListsWhatCanBeAskedForNow) {
  const auto catalog = create().value();
  site.offer(1, false);
  const auto brand_new = model("Brand-New-3");
  site.discover(brand_new);
  std::vector<std::string> ids;
  for (const auto& listing : catalog.offered()) ids.push_back(listing.id);
  EXPECT_THAT(ids, ElementsAre("qwen", "paint", "dall-e-3", "gpt-image-1", "Brand-New-3"));
}

TEST_F(ModelCatalogTest, ADiscoveredModelIsFoundUnderTheUpstreamsOwnId) {
  const auto catalog = create().value();
  EXPECT_FALSE(catalog.resolve("Brand-New-3"));
  const auto brand_new = model("Brand-New-3");
  site.discover(brand_new);
  const auto route = catalog.resolve("Brand-New-3");
  ASSERT_TRUE(route);
  EXPECT_EQ(route->provider, &site);
  EXPECT_EQ(route->model, &brand_new);
}

TEST_F(ModelCatalogTest, ADiscoveredModelTakesNoNameAway) {
  const auto catalog = create().value();
  const auto thief = model("gpt-image-1");
  site.discover(thief);
  EXPECT_EQ(catalog.resolve("gpt-image-1").value().provider, &demo);
  EXPECT_EQ(catalog.resolve("site/gpt-image-1").value().model, &thief);
  EXPECT_EQ(catalog.offered().size(), catalog.listings().size() + 1);
  EXPECT_EQ(catalog.offered().back().id, "site/gpt-image-1");
}

TEST_F(ModelCatalogTest, ADiscoveredModelHasALongNameToo) {
  const auto catalog = create().value();
  const auto brand_new = model("vendor/new-3");
  site.discover(brand_new);
  EXPECT_EQ(catalog.resolve("vendor/new-3").value().model, &brand_new);
  EXPECT_EQ(catalog.resolve("site/vendor/new-3").value().model, &brand_new);
  EXPECT_FALSE(catalog.resolve("demo/vendor/new-3"));
}

// --- names that nobody knows yet

constexpr auto kOpen = ModelCatalog::Names::open;

std::vector<std::string> offered_ids(const ModelCatalog& catalog) {
  std::vector<std::string> ids;
  for (const auto& listing : catalog.offered()) ids.push_back(listing.id);
  return ids;
}

TEST_F(ModelCatalogTest, AnOpenCatalogueMayBeEmptyAtFirst) {
  auto late = provider("late", {});
  const auto catalog = ModelCatalog::create({&late}, {.names = kOpen}).value();
  const auto nothing = catalog.resolve("");
  ASSERT_FALSE(nothing);
  EXPECT_EQ(nothing.error().code(), "model_not_found");
  EXPECT_TRUE(catalog.offered().empty());

  const auto brand_new = model("new");
  late.discover(brand_new);

  EXPECT_EQ(catalog.resolve("").value().model, &brand_new);
  EXPECT_EQ(catalog.default_model(), "new");
  EXPECT_THAT(offered_ids(catalog), ElementsAre("new"));
}

TEST_F(ModelCatalogTest, AnOpenCatalogueTakesNamesForWhatIsToCome) {
  auto late = provider("late", {});
  const auto catalog =
      ModelCatalog::create({&late},
                           {.default_model = "mine", .aliases = {{"mine", "new"}}, .names = kOpen})
          .value();
  EXPECT_FALSE(catalog.resolve("mine"));
  const auto other = model("another");
  const auto brand_new = model("new");
  late.discover(other);
  late.discover(brand_new);
  EXPECT_EQ(catalog.resolve("mine").value().model, &brand_new);
  EXPECT_EQ(catalog.resolve("").value().model, &brand_new);
  EXPECT_THAT(offered_ids(catalog), ElementsAre("mine", "another", "new"));
}

TEST_F(ModelCatalogTest, TheOperatorSaysWhichOfTwoModelsANameMeans) {
  auto twice = provider("twice", {model("flux")});
  const auto catalog =
      ModelCatalog::create({&site, &twice}, {.aliases = {{"flux", "twice/flux"}}}).value();
  EXPECT_EQ(catalog.resolve("flux").value().provider, &twice);
  EXPECT_EQ(catalog.resolve("site/flux").value().provider, &site);
  EXPECT_EQ(catalog.resolve("twice/flux").value().provider, &twice);
  EXPECT_THAT(names(catalog), ElementsAre("qwen", "dall-e-3", "flux"));
}

TEST_F(ModelCatalogTest, AnAliasStandsForTheEditorWhereSomethingIsToBeEdited) {
  auto drawer = model("drawer", {"dall-e-2"});
  drawer.edits_by = "editor";
  auto editor = model("editor");
  editor.max_references = 1;
  auto studio = provider("studio", {drawer, editor});
  const auto catalog = ModelCatalog::create({&studio}, {}).value();
  const auto edits = [&](std::string_view name) {
    return catalog.resolve(name, Purpose::edit)->model->id;
  };
  EXPECT_EQ(catalog.resolve("dall-e-2")->model->id, "drawer");
  EXPECT_EQ(edits("dall-e-2"), "editor");
  EXPECT_EQ(edits(""), "editor") << "the default, as nobody has named it";
  EXPECT_EQ(edits("drawer"), "drawer");
  EXPECT_EQ(edits("studio/drawer"), "drawer");
  EXPECT_EQ(edits("editor"), "editor");
}

}  // namespace
}  // namespace gw
