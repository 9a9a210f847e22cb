#include "api/route_json.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace gw::api {
namespace {

using testing::HasSubstr;

std::string fault(std::string_view text) {
  const auto parsed = parse_routes(text);
  return parsed ? "none" : parsed.error();
}

TEST(RouteSettings, AreReadWithTheirDefaults) {
  const auto table = parse_routes(R"({"auto": {"strategy": "least_busy", "routes": [
      {"model": "dreamifly/dreamifly-qwen-image", "weight": 3},
      {"model": "openai/gpt-image-1", "priority": 2}]},
    "plain": {"routes": [{"model": "demo/x"}]}})");
  ASSERT_TRUE(table) << table.error();
  const RouteTable wanted{
      {"auto",
       {RouteStrategy::least_busy,
        {{"dreamifly/dreamifly-qwen-image", 1, 3}, {"openai/gpt-image-1", 2, 1}}}},
      {"plain", {RouteStrategy::priority, {{"demo/x", 1, 1}}}}};
  EXPECT_EQ(*table, wanted);
  EXPECT_EQ(parse_routes(show_routes(*table)), wanted) << "what is shown reads as it was";
}

TEST(RouteSettings, NoneIsFineAndShownAsNothing) {
  EXPECT_EQ(parse_routes("{}"), RouteTable{});
  EXPECT_EQ(show_routes({}), "");
}

TEST(RouteSettings, EveryMistakeIsNamedWithItsPath) {
  EXPECT_EQ(fault(R"({"a": {"strategy": "cheapest", "routes": [
      {"model": "x/y", "weight": 0, "priority": 1.5}, {"model": "x/y"}, {"wieght": 1}]}})"),
            "a.strategy must be priority, weighted, least_busy or fastest; "
            "a.routes[0].priority must be a whole number from 1 to 1000; "
            "a.routes[0].weight must be a whole number from 1 to 1000; "
            "a.routes[1].model is 'x/y' for the second time; "
            "a.routes[2].wieght is not known; did you mean weight?; "
            "a.routes[2].model must be a model, as \"provider/model\"");
}

TEST(RouteSettings, WhatIsNotATreeOfRoutesIsRefused) {
  for (const auto* text : {"", "[]", "3", "{", R"("auto")"})
    EXPECT_THAT(fault(text), HasSubstr("must be a JSON object")) << text;
  EXPECT_EQ(fault(R"({"a": []})"), "a must be an object with `routes`");
  EXPECT_EQ(fault(R"({"a": {}})"), "a.routes must be a list of 1 to 16 routes");
  EXPECT_EQ(fault(R"({"a": {"routes": []}})"), "a.routes must be a list of 1 to 16 routes");
  EXPECT_THAT(fault(R"({"a": {"routes": ["x/y"]}})"), HasSubstr("a.routes[0] must be an object"));
  EXPECT_THAT(fault(R"({"a": {"routes": [{"model": "x/y", "weight": "3"}]}})"),
              HasSubstr("a.routes[0].weight"));
  EXPECT_THAT(fault(R"({"a b": {"routes": [{"model": "x/y"}]}})"), HasSubstr("has a name"));
  EXPECT_THAT(fault(R"({"a": {"routes": [{"model": "x/画"}]}})"), HasSubstr("a.routes[0].model"));
}

}  // namespace
}  // namespace gw::api
