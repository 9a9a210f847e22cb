// An upstream that resets, stalls, babbles or is not there: a typed error in time, and slots that
// tell the truth afterwards.
#include "tests/e2e/upstream_fixture.hpp"
#include "tests/support/scripted_server.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <future>
#include <memory>
#include <string>
#include <vector>

namespace gw::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

class UpstreamFaults : public Upstream {
 protected:
  double unsure() const { return metric(port(), "gw_slots_unsure"); }
  // All slots are back, and what is unsure is known to be.
  void expect_slots(double unsure_slots) const {
    EXPECT_EQ(metric(port(), "gw_tasks_running"), 0);
    EXPECT_EQ(metric(port(), "gw_tasks_queued"), 0);
    EXPECT_EQ(unsure(), unsure_slots);
  }
  // The fake's death takes its sockets with it, as when a server is unplugged.
  std::uint16_t unplug() {
    const auto left = fake->port();
    fake.reset();
    return left;
  }
  void plug_in_again(std::uint16_t at, FakeOptions options = {}) {
    options.port = at;
    fake = std::make_unique<FakeDreamifly>(std::move(options));
  }
};

TEST_F(UpstreamFaults, AResetWhileDrawingLeavesItsSlotUnsure) {
  start({}, {{"UPSTREAM_CONCURRENCY_LIMIT", "2"}});
  fake->fault_next(1, FakeFault::reset);

  const auto answer = send(draw_small("a pear"));

  EXPECT_THAT(answer, IsError(502, "upstream_error", "null"));
  EXPECT_THAT(answer, HasHeader("x-should-retry", "false")) << "it may have been paid";
  expect_slots(1);
  // The other slot goes on alone.
  fake->set_delay(milliseconds(50));
  EXPECT_THAT(send(draw_small("a fig", R"(,"n":4)")), HasStatus(200));
  EXPECT_EQ(fake->most_running(), 1u);
  EXPECT_EQ(fake->calls().size(), 5u) << "nothing was drawn again by itself";
}

TEST_F(UpstreamFaults, AnAnswerThatStopsInTheMiddleIsNoPicture) {
  start({}, {{"UPSTREAM_CONCURRENCY_LIMIT", "2"}});
  fake->fault_next(1, FakeFault::truncated);
  EXPECT_THAT(send(draw_small("a pear")), IsError(502, "upstream_error", "null"));
  expect_slots(1);
  EXPECT_THAT(send(draw_small("a fig")), HasStatus(200));
}

TEST_F(UpstreamFaults, PagesInPlaceOfAnswers) {
  start({}, {{"UPSTREAM_CONCURRENCY_LIMIT", "9"}});
  const struct {
    FakeReply reply;
    int status;
    const char* code;
  } pages[] = {
      {{200, "<html>maintenance</html>", "text/html"}, 502, "upstream_error"},
      {{502, "<html>bad gateway</html>", "text/html"}, 502, "upstream_error"},
      {{503, "<html>unavailable</html>", "text/html"}, 503, "upstream_unavailable"},
      {{504, "<html>time-out</html>", "text/html"}, 504, "upstream_timeout"},
      {{500, "plain", "text/plain"}, 502, "upstream_error"},
  };
  double lost = 0;
  for (const auto& page : pages) {
    SCOPED_TRACE(page.reply.body);
    fake->reply_next(1, page.reply);
    EXPECT_THAT(send(draw_small(page.reply.body)), IsError(page.status, page.code, "null"));
    expect_slots(++lost);
  }
  // Known not to have begun.
  fake->reply_next(1, {404, "<html>not found</html>", "text/html"});
  EXPECT_THAT(send(draw_small("a pear")), IsError(502, "upstream_error", "null"));
  fake->reply_next(1, {403, "<html>forbidden</html>", "text/html"});
  EXPECT_THAT(send(draw_small("a fig")), IsError(503, "upstream_blocked", "null"));
  expect_slots(lost);
  EXPECT_THAT(send(draw_small("a plum")), HasStatus(200));
}

TEST_F(UpstreamFaults, UnpluggedInTheMiddleOfDrawings) {
  start({}, {{"UPSTREAM_CONCURRENCY_LIMIT", "3"}});
  EXPECT_THAT(send(draw_small("before")), HasStatus(200));
  fake->hold();
  std::vector<std::future<RawAnswer>> answers;
  for (int i = 0; i < 3; ++i) {
    answers.push_back(ask_aside(port(), draw_small(fmt::format("pear {}", i))));
  }
  ASSERT_TRUE(fake->wait_for_running(3, kPatience));
  unplug();

  for (auto& answer : answers) EXPECT_THAT(answer.get(), IsError(502, "upstream_error", "null"));
  expect_slots(3);
}

TEST_F(UpstreamFaults, NobodyThereCostsNothingAndHealsByItself) {
  start({}, {{"UPSTREAM_CONCURRENCY_LIMIT", "1"}});
  EXPECT_THAT(send(draw_small("before")), HasStatus(200));
  const auto at = unplug();

  for (int i = 0; i < 10; ++i) {
    const auto answer = send(draw_small(fmt::format("pear {}", i)));
    EXPECT_THAT(answer, IsError(503, "upstream_unavailable", "null"));
    EXPECT_GE(std::stoi(answer.header("Retry-After").value_or("0")), 1);
  }
  expect_slots(0);
  EXPECT_THAT(send(get("/health/ready")), HasStatus(200)) << "this gateway is well";

  plug_in_again(at);
  EXPECT_THAT(send(draw_small("after")), HasStatus(200));
  EXPECT_EQ(fake->calls().size(), 1u);
}

