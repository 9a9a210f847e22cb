// Every way in which an answer can go wrong: a typed error in time, a slot that tells the truth,
// nothing drawn a second time.
#include "tests/fault/upstream_switches.hpp"

#include <algorithm>
#include <future>
#include <string>

namespace gw::test {
namespace {

constexpr int kDeadline = 5;

TEST(Switches, AllHaveARow) {
  for (const auto& [name, fault] : all_faults())
    EXPECT_EQ(std::ranges::count(kSwitches, name, &Switch::name), 1) << name;
  EXPECT_EQ(std::size(kSwitches), all_faults().size());
}

class EverySwitch : public UpstreamSwitches {};

TEST_P(EverySwitch, IsAnsweredInTimeAndLeavesItsSlotAsTheEngineTableSays) {
  const auto slot = GetParam().slot;
  start_with(2, kDeadline);
  EXPECT_THAT(send(draw_small("before")), HasStatus(200)) << "leaves a connection to be used again";
  fake->fault_next(1, fault());

  expect_told(send(draw_small(kPrompt)));

  expect_slots(
      {.in_use = slot == Slot::held ? 1.0 : 0.0, .unsure = slot == Slot::unsure ? 1.0 : 0.0});
  EXPECT_EQ(fake->calls().size(), 2u) << "nothing is drawn again by itself";

  // As many pictures at a time as there are slots left.
  const std::size_t left = slot == Slot::returned ? 2 : 1;
  fake->hold();
  auto next = ask_aside(port(), draw_small("after", R"(,"n":2)"));
  ASSERT_TRUE(fake->wait_for_running(left, kPatience));
  EXPECT_TRUE(eventually(
      [&] { return metric(port(), "gw_tasks_queued") == 2 - static_cast<double>(left); }));
  EXPECT_EQ(fake->running(), left);
  fake->release();
  EXPECT_THAT(next.get(), HasStatus(200));
  EXPECT_EQ(fake->most_running(), left);
  EXPECT_EQ(fake->calls().size(), 4u);
}

INSTANTIATE_TEST_SUITE_P(Of, EverySwitch, testing::ValuesIn(kSwitches), name_of);

TEST_F(UpstreamFaults, ASlowBodyIsThePictureAllTheSame) {
  start();
  for (const auto fault : {FakeFault::trickle, FakeFault::wrong_label}) {
    fake->fault_next(1, fault);
    EXPECT_EQ(picture_of(send(draw_small("a pear"))), drawn_by(fake->calls().back()));
  }
}

}  // namespace
}  // namespace gw::test
