// Requests that come again: after an abort, after a time-out, or with an Idempotency-Key; and those
// that cannot even wait.
#include "tests/e2e/upstream_fixture.hpp"

#include <fmt/format.h>

#include <future>
#include <string>
#include <vector>

namespace gw::test {
namespace {

using std::chrono::seconds;

class Repeats : public Upstream {
 protected:
  static Ask repeat_of(const Ask& request) { return request.with("x-stainless-retry-count", "1"); }
};

TEST_F(Repeats, JoinTheDrawingTheirClientLeft) {
  start();
  fake->hold();
  const auto request = draw_small("a pear");
  send_and_leave(request);

  auto repeat = ask_aside(port(), repeat_of(request));
  EXPECT_TRUE(eventually([&] { return metric(port(), "gw_tasks_adopted_total") == 1; }));
  fake->release();
  const auto answer = repeat.get();

  EXPECT_THAT(answer, HasStatus(200));
  EXPECT_THAT(answer, HasHeader("x-adopted", "1"));
  EXPECT_EQ(picture_of(answer), drawn_by(fake->calls().at(0)));
  EXPECT_EQ(fake->calls().size(), 1u) << "drawn once, paid once";
}

TEST_F(Repeats, FindThePictureThatCameWhenNobodyWaited) {
  start();
  fake->hold();
  const auto request = draw_small("a pear", R"(,"response_format":"url")");
  send_and_leave(request);
  fake->release();
  EXPECT_TRUE(
      eventually([&] { return metric(port(), "gw_tasks_settled_total", "state=\"done\"") == 1; }));

  const auto answer = send(repeat_of(request));
  EXPECT_THAT(answer, HasHeader("x-adopted", "1"));
  EXPECT_THAT(send(get(link_of(answer))), HasStatus(200));
  EXPECT_EQ(fake->calls().size(), 1u);

  const auto second = send(repeat_of(request));
  EXPECT_EQ(second.header("x-adopted"), std::nullopt) << "claimed once";
  EXPECT_EQ(fake->calls().size(), 2u);
}

TEST_F(Repeats, OfOthersOrOfOtherThingsJoinNothing) {
  start({}, {{"UPSTREAM_CONCURRENCY_LIMIT", "8"}});
  fake->hold();
  const auto request = draw_small("a pear");
  send_and_leave(request);
  fake->release();
  EXPECT_TRUE(
      eventually([&] { return metric(port(), "gw_tasks_settled_total", "state=\"done\"") == 1; }));

  for (const auto& other :
       {repeat_of(draw_small("a pear", R"(,"user":"somebody else")")),
        repeat_of(draw_small("a fig")), repeat_of(request).with("Cache-Control", "no-cache"),
        repeat_of(request).with("X-OpenWebUI-User-Id", "7"), request}) {
    const auto answer = send(other);
    EXPECT_THAT(answer, HasStatus(200));
    EXPECT_EQ(answer.header("x-adopted"), std::nullopt) << wire(other);
  }
  EXPECT_EQ(fake->calls().size(), 6u);
}

TEST_F(Repeats, WithAnIdempotencyKeyGetTheSamePicture) {
  start();
  const auto request = draw_small("a pear").with("Idempotency-Key", "order-1");
  const auto first = send(request);
  const auto second = send(request);

  EXPECT_EQ(picture_of(second), picture_of(first));
  EXPECT_THAT(second, HasHeader("x-adopted", "1"));
  EXPECT_EQ(fake->calls().size(), 1u);
  EXPECT_THAT(send(draw_small("a fig").with("Idempotency-Key", "order-1")),
              IsError(400, "null", "Idempotency-Key"));
}

TEST_F(Repeats, AfterATimeOutCostNothing) {
  start({}, {{"API_REQUEST_TIMEOUT", "1"}});
  fake->hold();
  const auto request = draw_small("a pear");
  const auto began = std::chrono::steady_clock::now();
  const auto late = send(request);
  const auto took = std::chrono::steady_clock::now() - began;

  EXPECT_THAT(late, IsError(504, "upstream_timeout", "null"));
  EXPECT_THAT(late, HasHeader("x-should-retry", "false"));
  EXPECT_GE(took, seconds(1));
  EXPECT_LT(took, seconds(20)) << "not the default ten minutes";
  EXPECT_EQ(fake->running(), 1u) << "the upstream goes on, and so does its slot";

  EXPECT_THAT(send(draw_small("a fig")), IsError(504, "queue_timeout", "null"));
  EXPECT_EQ(fake->calls().size(), 1u) << "nothing was sent for which there was no slot";

  fake->release();
  EXPECT_TRUE(
      eventually([&] { return metric(port(), "gw_tasks_settled_total", "state=\"done\"") == 1; }));
  const auto answer = send(repeat_of(request));
  EXPECT_THAT(answer, HasStatus(200));
  EXPECT_THAT(answer, HasHeader("x-adopted", "1"));
  EXPECT_EQ(fake->calls().size(), 1u);
}

TEST_F(Repeats, AFullQueueSaysSoAtOnceAndWhenToComeBack) {
  start({}, {{"MAX_QUEUED_TASKS", "2"}});
  fake->hold();
  std::vector<std::future<RawAnswer>> waiting;
  for (int i = 0; i < 3; ++i)
    waiting.push_back(ask_aside(port(), draw_small(fmt::format("pear {}", i))));
  EXPECT_TRUE(eventually([&] { return metric(port(), "gw_tasks_queued") == 2; }));

  const auto refused = send(draw_small("one too many"));
  EXPECT_THAT(refused, IsError(503, "queue_full", "null"));
  EXPECT_GE(std::stoi(refused.header("Retry-After").value_or("0")), 1);
  EXPECT_LE(std::stoi(refused.header("Retry-After").value_or("0")), 60);

  fake->release();
  for (auto& answer : waiting) EXPECT_THAT(answer.get(), HasStatus(200));
}

}  // namespace
}  // namespace gw::test
