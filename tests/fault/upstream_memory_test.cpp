// The same faults again and again: neither memory nor sockets nor slots run out.
#include "tests/fault/upstream_switches.hpp"

#include <chrono>
#include <future>
#include <string>
#include <vector>

namespace gw::test {
namespace {

// Half a megabyte, so that a picture that is kept is seen.
Ask draw_large(int number) {
  return draw(R"({"prompt":"pear )" + std::to_string(number) + R"(","size":"1024x512"})");
}

constexpr int kWarmUp = 4;  // allocators and caches find their size
constexpr int kRounds = 32;
constexpr int kInRow = 4;                  // faults: one more would shut the host's door
constexpr std::size_t kGrowth = 8 * 1024;  // KiB; 32 pictures that are kept would be 16 MB
constexpr std::size_t kSockets = 2;

class EverySwitchForLong : public UpstreamSwitches {
 protected:
  void TearDown() override {
    EXPECT_TRUE(eventually([&] { return metric(port(), "gw_picture_bytes_in_memory") == 0; }));
    UpstreamSwitches::TearDown();
  }

  // Between them a picture comes, so that the host counts as well.
  void one_after_the_other(int rounds) {
    for (int i = 0; i < rounds; ++i) {
      fake->fault_next(1, fault());
      EXPECT_EQ(send(draw_large(i)).status, GetParam().status);
      if (i % kInRow == kInRow - 1) draw_well();
    }
  }
  // Only the deadline ends a stall for its client, and only the server's end for the gateway.
  void at_the_same_time(int rounds) {
    const auto before = fake->calls().size();
    fake->fault_next(rounds, fault());
    std::vector<std::future<RawAnswer>> answers;
    for (int i = 0; i < rounds; ++i) answers.push_back(ask_aside(port(), draw_large(i)));
    for (auto& answer : answers) EXPECT_EQ(answer.get().status, GetParam().status);
    ASSERT_TRUE(eventually([&] { return fake->calls().size() == before + answers.size(); }));
    plug_in_again(unplug());
    ASSERT_TRUE(eventually([&] { return metric(port(), "gw_tasks_running") == 0; }));
    open_door();
    draw_well();
  }
  void draw_well() {
    EXPECT_EQ(send(draw_large(1'000 + drawn_well)).status, 200);
    ++drawn_well;
  }
  int drawn_well = 0;
  void repeat(int rounds) { stalls() ? at_the_same_time(rounds) : one_after_the_other(rounds); }
};

TEST_P(EverySwitchForLong, LeavesNothingBehind) {
  start_with(kWarmUp + kRounds + 1, 2);
  repeat(kWarmUp);
  const auto memory = gateway->resident_kib();
  const auto files = gateway->open_files();

  repeat(kRounds);

  // What is free goes back to the system every few seconds.
  EXPECT_TRUE(eventually([&] { return gateway->resident_kib() <= memory + kGrowth; },
                         std::chrono::seconds(30)))
      << memory << " KiB before, " << gateway->resident_kib() << " KiB after";
  RecordProperty("kib_grown", static_cast<int>(gateway->resident_kib()) - static_cast<int>(memory));
  EXPECT_TRUE(eventually([&] { return gateway->open_files() <= files + kSockets; }))
      << files << " before, " << gateway->open_files() << " after";
  expect_slots({.unsure = GetParam().slot == Slot::returned ? 0.0 : kWarmUp + kRounds});
  EXPECT_EQ(metric(port(), "gw_tasks_sent_total"), kWarmUp + kRounds + drawn_well);
  EXPECT_EQ(send(draw_large(0)).status, 200);
}

INSTANTIATE_TEST_SUITE_P(Of, EverySwitchForLong, testing::ValuesIn(kSwitches), name_of);

}  // namespace
}  // namespace gw::test
