// The upstream's clock: it moves, changes its zone, talks nonsense or says nothing. No drawing is
// asked for with a token that cannot be right.
#include "tests/fault/upstream_faults.hpp"

#include <atomic>
#include <chrono>
#include <string>

namespace gw::test {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr const char* kTime = "/api/time";

class UpstreamClock : public UpstreamFaults {
 protected:
  void expect_refused_unsent(const RawAnswer& answer, std::size_t calls) const {
    EXPECT_GE(answer.status, 502) << answer.body;
    EXPECT_LE(answer.status, 504) << answer.body;
    EXPECT_EQ(envelope_fault(answer), std::nullopt);
    expect_nothing_internal(answer);
    EXPECT_EQ(fake->calls().size(), calls) << "nothing is sent that would only be refused";
  }
};

TEST_F(UpstreamClock, ThatChangesItsZoneCostsOneRefusalThatIsFree) {
  start({.zone = hours(1)});
  EXPECT_THAT(send(draw_small("a pear")), HasStatus(200));
  fake->set_zone(hours(2));
  for (int i = 0; i < 3; ++i) EXPECT_THAT(send(draw_small("a fig")), HasStatus(200));
  EXPECT_EQ(fake->calls().size(), 5u);
  EXPECT_EQ(fake->time_calls(), 2u);
  expect_slots({});
}

TEST_F(UpstreamClock, ThatIsSetBackCostsOneRefusalThatIsFree) {
  std::atomic<int> behind = 0;
  start({.wall = [&] { return std::chrono::system_clock::now() - minutes(behind.load()); }});
  EXPECT_THAT(send(draw_small("a pear")), HasStatus(200));
  behind = 3;
  for (int i = 0; i < 3; ++i) EXPECT_THAT(send(draw_small("a fig")), HasStatus(200));
  EXPECT_EQ(fake->calls().size(), 5u);
  EXPECT_EQ(fake->time_calls(), 2u);
}

TEST_F(UpstreamClock, ThatIsAMinuteAheadOfWhatItSaidIsStillServed) {
  std::atomic<int> ahead = 0;
  // In the middle of a minute, so that this test does not see another change.
  const auto middle = std::chrono::floor<minutes>(std::chrono::system_clock::now()) + seconds(1);
  const auto began = std::chrono::steady_clock::now();
  start({.wall = [&, middle] {
    const auto passed = std::chrono::steady_clock::now() - began;
    return middle + std::chrono::duration_cast<std::chrono::system_clock::duration>(passed) +
           minutes(ahead.load());
  }});
  EXPECT_THAT(send(draw_small("a pear")), HasStatus(200));
  ahead = 1;
  EXPECT_THAT(send(draw_small("a fig")), HasStatus(200));
  EXPECT_EQ(fake->calls().size(), 2u) << "the minute before is still accepted";
}

struct Nonsense {
  const char* name;
  FakeReply reply;
};

class ClockNonsense : public UpstreamClock, public testing::WithParamInterface<Nonsense> {};

TEST_P(ClockNonsense, IsNotBelieved) {
  start();
  fake->reply_to(kTime, GetParam().reply);
  expect_refused_unsent(send(draw_small(kPrompt)), 0);
  expect_slots({});
  fake->behave(kTime);
  EXPECT_THAT(send(draw_small("a pear")), HasStatus(200));
}

INSTANTIATE_TEST_SUITE_P(
    Of, ClockNonsense,
    testing::Values(
        Nonsense{"page", {200, "<html>maintenance</html>", "text/html"}},
        Nonsense{"failure", {500, R"({"error":"127.0.0.1:5432 is down"})"}},
        Nonsense{"front", {503, "<html>unavailable</html>", "text/html"}},
        Nonsense{"no_object", {200, "[]"}},
        Nonsense{"no_time", {200, R"({"timestamp":1795389421214})"}},
        Nonsense{"no_minute", {200, R"({"timestamp":1795389421214,"timeString":"202611992317"})"}},
        Nonsense{"no_number", {200, R"({"timestamp":"soon","timeString":"202611222317"})"}}),
    [](const auto& info) { return std::string(info.param.name); });

class ClockFaults : public UpstreamClock, public testing::WithParamInterface<const char*> {};

TEST_P(ClockFaults, EndBeforeAnythingIsSent) {
  start();
  fake->fault_to(kTime, *find_fault(GetParam()));
  expect_refused_unsent(send(draw_small(kPrompt)), 0);
  expect_slots({});
  fake->behave(kTime);
  EXPECT_THAT(send(draw_small("a pear")), HasStatus(200));
}

INSTANTIATE_TEST_SUITE_P(Of, ClockFaults,
                         testing::Values("reset", "reset_after_headers", "reset_after_body",
                                         "truncated", "cut_json", "endless", "html", "stall"),
                         [](const auto& info) { return std::string(info.param); });

}  // namespace
}  // namespace gw::test
