#include "core/routing/route.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <utility>

namespace gw {
namespace {

using testing::ElementsAre;
using enum RouteStrategy;

TEST(Route, StrategiesHaveNames) {
  for (const auto strategy : {priority, weighted, least_busy, fastest})
    EXPECT_EQ(route_strategy_of(to_string(strategy)), strategy);
  EXPECT_EQ(to_string(least_busy), "least_busy");
  EXPECT_FALSE(route_strategy_of("cheapest"));
}

DrawnRoute chosen() {
  RouteNote note{weighted, {{"b", "Large", "not drawn: weight 1 of 4"}, {"c", "Small", "no mask"}}};
  return {"a", "Qwen", std::make_shared<const RouteNote>(std::move(note))};
}

TEST(Route, WhoDrewInPlaceOfTheChosenOneIsSaid) {
  const auto route = after_reroute(chosen(), "b");
  EXPECT_EQ(route.provider, "b");
  EXPECT_EQ(route.model, "Large");
  EXPECT_EQ(route.note->strategy, weighted);
  EXPECT_THAT(route.note->rejected, ElementsAre(RejectedRoute{"a", "Qwen", "gave way"},
                                                RejectedRoute{"c", "Small", "no mask"}));
}

TEST(Route, NothingChangesWithoutAReroute) {
  EXPECT_EQ(after_reroute(chosen(), "a").provider, "a");
  EXPECT_EQ(after_reroute(chosen(), "").provider, "a");
  EXPECT_EQ(after_reroute(chosen(), "unheard of").provider, "a");
  EXPECT_EQ(after_reroute({"a", "Qwen", nullptr}, "b").provider, "a");
}

}  // namespace
}  // namespace gw
