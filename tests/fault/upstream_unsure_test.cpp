// Slots of which nobody knows: they are tried with one request, which is free while the upstream
// still draws.
#include "tests/fault/upstream_faults.hpp"
#include "tests/support/scripted_server.hpp"

#include <fmt/format.h>

#include <chrono>
#include <future>
#include <string>

namespace gw::test {
namespace {

using std::chrono::seconds;
using std::chrono::steady_clock;

constexpr seconds kProbeAfter{30};  // the design's engine table

std::future<RawAnswer> ask_patiently(std::uint16_t port, Ask request) {
  return std::async(std::launch::async, [port, request = std::move(request)] {
    return ask(port, request, seconds(120));
  });
}

TEST_F(UpstreamFaults, AnUnsureSlotIsTriedWithOneRequestAtATimeWhileItsDrawingGoesOn) {
  start({.concurrency = 1});
  fake->hold();
  fake->fault_next(1, FakeFault::reset_while_drawing);
  const auto began = steady_clock::now();
  EXPECT_THAT(send(draw_small("a pear")), IsError(502, "upstream_error", "null"));
  expect_slots({.unsure = 1});
  ASSERT_TRUE(fake->wait_for_running(1, kPatience)) << "it does not notice that nobody waits";

  auto first = ask_patiently(port(), draw_small("a fig"));
  auto second = ask_patiently(port(), draw_small("a plum"));
  ASSERT_TRUE(eventually([&] { return metric(port(), "gw_tasks_queued") == 2; }));
  EXPECT_EQ(fake->calls().size(), 1u) << "nobody knows whether it still draws: nothing is sent";

  const auto refused = [&] { return metric(port(), "gw_upstream_waits_total") == 1; };
  ASSERT_TRUE(eventually(refused, seconds(60)));
  EXPECT_GE(steady_clock::now() - began, kProbeAfter);
  EXPECT_EQ(fake->calls().size(), 2u) << "one of the two tried, and was refused for nothing";
  EXPECT_EQ(metric(port(), "gw_tasks_queued"), 2);
  EXPECT_EQ(metric(port(), "gw_slots_unsure"), 1);
  fake->release();

  EXPECT_THAT(first.get(), HasStatus(200));
  EXPECT_THAT(second.get(), HasStatus(200));
  EXPECT_EQ(fake->most_running(), 1u);
  EXPECT_EQ(fake->calls().size(), 4u) << "each of the two was drawn once";
  expect_slots({});
}

// The whole of an answer's head and half of its body, and less.
TEST(UpstreamStalls, AreAnsweredAlikeWhereverTheyBegin) {
  const auto half = http_answer(200, std::string(1'000, ' '), "Content-Type: application/json\r\n");
  for (const auto& bytes :
       {std::string(), std::string("HTTP/1.1 200 OK\r\n"), half.substr(0, half.size() - 500)}) {
    SCOPED_TRACE(bytes.size());
    const ScriptedServer upstream([&](const RawRequest&, std::size_t) {
      return ScriptedAnswer{bytes, ScriptedAnswer::Then::keep_open};
    });
    const auto own = GatewayProcess::serving(
        {.environment = {
             {"DREAMIFLY_BASE_URL", fmt::format("http://127.0.0.1:{}", upstream.port())},
             {"DREAMIFLY_AUTH_TOKEN", "old-token"},
             {"SHUTDOWN_GRACE", "0"},
             {"API_REQUEST_TIMEOUT", "1"}}});
    EXPECT_THAT(ask(own->port(), draw_small("a pear")), IsError(504, "upstream_timeout", "null"));
    EXPECT_EQ(own->stop().exit_code, 0);
  }
}

}  // namespace
}  // namespace gw::test
