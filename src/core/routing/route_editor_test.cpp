#include "core/routing/route_editor.hpp"

#include "tests/support/fake_provider.hpp"
#include "tests/support/memory_route_store.hpp"
#include "tests/support/recording_log.hpp"
#include "tests/support/run.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

namespace gw {
namespace {

using test::fake_model;
using test::FakeProvider;
using testing::Contains;
using testing::IsEmpty;
using testing::Not;

// "site" draws qwen, "cloud" large; "pinned" has its routes in the configuration.
class RouteEditorTest : public testing::Test {
 protected:
  RouteEditorTest() { restart(); }

  void restart() {
    editor.reset();
    const RouteTable pinned{{"pinned", {{}, {{"site/qwen"}, {"wide"}}}}};
    auto aliases = routed_aliases(pinned);
    aliases.emplace("mapped", "site/qwen");
    catalog = std::make_unique<ModelCatalog>(
        ModelCatalog::create({&site, &cloud}, {.aliases = std::move(aliases)}).value());
    book = std::make_unique<RouteBook>(*catalog, pinned);
    const RouteEditor::Parts parts{*catalog, *book, store};
    editor = std::make_unique<RouteEditor>(parts, io.get_executor(), log);
    const auto opened = test::run(io, editor->open());
    EXPECT_TRUE(opened) << opened.error().message();
  }
  Result<void> put(std::string name, std::vector<RouteSetting> routes) {
    RouteSettings settings{RouteStrategy::priority, std::move(routes)};
    return test::run(io, editor->put(std::move(name), std::move(settings)));
  }
  Result<void> remove(std::string name) { return test::run(io, editor->remove(std::move(name))); }
  // The provider that a plain request for it would go to first; empty: nobody knows the name.
  std::string drawn_by(std::string_view name) {
    const auto entry = book->find(name, Purpose::draw);
    if (!entry || !entry->candidates.front().route) return {};
    return std::string(entry->candidates.front().route->provider->name());
  }
  std::vector<std::string> listed() {
    std::vector<std::string> ids;
    for (const auto& listing : book->offered()) ids.push_back(listing.id);
    return ids;
  }