TEST_F(UpstreamFaults, NobodyThereFromTheStart) {
  start();
  const auto at = unplug();
  EXPECT_THAT(send(draw_small("a pear")), IsError(503, "upstream_unavailable", "null"));
  plug_in_again(at);
  EXPECT_THAT(send(draw_small("a pear")), HasStatus(200));
}

TEST_F(UpstreamFaults, AStallEndsInTimeAndKeepsItsSlot) {
  start({}, {{"UPSTREAM_CONCURRENCY_LIMIT", "2"}, {"API_REQUEST_TIMEOUT", "1"}});
  fake->hold();
  const auto began = std::chrono::steady_clock::now();
  EXPECT_THAT(send(draw_small("a pear", R"(,"n":2)")), IsError(504, "upstream_timeout", "null"));
  EXPECT_LT(std::chrono::steady_clock::now() - began, seconds(3));

  EXPECT_EQ(metric(port(), "gw_tasks_running"), 2) << "the upstream still draws them";
  EXPECT_THAT(send(draw_small("a fig")), IsError(504, "queue_timeout", "null"));
  fake->release();
  EXPECT_TRUE(eventually([&] { return metric(port(), "gw_tasks_running") == 0; }));
  expect_slots(0);
  EXPECT_THAT(send(draw_small("a plum")), HasStatus(200));
  EXPECT_LE(fake->most_running(), 2u);
}

TEST_F(UpstreamFaults, AnUnsureSlotIsTriedWithOneRequestAfterHalfAMinute) {
  start({.concurrency = 1});
  fake->fault_next(1, FakeFault::reset);
  EXPECT_THAT(send(draw_small("a pear")), IsError(502, "upstream_error", "null"));
  expect_slots(1);
  const auto began = std::chrono::steady_clock::now();
  auto first = ask_aside(port(), draw_small("a fig").with("X-Api-Key", std::string(kApiKey)));
  auto second = std::async(std::launch::async,
                           [this] { return ask(port(), draw_small("a plum"), seconds(60)); });
  EXPECT_TRUE(eventually([&] { return metric(port(), "gw_tasks_queued") == 2; }));
  EXPECT_EQ(fake->calls().size(), 1u) << "nobody knows whether it still draws, so nothing is sent";

  ASSERT_TRUE(fake->wait_for_running(1, seconds(40)) || fake->calls().size() > 1);
  EXPECT_GE(std::chrono::steady_clock::now() - began, seconds(28));
  EXPECT_THAT(second.get(), HasStatus(200));
  EXPECT_EQ(fake->most_running(), 1u);
  EXPECT_EQ(fake->calls().size(), 3u);
  expect_slots(0);
  EXPECT_THAT(first.get(), HasStatus(200));
}

TEST_F(UpstreamFaults, AStallBeforeTheHeadersAndOneInTheBodyAreAnsweredAlike) {
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

TEST_F(UpstreamFaults, AnEndlessAnswerIsCutOff) {
  const std::string block(1 << 20, 'A');
  const ScriptedServer upstream([&](const RawRequest&, std::size_t) {
    std::string endless =
        "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n"
        "{\"imageUrl\":\"data:image/png;base64,";
    for (int i = 0; i < 120; ++i) endless += block;
    return ScriptedAnswer{std::move(endless), ScriptedAnswer::Then::close};
  });
  const auto own = GatewayProcess::serving(
      {.environment = {{"DREAMIFLY_BASE_URL", fmt::format("http://127.0.0.1:{}", upstream.port())},
                       {"DREAMIFLY_AUTH_TOKEN", "old-token"}}});
  const auto before = own->resident_kib();

  EXPECT_THAT(ask(own->port(), draw_small("a pear")), IsError(502, "upstream_error", "null"));

  EXPECT_LT(own->resident_kib(), before + 100 * 1024);
}

TEST_F(UpstreamFaults, DozensOfRoundsLeaveNothingBehind) {
  start({}, {{"UPSTREAM_CONCURRENCY_LIMIT", "200"}, {"LOG_LEVEL", "error"}});
  const auto round = [&](int number) {
    fake->fault_next(1, FakeFault::reset);
    EXPECT_EQ(send(draw(R"({"prompt":"a pear","size":"512x512"})")).status, 502);
    fake->fault_next(1, FakeFault::truncated);
    EXPECT_EQ(send(draw(R"({"prompt":"a fig","size":"512x512"})")).status, 502);
    fake->reply_next(1, {500, R"({"error":"Prediction failed"})"});
    EXPECT_EQ(send(draw_small(fmt::format("{}", number))).status, 502);
    EXPECT_EQ(send(draw(R"({"prompt":"a plum","size":"512x512"})")).status, 200);
  };
  for (int i = 0; i < 15; ++i) round(i);  // allocators and caches find their size
  const auto memory = gateway->resident_kib();
  const auto files = gateway->open_files();
  for (int i = 15; i < 60; ++i) round(i);

  EXPECT_LT(gateway->resident_kib(), memory + 4 * 1024) << "KiB; before: " << memory;
  EXPECT_LE(gateway->open_files(), files + 2);
  EXPECT_TRUE(eventually([&] { return metric(port(), "gw_picture_bytes_in_memory") == 0; }));
  expect_slots(2 * 60);
}

}  // namespace
}  // namespace gw::test
