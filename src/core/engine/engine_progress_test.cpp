// What clients can see of a task while they wait: its place in line, and the picture as it grows.
#include "core/engine/engine.hpp"
#include "tests/support/engine_rig.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

namespace gw {
namespace {

using namespace std::chrono_literals;
using test::EngineRig;

Picture sketch(std::string bytes) {
  return {share(std::move(bytes)), ImageFormat::png, {8, 8}};
}

TEST(EngineProgress, AQueuedTaskKnowsItsPlace) {
  EngineRig rig;
  const auto running = rig.ask();
  const auto first = rig.ask({.caller = "bob"});
  const auto second = rig.ask({.caller = "bob"});
  const auto other = rig.ask({.caller = "carol"});

  EXPECT_EQ(first.progress().stage, Progress::Stage::queued);
  EXPECT_EQ(first.progress().place, 1u);
  EXPECT_EQ(other.progress().place, 2u) << "callers take turns";
  EXPECT_EQ(second.progress().place, 3u);
  EXPECT_EQ(second.progress().queued, 3u);

  rig.draw(running);
  EXPECT_EQ(first.progress().stage, Progress::Stage::drawing);
  EXPECT_EQ(other.progress().place, 1u);
  EXPECT_EQ(second.progress().place, 2u);
}

TEST(EngineProgress, InALongLineThePlaceIsThatOfAMomentAgo) {
  EngineRig rig;
  const auto running = rig.ask();
  std::vector<Ticket> line;
  for (int i = 0; i < 300; ++i) line.push_back(rig.ask({.caller = i % 2 == 0 ? "bob" : "carol"}));
  EXPECT_EQ(line.at(0).progress().place, 1u);
  EXPECT_EQ(line.at(299).progress().place, 300u);
  const auto late = rig.ask({.caller = "bob"});
  EXPECT_EQ(late.progress().place, 301u) << "not counted yet: the last";

  rig.draw(running);
  EXPECT_EQ(line.at(299).progress().place, 300u);
  rig.pass(2s);
  EXPECT_EQ(line.at(299).progress().place, 299u);
  EXPECT_EQ(line.at(0).progress().stage, Progress::Stage::drawing);
}

TEST(EngineProgress, ADrawnOneKnowsForHowLong) {
  EngineRig rig;
  const auto ticket = rig.ask();
  rig.send(ticket);
  rig.pass(1500ms);
  EXPECT_EQ(ticket.progress().drawing_time, 1500ms);
  rig.answer(ticket);
  EXPECT_EQ(ticket.progress().stage, Progress::Stage::drawn);
}

TEST(EngineProgress, PreviewsReachThoseWhoWantThem) {
  EngineRig rig;
  const auto ticket = rig.ask({.previews = Previews::wanted});
  rig.send(ticket);
  EXPECT_EQ(ticket.preview(), nullptr);

  rig.engine.preview(ticket.task(), sketch("first"));
  rig.engine.preview(ticket.task(), sketch("second"));
  EXPECT_EQ(rig.wakes, 2);
  EXPECT_FALSE(ticket.ready());
  ASSERT_NE(ticket.preview(), nullptr);
  EXPECT_EQ(ticket.preview()->number, 1);
  EXPECT_EQ(*ticket.preview()->picture.bytes, "second");

  rig.answer(ticket);
  EXPECT_EQ(ticket.preview(), nullptr) << "the picture itself is there";
}

TEST(EngineProgress, PreviewsThatNobodyWantsAreNotKept) {
  EngineRig rig;
  const auto ticket = rig.ask();
  rig.send(ticket);
  rig.engine.preview(ticket.task(), sketch("first"));
  EXPECT_EQ(ticket.preview(), nullptr);
  EXPECT_EQ(rig.wakes, 0);
  EXPECT_EQ(rig.engine.pictures_in_memory().used(), 0u);
}

TEST(EngineProgress, PreviewsCountAsPictureBytes) {
  EngineRig rig;
  const auto ticket = rig.ask({.previews = Previews::wanted});
  rig.send(ticket);
  rig.engine.preview(ticket.task(), sketch("12345"));
  EXPECT_EQ(rig.engine.pictures_in_memory().used(), 5u);
  rig.fail_with(ticket, test::refused());
  EXPECT_EQ(rig.engine.pictures_in_memory().used(), 0u);
}

TEST(EngineProgress, TheTimeToASlotFollowsFromWhatIsInLineBefore) {
  EngineRig rig(2);
  const auto& engine = rig.engine;
  const auto spec = test::spec_of({.caller = "carol", .typical = 30s});
  EXPECT_EQ(engine.time_to_slot(*spec, 2), 0s);
  EXPECT_EQ(engine.time_to_slot(*spec, 3), 7s) << "half of a drawing, two at a time";
  std::vector<Ticket> tickets;
  for (int i = 0; i < 2; ++i) tickets.push_back(rig.ask({.caller = "bob"}));
  EXPECT_EQ(engine.time_to_slot(*spec, 1), 7s);
  for (int i = 0; i < 10; ++i) tickets.push_back(rig.ask({.caller = "bob"}));
  EXPECT_EQ(engine.time_to_slot(*spec, 1), 22s) << "callers take turns";
  const auto bobs = test::spec_of({.caller = "bob", .typical = 30s});
  EXPECT_EQ(engine.time_to_slot(*bobs, 1), 157s);
}

}  // namespace
}  // namespace gw
