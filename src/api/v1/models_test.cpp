#include "api/v1/models.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace gw::api {
namespace {

namespace json = boost::json;

class ListedProvider final : public Provider {
 public:
  ListedProvider() {
    ModelInfo model;
    model.id = "dreamifly-qwen-image";
    model.upstream_id = "Qwen-Image";
    model.name = "Qwen Image";
    model.owned_by = "dreamifly";
    model.created = 1'700'000'000;
    model.aliases = {"gpt-image-1", "org/painter:1"};
    model.steps = StepsRule{10, 20};
    models_.push_back(model);
    model = {};
    model.id = "demo-2";
    model.max_references = 3;
    model.demo = true;
    models_.push_back(model);
  }
  std::string_view name() const override { return "listed"; }
  const HostId& host() const override { return host_; }
  std::size_t host_limit() const override { return 1; }
  const std::vector<ModelInfo>& models() const override { return models_; }
  void offer(std::size_t model, bool offered) { models_.at(model).offered = offered; }
  Async<Answer> draw(const ImageOrder&, Attempt&) override {
    co_return std::unexpected(UpstreamFailure{});
  }

 private:
  HostId host_{"listed"};
  std::vector<ModelInfo> models_;
};

class ModelsTest : public testing::Test {
 protected:
  ListedProvider provider_;
  ModelCatalog catalog_ = ModelCatalog::create({&provider_}, {}).value();
  RouteBook routes_{catalog_};
  ModelsEndpoint endpoint_{routes_};

  json::value item(std::string_view id) {
    const auto response = endpoint_.item(id);
    EXPECT_TRUE(response.has_value()) << id;
    return response ? json::parse(*response->pieces.at(0)) : json::value{};
  }
};

TEST_F(ModelsTest, TheListHasEveryNameOnceAliasesToo) {
  const auto response = endpoint_.list();
  EXPECT_EQ(response.headers.find("Content-Type"), "application/json");
  const auto body = json::parse(*response.pieces.at(0));
  EXPECT_EQ(body.at("object").as_string(), "list");
  std::vector<std::string> ids;
  for (const auto& entry : body.at("data").as_array()) ids.emplace_back(entry.at("id").as_string());
  EXPECT_EQ(ids, (std::vector<std::string>{"dreamifly-qwen-image", "demo-2", "gpt-image-1",
                                           "org/painter:1"}));
}

TEST_F(ModelsTest, TheListFollowsTheOffer) {
  const auto whole = endpoint_.list().pieces.at(0);
  EXPECT_EQ(endpoint_.list().pieces.at(0), whole) << "made once";
  provider_.offer(0, false);
  const auto body = json::parse(*endpoint_.list().pieces.at(0));
  ASSERT_EQ(body.at("data").as_array().size(), 1u);
  EXPECT_EQ(body.at("data").at(0).at("id").as_string(), "demo-2");
  EXPECT_FALSE(endpoint_.item("dreamifly-qwen-image"));
  provider_.offer(0, true);
  EXPECT_EQ(*endpoint_.list().pieces.at(0), *whole);
}

TEST_F(ModelsTest, AModelTellsWhatClientsRead) {
  const auto model = item("dreamifly-qwen-image");
  EXPECT_EQ(model.at("object").as_string(), "model");
  EXPECT_TRUE(model.at("created").is_int64());
  EXPECT_EQ(model.at("owned_by").as_string(), "dreamifly");
  EXPECT_EQ(model.at("name").as_string(), "Qwen Image");
  EXPECT_EQ(model.at("capabilities").at("steps"), (json::array{10, 20}));
  EXPECT_EQ(model.at("capabilities").at("previews"), false);
  EXPECT_EQ(model.at("supported_endpoint_types"), json::array{"image-generation"});
  EXPECT_EQ(model.at("architecture").at("output_modalities"), json::array{"image"});
  EXPECT_FALSE(model.as_object().contains("demo"));
  EXPECT_FALSE(model.as_object().contains("alias_of"));
}

TEST_F(ModelsTest, AnAliasIsAModelThatNamesTheRealOne) {
  const auto alias = item("org/painter:1");
  EXPECT_EQ(alias.at("id").as_string(), "org/painter:1");
  EXPECT_EQ(alias.at("alias_of").as_string(), "dreamifly-qwen-image");
}

TEST_F(ModelsTest, DemoModelsSaySo) {
  const auto demo = item("demo-2");
  EXPECT_TRUE(demo.at("demo").as_bool());
  EXPECT_FALSE(demo.at("capabilities").as_object().contains("steps"));
  EXPECT_EQ(demo.at("architecture").at("input_modalities"), (json::array{"text", "image"}));
}

TEST_F(ModelsTest, AnUnknownModelIsNotFound) {
  const auto response = endpoint_.item("nothing");
  ASSERT_FALSE(response.has_value());
  EXPECT_EQ(response.error().kind(), ErrorKind::not_found);
  EXPECT_EQ(response.error().code(), "model_not_found");
  EXPECT_EQ(response.error().param(), "model");
}

TEST_F(ModelsTest, ANameWithRoutesIsListedWithWhatAnyOfThemCan) {
  const RouteTable table{{"auto", {{}, {{"demo-2"}, {"dreamifly-qwen-image"}}}}};
  const auto catalog =
      ModelCatalog::create({&provider_}, {.aliases = routed_aliases(table)}).value();
  RouteBook book(catalog, table);
  ModelsEndpoint endpoint(book);
  const auto entry = json::parse(*endpoint.item("auto").value().pieces.at(0));
  EXPECT_EQ(entry.at("id").as_string(), "auto");
  EXPECT_EQ(entry.at("name").as_string(), "auto");
  EXPECT_FALSE(entry.as_object().contains("alias_of"));
  const auto& all = entry.at("capabilities").as_object();
  for (const auto* model : {"demo-2", "dreamifly-qwen-image"}) {
    const auto one = json::parse(*endpoint.item(model).value().pieces.at(0));
    EXPECT_GE(all.at("max_references").as_int64(),
              one.at("capabilities").at("max_references").as_int64());
  }
  const auto list = json::parse(*endpoint.list().pieces.at(0));
  EXPECT_EQ(list.at("data").as_array().back().at("id").as_string(), "auto");
}

}  // namespace
}  // namespace gw::api
