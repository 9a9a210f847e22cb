#include "app/edge_watch.hpp"

#include "tests/support/engine_rig.hpp"

#include <gtest/gtest.h>

namespace gw::app {
namespace {

using namespace std::chrono_literals;

// A host that the upstream's own answers, the breaker and an edge may shut.
class EdgeWatch : public testing::Test {
 protected:
  void shut(ErrorKind kind, std::optional<std::chrono::milliseconds> time) {
    rig.engine.shut(rig.host, {.reason = Error(kind, "shut by others"), .for_at_least = time});
  }
  void edge(std::optional<HostShut> news) {
    follow_edge(rig.engine, rig.host, view(), news, rig.clock.wall());
  }
  static HostShut limited(std::chrono::milliseconds time) {
    return {.reason = Error(ErrorKind::rate_limited, "limited by the edge"),
            .for_at_least = time,
            .by_edge = true};
  }
  static HostShut challenged() {
    return {.reason = Error(ErrorKind::upstream_challenged, "a human is wanted"),
            .for_at_least = std::nullopt,
            .by_edge = true};
  }
  HostView view() const { return rig.engine.host(rig.host).value(); }

  test::EngineRig rig;
};

TEST_F(EdgeWatch, WhatTheEdgeHasShutItOpens) {
  edge(limited(30s));
  EXPECT_EQ(view().door, DoorState::shut);
  edge(challenged());
  EXPECT_EQ(view().until, std::nullopt);
  edge(limited(10s));
  EXPECT_NE(view().until, std::nullopt) << "the edge knows best how it is itself";
  edge(std::nullopt);
  EXPECT_EQ(view().door, DoorState::open);
}

TEST_F(EdgeWatch, WhatTheUpstreamHasShutStaysSo) {
  shut(ErrorKind::quota_exhausted, 6h);
  const auto until = view().until;
  edge(limited(30s));
  EXPECT_EQ(view().until, until);
  edge(std::nullopt);
  EXPECT_EQ(view().until, until);
  EXPECT_EQ(view().door, DoorState::shut);
}

TEST_F(EdgeWatch, TheBreakersDoorIsItsOwn) {
  shut(ErrorKind::upstream_unavailable, 15s);
  edge(std::nullopt);
  EXPECT_EQ(view().door, DoorState::shut);
  edge(limited(60s));
  EXPECT_EQ(view().reason, "limited by the edge") << "longer";
}

// Whatever it calls it: its own words for too many requests are those of an edge.
TEST_F(EdgeWatch, AnUpstreamThatSendsUsAwayIsNoEdge) {
  for (const auto kind : {ErrorKind::upstream_blocked, ErrorKind::rate_limited}) {
    rig.engine.reopen(rig.host);
    shut(kind, 600s);
    edge(std::nullopt);
    EXPECT_EQ(view().door, DoorState::shut) << to_string(kind);
  }
  edge(challenged());
  EXPECT_EQ(view().kind, "upstream_challenged");
}

}  // namespace
}  // namespace gw::app
