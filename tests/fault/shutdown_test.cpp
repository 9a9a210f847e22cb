// SIGTERM, SIGINT and SIGKILL at the worst moments.
#include "tests/e2e/upstream_fixture.hpp"
#include "tests/support/scripted_server.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <chrono>
#include <csignal>
#include <fstream>
#include <future>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace gw::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::EndsWith;
using testing::HasSubstr;

std::unique_ptr<GatewayProcess> drawing_takes(milliseconds delay,
                                              std::map<std::string, std::string> more = {}) {
  more.emplace("DEMO_DELAY_MS", fmt::to_string(delay.count()));
  return GatewayProcess::serving({.environment = std::move(more)});
}

bool are_running(const GatewayProcess& gateway, std::uint16_t port, int count) {
  EXPECT_GT(gateway.pid(), 0);
  return eventually([&] { return metric(port, "gw_tasks_running") >= count; });
}

class Shutdown : public Upstream, public testing::WithParamInterface<int> {};

TEST_P(Shutdown, AnswersWhatIsDrawnAndTakesNothingNew) {
  start({}, {{"UPSTREAM_CONCURRENCY_LIMIT", "2"}, {"SHUTDOWN_GRACE", "60s"}});
  fake->hold();
  std::vector<std::future<RawAnswer>> answers;
  // One more than there are slots: what waits in line is answered too.
  for (int i = 0; i < 3; ++i) {
    answers.push_back(ask_aside(port(), draw_small(fmt::format("pear {}", i))));
  }
  ASSERT_TRUE(are_running(*gateway, port(), 2));
  ASSERT_TRUE(eventually([&] { return metric(port(), "gw_tasks_queued") == 1; }));
  gateway->signal(GetParam());
  ASSERT_TRUE(gateway->wait_for_event("draining"));

  EXPECT_TRUE(eventually([&] { return !connects(port()); }));
  fake->release();
  for (auto& pending : answers) {
    const auto answer = pending.get();
    EXPECT_THAT(answer, HasStatus(200));
    EXPECT_THAT(answer, HasHeader("Connection", "close"));
  }
  const auto ended = gateway->wait();
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->exit_code, 0);
  EXPECT_TRUE(gateway->wait_for_event("stopped"));
}

INSTANTIATE_TEST_SUITE_P(Signals, Shutdown, testing::Values(SIGTERM, SIGINT));

