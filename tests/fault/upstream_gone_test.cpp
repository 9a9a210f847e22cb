// An upstream that is unplugged, or was never there, or is a server of another kind.
#include "tests/fault/upstream_faults.hpp"

#include <fmt/format.h>

#include <future>
#include <vector>

namespace gw::test {
namespace {

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
  expect_slots({.unsure = 3});
}

TEST_F(UpstreamFaults, NobodyThereCostsNothingAndHealsByItself) {
  start({}, {{"UPSTREAM_CONCURRENCY_LIMIT", "1"}});
  EXPECT_THAT(send(draw_small("before")), HasStatus(200));
  const auto at = unplug();

  for (int i = 0; i < 4; ++i) {
    const auto answer = send(draw_small(fmt::format("pear {}", i)));
    EXPECT_THAT(answer, IsError(503, "upstream_unavailable", "null"));
    EXPECT_GE(std::stoi(answer.header("Retry-After").value_or("0")), 1);
  }
  expect_slots({});
  EXPECT_THAT(send(get("/health/ready")), HasStatus(200)) << "this gateway is well";

  plug_in_again(at);
  EXPECT_THAT(send(draw_small("after")), HasStatus(200));
  EXPECT_EQ(fake->calls().size(), 1u);
}

TEST_F(UpstreamFaults, WhoIsNotThereIsLeftAloneUntilSomebodyLooks) {
  start();
  const auto at = unplug();
  for (int i = 0; i < 5; ++i) {
    EXPECT_THAT(send(draw_small(fmt::format("pear {}", i))),
                IsError(503, "upstream_unavailable", "null"));
  }
  plug_in_again(at);
  const auto refused = send(draw_small("at once"));
  EXPECT_THAT(refused, IsError(503, "upstream_unavailable", "null"));
  EXPECT_THAT(refused.body, testing::HasSubstr("tried again soon"));
  EXPECT_EQ(fake->calls().size(), 0u);

  open_door();
  EXPECT_THAT(send(draw_small("after a look")), HasStatus(200));
  EXPECT_THAT(send(draw_small("and another")), HasStatus(200));
}

TEST_F(UpstreamFaults, NobodyThereFromTheStart) {
  start();
  const auto at = unplug();
  EXPECT_THAT(send(draw_small("a pear")), IsError(503, "upstream_unavailable", "null"));
  plug_in_again(at);
  EXPECT_THAT(send(draw_small("a pear")), HasStatus(200));
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
    const auto answer = send(draw_small(page.reply.body));
    EXPECT_THAT(answer, IsError(page.status, page.code, "null"));
    expect_nothing_internal(answer);
    expect_slots({.unsure = ++lost});
    // So that five of them are not in a row.
    EXPECT_THAT(send(draw_small("a quince")), HasStatus(200));
  }
  // Known not to have begun.
  fake->reply_next(1, {404, "<html>not found</html>", "text/html"});
  EXPECT_THAT(send(draw_small("a pear")), IsError(502, "upstream_error", "null"));
  fake->reply_next(1, {403, "<html>forbidden</html>", "text/html"});
  EXPECT_THAT(send(draw_small("a fig")), IsError(503, "upstream_blocked", "null"));
  expect_slots({.unsure = lost});
  EXPECT_THAT(send(draw_small("a plum")), HasStatus(200));
}

TEST_F(UpstreamFaults, WhatItSaysOfItselfStaysInside) {
  start();
  const struct {
    FakeReply reply;
    int tries;
  } own_words[] = {
      {{500, R"j({"error":"无法连接到ComfyUI服务 (http://127.0.0.1:8188)"})j"}, 2},
      {{500, R"j({"error":"API 端点不存在 (404): http://127.0.0.1:8188/api/prompt"})j"}, 2},
      {{500, R"j({"error":"connect ECONNREFUSED 127.0.0.1:8188"})j"}, 1},
      {{402, R"j({"error":"html: 127.0.0.1","code":"INSUFFICIENT_POINTS"})j"}, 1}};
  std::size_t tries = 0;
  for (const auto& [reply, times] : own_words) {
    fake->reply_next(times, reply);
    tries += static_cast<std::size_t>(times);
    const auto answer = send(draw_small(kPrompt));
    EXPECT_EQ(envelope_fault(answer), std::nullopt);
    expect_nothing_internal(answer);
  }
  expect_slots({});
  EXPECT_EQ(fake->calls().size(), tries);
}

}  // namespace
}  // namespace gw::test