  asio::io_context io{1};
  FakeProvider site{io.get_executor(), {.name = "site", .models = {fake_model("qwen")}}};
  FakeProvider cloud{io.get_executor(),
                     {.name = "cloud", .models = {fake_model("large"), fake_model("wide")}}};
  const ModelInfo found = fake_model("found");
  test::MemoryRouteStore store;
  test::RecordingLog log;
  std::unique_ptr<ModelCatalog> catalog;
  std::unique_ptr<RouteBook> book;
  std::unique_ptr<RouteEditor> editor;
};

TEST_F(RouteEditorTest, ANameGetsRoutesAndKeepsThemOverARestart) {
  EXPECT_EQ(drawn_by("auto"), "");
  ASSERT_TRUE(put("auto", {{"cloud/large"}, {"site/qwen", 2}}));
  EXPECT_EQ(drawn_by("auto"), "cloud");
  EXPECT_THAT(listed(), Contains("auto"));
  EXPECT_TRUE(catalog->resolve("auto")) << "whoever only looks for a name finds it";

  ASSERT_TRUE(put("auto", {{"site/qwen"}, {"cloud/large"}}));
  EXPECT_EQ(drawn_by("auto"), "site");
  restart();
  EXPECT_EQ(drawn_by("auto"), "site");
  EXPECT_EQ(book->find("auto", Purpose::draw)->candidates.size(), 2u);
}

TEST_F(RouteEditorTest, ARemovedNameMeansWhatItDidBefore) {
  ASSERT_TRUE(put("large", {{"site/qwen"}}));
  EXPECT_EQ(drawn_by("large"), "site");
  ASSERT_TRUE(remove("large"));
  EXPECT_EQ(drawn_by("large"), "cloud");
  ASSERT_TRUE(put("auto", {{"site/qwen"}}));
  ASSERT_TRUE(remove("auto"));
  EXPECT_THAT(listed(), Not(Contains("auto")));
  EXPECT_EQ(remove("auto").error().kind(), ErrorKind::not_found);
  restart();
  EXPECT_THAT(book->added(), IsEmpty());
}

TEST_F(RouteEditorTest, RoutesOfTheDefaultsNameLeaveItTheDefault) {
  EXPECT_EQ(catalog->default_model(), "qwen");
  ASSERT_TRUE(put("qwen", {{"cloud/large"}, {"site/qwen"}}));
  EXPECT_EQ(catalog->default_model(), "qwen");
  EXPECT_EQ(drawn_by(""), "cloud");
}

TEST_F(RouteEditorTest, WhatTheConfigurationSaysStays) {
  EXPECT_EQ(put("pinned", {{"cloud/large"}}).error().kind(), ErrorKind::conflict);
  EXPECT_EQ(remove("pinned").error().kind(), ErrorKind::conflict);
  EXPECT_EQ(put("mapped", {{"cloud/large"}}).error().kind(), ErrorKind::conflict);
  EXPECT_EQ(drawn_by("pinned"), "site");
}

TEST_F(RouteEditorTest, WhatDoesNotFitIsNamed) {
  const auto unknown = put("auto", {{"site/qwen"}, {"cloud/nothing"}});
  EXPECT_EQ(unknown.error().param(), "routes[1].model");
  EXPECT_EQ(put("auto", {{"mapped"}}).error().param(), "routes[0].model");
  EXPECT_EQ(put("auto", {{"auto"}}).error().param(), "routes[0].model");
  EXPECT_EQ(put("site/qwen", {{"cloud/large"}}).error().param(), "name");
  EXPECT_THAT(book->added(), IsEmpty());
}

TEST_F(RouteEditorTest, WhatTheDiskDoesNotTakeHasNotHappened) {
  ASSERT_TRUE(put("auto", {{"site/qwen"}}));
  store.is_full = true;
  EXPECT_EQ(put("auto", {{"cloud/large"}}).error().kind(), ErrorKind::storage_unavailable);
  EXPECT_EQ(put("other", {{"cloud/large"}}).error().kind(), ErrorKind::storage_unavailable);
  EXPECT_EQ(remove("auto").error().kind(), ErrorKind::storage_unavailable);
  EXPECT_EQ(drawn_by("auto"), "site");
  EXPECT_EQ(drawn_by("other"), "");
  store.is_full = false;
  EXPECT_TRUE(put("auto", {{"cloud/large"}})) << "and it can be done again";
}

TEST_F(RouteEditorTest, WhatIsFoundWhileWeRunMayBeRoutedAndIsThereAfterARestart) {
  site.discover(found);
  ASSERT_TRUE(put("auto", {{"site/found"}, {"cloud/large"}}));
  ASSERT_TRUE(put("other", {{"site/qwen"}}));
  EXPECT_EQ(drawn_by("auto"), "site");
  site.forget_discovered();  // as a new process knows no list yet
  restart();
  EXPECT_EQ(drawn_by("auto"), "") << "it waits for its model";
  EXPECT_EQ(book->find("auto", Purpose::draw)->candidates.at(1).route->provider, &cloud);
  ASSERT_TRUE(remove("other"));
  EXPECT_TRUE(store.kept.contains("auto")) << "another change leaves it";
  site.discover(found);
  EXPECT_EQ(drawn_by("auto"), "site");
  EXPECT_TRUE(catalog->resolve("auto"));
}

TEST_F(RouteEditorTest, WhatOthersLeadToKeepsItsMeaning) {
  ASSERT_TRUE(put("auto", {{"large"}}));
  EXPECT_EQ(put("large", {{"site/qwen"}}).error().kind(), ErrorKind::conflict);
  EXPECT_EQ(put("wide", {{"site/qwen"}}).error().kind(), ErrorKind::conflict)
      << "the configuration's lead there";
  EXPECT_EQ(drawn_by("auto"), "cloud");
}

TEST_F(RouteEditorTest, ANameThatTheConfigurationHasNowIsLeftOutAndSaid) {
  ASSERT_TRUE(put("other", {{"site/qwen"}}));
  store.kept["pinned"] = {{}, {{"cloud/large"}}};
  restart();
  EXPECT_EQ(drawn_by("pinned"), "site");
  EXPECT_EQ(drawn_by("other"), "site");
  EXPECT_EQ(log.count("routes_not_used"), 1u);
  ASSERT_TRUE(remove("other"));
  EXPECT_TRUE(store.kept.contains("pinned")) << "and not forgotten";
}

}  // namespace
}  // namespace gw