TEST(ShutdownOfKeepAlive, DoesNotWaitForIdleConnections) {
  // Longer than stop() is willing to wait.
  const auto gateway = drawing_takes(milliseconds(0), {{"SHUTDOWN_GRACE", "300s"}});
  std::vector<RawSocket> idle;
  for (int i = 0; i < 50; ++i) {
    auto& socket = idle.emplace_back(gateway->port());
    if (i % 2 == 0) continue;  // never said anything
    socket.send("GET /health HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_EQ(socket.receive_answer().status, 200);
  }

  EXPECT_EQ(gateway->stop().exit_code, 0);

  for (auto& socket : idle) EXPECT_TRUE(socket.at_end());
}

class ShutdownWhileDrawing : public Upstream {};

TEST_F(ShutdownWhileDrawing, AnswersTheRequestThatWasOnItsWay) {
  start({}, {{"SHUTDOWN_GRACE", "60s"}});
  fake->hold();
  RawSocket busy(port());
  busy.send("GET /health HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(busy.receive_answer().status, 200);
  auto other = ask_aside(gateway->port(), draw_small("a pear"));  // keeps the drain going
  ASSERT_TRUE(are_running(*gateway, gateway->port(), 1));
  gateway->signal(SIGTERM);
  ASSERT_TRUE(gateway->wait_for_event("draining"));

  busy.send("GET /health/ready HTTP/1.1\r\nHost: a\r\n\r\n");
  const auto answer = busy.receive_answer();

  EXPECT_THAT(answer, HasStatus(503)) << "not ready any more";
  EXPECT_THAT(answer, HasHeader("Connection", "close"));
  fake->release();
  EXPECT_THAT(other.get(), HasStatus(200));
  const auto ended = gateway->wait();
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->exit_code, 0);
}

TEST(ShutdownGrace, EndsWithAnAnswerForEverybody) {
  const auto gateway = drawing_takes(seconds(60), {{"SHUTDOWN_GRACE", "300ms"}});
  auto pending = ask_aside(gateway->port(), draw_small("a pear"));
  ASSERT_TRUE(are_running(*gateway, gateway->port(), 1));

  EXPECT_EQ(gateway->stop().exit_code, 0);

  EXPECT_THAT(pending.get(), IsError(503, "shutting_down", "null"));
}

// A stream that is open when the grace ends, from its first heartbeat on.
std::string what_is_left_of(const Ask& request, std::string_view first) {
  const auto gateway =
      drawing_takes(seconds(60), {{"SHUTDOWN_GRACE", "300ms"}, {"HEARTBEAT_TIME", "20ms"}});
  RawSocket socket(gateway->port());
  socket.send(wire(request));
  socket.receive_until(first);
  EXPECT_EQ(gateway->stop().exit_code, 0);
  return socket.receive_rest();
}

constexpr std::string_view kOrderlyEnd = "\r\n0\r\n\r\n";

TEST(ShutdownGrace, EndsImageStreamsWithAnErrorEvent) {
  const auto rest = what_is_left_of(draw_small("a pear", R"(,"stream":true)"), ": drawing");
  EXPECT_THAT(rest, HasSubstr("event: error\ndata: {\"type\":\"error\",\"error\":{\"message\":"));
  EXPECT_THAT(rest, HasSubstr("\"code\":\"shutting_down\"}}\n\n"));
  EXPECT_THAT(rest, EndsWith(kOrderlyEnd));
}

TEST(ShutdownGrace, EndsChatStreamsWithAnError) {
  auto request = draw(R"({"stream":true,"messages":[{"role":"user","content":"a pear"}]})");
  request.target = "/v1/chat/completions";
  const auto rest = what_is_left_of(request, ": drawing");
  // Sent in pieces: the chunks' own lengths stand between them.
  EXPECT_THAT(rest, HasSubstr("{\"error\":{\"message\":"));
  EXPECT_THAT(rest, HasSubstr("\"code\":\"shutting_down\"}}"));
  EXPECT_THAT(rest, EndsWith(kOrderlyEnd));
}

TEST(ShutdownGrace, EndsLateJsonWithAnErrorDocument) {
  const auto rest =
      what_is_left_of(draw_small("a pear").with("x-heartbeat", "whitespace"), "\r\n\r\n1\r\n ");
  EXPECT_THAT(rest, HasSubstr("{\"error\":{\"message\":"));
  EXPECT_THAT(rest, HasSubstr("\"code\":\"shutting_down\"}}"));
  EXPECT_THAT(rest, EndsWith(kOrderlyEnd));
}

TEST(ShutdownGrace, EndsRelayedChatsWithAnError) {
  ScriptedServer upstream([](const RawRequest& request, std::size_t) -> ScriptedAnswer {
    if (request.target != "/v1/models")
      return {"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\ndata: one\n\n"};
    return {http_answer(200, R"({"data":[{"id":"gpt-5"},{"id":"gpt-image-1"}]})",
                        "Content-Type: application/json\r\n"),
            ScriptedAnswer::Then::close};
  });
  const auto gateway =
      GatewayProcess::serving({.environment = {{"OPENAI_UPSTREAM_BASE_URL", upstream.url("")},
                                               {"OPENAI_UPSTREAM_API_KEY", "sk-test-upstream"},
                                               {"SHUTDOWN_GRACE", "300ms"}}});
  auto request = draw(
      R"({"model":"openai/gpt-5","stream":true,"messages":[{"role":"user","content":"hello"}]})");
  request.target = "/v1/chat/completions";
  RawSocket socket(gateway->port());
  socket.send(wire(request));
  socket.receive_until("data: one\n\n");

  EXPECT_EQ(gateway->stop().exit_code, 0);

  const auto rest = socket.receive_rest();
  EXPECT_THAT(rest, HasSubstr("data: {\"error\":{\"message\":"));
  EXPECT_THAT(rest, EndsWith(kOrderlyEnd));
}

TEST(ShutdownGrace, IsNotHeldUpByAClientThatTakesNothing) {
  const auto gateway = drawing_takes(milliseconds(0), {{"SHUTDOWN_GRACE", "300ms"}});
  RawSocket deaf(gateway->port());
  deaf.send(wire(draw(R"({"prompt":"a pear","size":"1416x1416","n":4})")));
  EXPECT_EQ(deaf.receive(12), "HTTP/1.1 200");  // and not a byte more is taken

  EXPECT_EQ(gateway->stop().exit_code, 0);
}

TEST(SecondSignal, EndsAtOnce) {
  const auto gateway = drawing_takes(seconds(60));
  RawSocket waiting(gateway->port());
  waiting.send(wire(draw_small("a pear")));
  ASSERT_TRUE(are_running(*gateway, gateway->port(), 1));
  gateway->signal(SIGTERM);
  ASSERT_TRUE(gateway->wait_for_event("draining"));
  EXPECT_FALSE(gateway->wait(milliseconds(200))) << "the first one waits for the drawing";

  gateway->signal(SIGTERM);

  const auto ended = gateway->wait();
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->signal, SIGTERM);
}

