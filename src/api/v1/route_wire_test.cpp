#include "api/v1/route_wire.hpp"

#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <utility>
#include <vector>

namespace gw::api {
namespace {

DrawnRoute chosen(std::vector<RejectedRoute> rejected) {
  RouteNote note{RouteStrategy::least_busy, std::move(rejected)};
  return {"site", "Qwen", std::make_shared<const RouteNote>(std::move(note))};
}

TEST(RouteWire, WithoutAChoiceItIsTheProviderAndItsModel) {
  EXPECT_EQ(route_header({"site", "Qwen", nullptr}), "site/Qwen");
  EXPECT_EQ(boost::json::serialize(route_object({"site", "Qwen", nullptr})),
            R"({"provider":"site","model":"Qwen"})");
}

TEST(RouteWire, SaysWhatSpokeAgainstTheOthers) {
  const auto route =
      chosen({{"openai", "gpt-image-1", "busy: 12 in line"}, {"", "own", "no mask"}});
  EXPECT_EQ(route_header(route),
            "site/Qwen; strategy=least_busy; not=openai/gpt-image-1:busy: 12 in line, own:no mask");
  EXPECT_EQ(boost::json::serialize(route_object(chosen({{"openai", "big", "no mask"}}))),
            R"({"provider":"site","model":"Qwen","strategy":"least_busy","rejected":[)"
            R"({"provider":"openai","model":"big","reason":"no mask"}]})");
}

TEST(RouteWire, TheHeaderIsPlainTextWhateverUpstreamsCallTheirModels) {
  const auto route = chosen({{"openai", "画,图;x\r\n", "shut: a, b"}});
  EXPECT_EQ(route_header(route),
            "site/Qwen; strategy=least_busy; not=openai/??? ??? x??:shut: a  b");
}

TEST(RouteWire, TheHeaderIsBounded) {
  std::vector<RejectedRoute> many;
  for (int i = 0; i < 1000; ++i)
    many.push_back({"openai", "model-" + std::to_string(i), "lower priority"});
  const auto header = route_header(chosen(many));
  EXPECT_LE(header.size(), kLongestRoute);
  EXPECT_THAT(header, testing::ContainsRegex(", \\+9[0-9]+$"));
  EXPECT_LE(route_header({std::string(5000, 'p'), std::string(5000, 'm'), nullptr}).size(),
            kLongestRoute);
}

}  // namespace
}  // namespace gw::api
