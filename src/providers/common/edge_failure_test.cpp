#include "providers/common/edge_failure.hpp"

#include <gtest/gtest.h>

namespace gw {
namespace {

using namespace std::chrono_literals;
using Advice = EdgeTrouble::Advice;
using Stage = TransferFault::Stage;

TransferFault fault(Stage stage, EdgeTrouble trouble) {
  return {.stage = stage,
          .timed_out = false,
          .error = Error(ErrorKind::upstream_challenged, "a human is wanted"),
          .edge = trouble};
}

TEST(EdgeFailure, AChallengedTaskIsHeldAndItsHostShutUntilSomebodyActs) {
  EdgeTrouble trouble{.advice = Advice::hold, .challenged = true, .shut = true, .shut_for = {}};
  const auto failure = edge_failure(fault(Stage::before_send, trouble));
  EXPECT_EQ(failure.act, Act::wait);
  EXPECT_EQ(failure.scope, Scope::host);
  EXPECT_TRUE(failure.challenged);
  EXPECT_TRUE(failure.unpaid);
  EXPECT_FALSE(failure.slot_unsure);
  ASSERT_TRUE(failure.shut);
  EXPECT_FALSE(failure.shut->for_at_least);
  EXPECT_EQ(failure.shut->reason.message(), "a human is wanted");
}

TEST(EdgeFailure, ALimitShutsTheHostForItsTime) {
  EdgeTrouble trouble{.advice = Advice::hold, .challenged = false, .shut = true, .shut_for = 30s};
  const auto failure = edge_failure(fault(Stage::before_send, trouble));
  EXPECT_EQ(failure.act, Act::wait);
  EXPECT_EQ(failure.shut->for_at_least, 30s);
  EXPECT_FALSE(failure.challenged);
}

TEST(EdgeFailure, StaleNewsIsThisTasksAlone) {
  EdgeTrouble trouble{.advice = Advice::again, .challenged = true, .shut = false, .shut_for = {}};
  const auto failure = edge_failure(fault(Stage::before_send, trouble));
  EXPECT_EQ(failure.act, Act::wait);
  EXPECT_EQ(failure.scope, Scope::request);
  EXPECT_FALSE(failure.shut);
}

TEST(EdgeFailure, ARefusalEndsIt) {
  EdgeTrouble trouble{.advice = Advice::fail, .challenged = false, .shut = true, .shut_for = {}};
  const auto failure = edge_failure(fault(Stage::before_send, trouble));
  EXPECT_EQ(failure.act, Act::fail);
  EXPECT_TRUE(failure.unpaid) << "another route may have it";
  EXPECT_TRUE(failure.shut);
}

TEST(EdgeFailure, WhatTheUpstreamMayHaveSeenIsNeverSentAgain) {
  const auto failure = edge_failure(fault(Stage::unsure, EdgeTrouble()));
  EXPECT_EQ(failure.act, Act::fail);
  EXPECT_TRUE(failure.slot_unsure);
  EXPECT_FALSE(failure.unpaid);
  EXPECT_TRUE(failure.transport_fault);
}

}  // namespace
}  // namespace gw