class SuddenDeath : public testing::Test {
 protected:
  static std::vector<std::filesystem::path> leftovers(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> found;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
      const auto name = entry.path().filename().string();
      // The database's own log is empty after every start.
      if (!entry.is_regular_file() || name.starts_with("records.db")) continue;
      if (entry.path().parent_path().filename() == "tmp" || name.ends_with(".new") ||
          name.ends_with(".probe") || entry.file_size() == 0) {
        found.push_back(entry.path());
      }
    }
    return found;
  }

  TemporaryDirectory kept;
};

TEST_F(SuddenDeath, KeepsWhatWasHandedOut) {
  const auto data = kept.path() / "data";
  std::map<std::string, std::string> pictures;  // by link
  for (int round = 0; round < 4; ++round) {
    const auto gateway = GatewayProcess::serving({.data_dir = data});
    const auto port = gateway->port();
    for (const auto& [link, bytes] : pictures) {
      EXPECT_EQ(ask(port, get(link)).body, bytes) << "after " << round << " deaths";
    }
    EXPECT_EQ(leftovers(data), std::vector<std::filesystem::path>());
    for (int i = 0; i < 3; ++i) {
      const auto link = link_of(
          ask(port, draw_small(fmt::format("{} {}", round, i), R"(,"response_format":"url")")));
      pictures[link] = ask(port, get(link)).body;
      EXPECT_TRUE(pictures[link].starts_with("\x89PNG"));
    }
    // Many requests in all stages: written, drawn, queued, half sent.
    std::vector<RawSocket> busy;
    for (int i = 0; i < 30; ++i) {
      auto request =
          wire(draw_small(fmt::format("busy {}", i), R"(,"n":3,"response_format":"url")"));
      busy.emplace_back(port).send(i % 5 == 0 ? request.substr(0, request.size() - 3) : request);
    }
    ASSERT_TRUE(eventually([&] { return metric(port, "gw_library_pictures") >= 10 * round + 8; }));
    gateway->kill();
  }
}

TEST_F(SuddenDeath, LeavesNothingThatIsNotCleanedUp) {
  const auto data = kept.path() / "data";
  GatewayProcess::serving({.data_dir = data})->stop();
  // What a death in the middle of a write leaves, and what a power loss does to a new file.
  std::ofstream(data / "images" / "tmp" / "aaaaaaaaaaaaaaaaaaaaaaaaaa.png") << "half a pict";
  std::filesystem::create_directories(data / "images" / "bb" / "bb");
  std::ofstream(data / "images" / "bb" / "bb" / "bbbbbbbbbbbbbbbbbbbbbbbbbb.png").flush();

  const auto gateway = GatewayProcess::serving({.data_dir = data});

  EXPECT_EQ(leftovers(data), std::vector<std::filesystem::path>());
  EXPECT_EQ(metric(gateway->port(), "gw_library_pictures"), 0);
}

TEST_F(SuddenDeath, FreesThePortForTheNextOne) {
  const auto first = GatewayProcess::serving();
  RawSocket open(first->port());
  open.send("GET /health HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(open.receive_answer().status, 200);
  const auto port = first->port();
  first->kill();

  const auto second = GatewayProcess::serving(
      {.arguments = {"serve", "--port", fmt::to_string(port), "--data-dir", kept.path().string()}});

  EXPECT_EQ(second->port(), port);
}

}  // namespace
}  // namespace gw::test
