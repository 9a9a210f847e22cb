// Answers that begin before their pictures are there.
#include "base/base64.hpp"
#include "tests/e2e/upstream_fixture.hpp"
#include "tests/support/nginx_process.hpp"

#include <fmt/format.h>

#include <future>
#include <string>
#include <vector>

namespace gw::test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

Ask stream(std::string_view prompt, std::string_view more = "") {
  return draw_small(prompt, fmt::format(R"(,"stream":true{})", more));
}

Ask with_spaces(std::string_view prompt, std::string_view more = "") {
  return draw_small(prompt, more).with("x-heartbeat", "whitespace");
}

std::string completed(const std::string& picture) {
  return R"("b64_json":")" + base64_encode(picture) + "\"";
}

std::size_t count(std::string_view text, std::string_view part) {
  std::size_t found = 0;
  for (auto at = text.find(part); at != text.npos; at = text.find(part, at + 1)) ++found;
  return found;
}

class Streams : public Upstream {
 protected:
  void start_hasty(FakeOptions options = {}, std::map<std::string, std::string> environment = {}) {
    environment.emplace("HEARTBEAT_TIME", "20ms");
    start(std::move(options), std::move(environment));
  }
};

TEST_F(Streams, BeginWhileThePictureIsDrawn) {
  start_hasty();
  fake->hold();
  RawSocket socket(port());
  socket.send(wire(stream("a pear", R"(,"seed":7)")));

  const auto head = socket.receive_until("\r\n\r\n");
  EXPECT_THAT(head, StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(head, HasSubstr("Content-Type: text/event-stream\r\n"));
  EXPECT_THAT(head, HasSubstr("Cache-Control: no-cache\r\n"));
  EXPECT_THAT(head, HasSubstr("X-Accel-Buffering: no\r\n"));
  EXPECT_THAT(head, HasSubstr("x-seed: 7\r\n"));
  EXPECT_THAT(head, HasSubstr("x-request-id: "));
  for (int heartbeat = 0; heartbeat < 3; ++heartbeat)
    EXPECT_THAT(socket.receive_until("\n\n"), ContainsRegex(": drawing [0-9]+\\.[0-9]s"));

  fake->release();
  const auto rest = socket.receive_until("\r\n0\r\n\r\n");
  EXPECT_THAT(rest, HasSubstr("event: image_generation.completed\n"));
  EXPECT_THAT(rest, HasSubstr(base64_encode(drawn_by(fake->calls().at(0)))));
  EXPECT_THAT(rest, Not(HasSubstr("[DONE]")));
}

TEST_F(Streams, TellWhereInTheLineTheyAre) {
  start_hasty({}, {{"UPSTREAM_CONCURRENCY_LIMIT", "1"}});
  fake->hold();
  auto drawn = ask_aside(port(), draw_small("a pear"));
  ASSERT_TRUE(fake->wait_for_running(1, kPatience));
  RawSocket socket(port());
  socket.send(wire(stream("a fig")));
  EXPECT_THAT(socket.receive_until("\n\n"), HasSubstr(": queued 1/1"));
  fake->release();
  EXPECT_THAT(drawn.get(), HasStatus(200));
  EXPECT_THAT(socket.receive_until("\r\n0\r\n\r\n"), HasSubstr("image_generation.completed"));
}

TEST_F(Streams, GiveEachOfSeveralPicturesWhenItIsThere) {
  start({}, {{"UPSTREAM_CONCURRENCY_LIMIT", "3"}});
  const auto answer = send(stream("a pear", R"(,"n":3)"));
  EXPECT_EQ(count(answer.body, "event: image_generation.completed\n"), 3u);
  for (const auto& call : fake->calls())
    EXPECT_THAT(answer.body, HasSubstr(completed(drawn_by(call))));
}

TEST_F(Streams, ThatLostTheirReaderAreThereForItsRepeat) {
  start_hasty();
  fake->hold();
  const auto left = [](const boost::json::object& line) {
    const auto* status = line.if_contains("status");
    return status && status->to_number<int>() == 499;
  };
  {
    RawSocket socket(port());
    socket.send(wire(stream("a pear")));
    socket.receive_until("\n\n");
    ASSERT_TRUE(fake->wait_for_running(1, kPatience));
  }
  ASSERT_TRUE(gateway->wait_for_log(left));

  auto repeat = ask_aside(port(), draw_small("a pear").with("x-stainless-retry-count", "1"));
  EXPECT_TRUE(eventually([&] { return metric(port(), "gw_tasks_adopted_total") == 1; }));
  fake->release();
  const auto answer = repeat.get();
  EXPECT_THAT(answer, HasHeader("x-adopted", "1"));
  EXPECT_EQ(picture_of(answer), drawn_by(fake->calls().at(0)));
  EXPECT_EQ(fake->calls().size(), 1u);
}

TEST_F(Streams, AreRefusedWithAStatusWhileNothingHasBeenSent) {
  start();
  EXPECT_THAT(send(stream("a pear", R"(,"size":"1x1")")), IsError(400, "invalid_value", "size"));
  EXPECT_THAT(send(stream("a pear", R"(,"model":"none")")),
              IsError(404, "model_not_found", "model"));
  EXPECT_THAT(send(stream("a pear", R"(,"partial_images":4)")),
              IsError(400, "invalid_value", "partial_images"));
  EXPECT_TRUE(fake->calls().empty());
}

TEST_F(Streams, EndWithAnErrorEventWhenItIsTooLateForAStatus) {
  start();
  fake->reply_next(1, {});
  const auto answer = send(stream("a pear"));
  EXPECT_THAT(answer, HasStatus(200));
  EXPECT_THAT(answer.body,
              HasSubstr("event: error\ndata: {\"type\":\"error\",\"error\":{\"message\":"));
  EXPECT_THAT(answer.body, HasSubstr(R"("code":"upstream_error")"));
  EXPECT_TRUE(gateway->wait_for_log([](const boost::json::object& line) {
    const auto* error = line.if_contains("error");
    return error && error->as_string() == "upstream_error";
  }));
}

TEST_F(Streams, NameWhatHasNoEffectOnThem) {
  start();
  const auto answer = send(stream("a pear", R"(,"response_format":"url","partial_images":2)"));
  EXPECT_THAT(answer, HasHeader("x-ignored-params", "response_format, partial_images"))
      << "links have no place in these events, and this upstream shows nothing in between";
  EXPECT_THAT(answer.body, HasSubstr(completed(drawn_by(fake->calls().at(0)))));
}

// --- previews

TEST(DemoStreams, ShowThePictureWhileItIsPainted) {
  const auto gateway = GatewayProcess::serving({.environment = {{"DEMO_DELAY_MS", "400"}}});
  const auto answer = ask(gateway->port(), stream("a pear", R"(,"partial_images":3)"));
  const auto previews = count(answer.body, "event: image_generation.partial_image\n");
  EXPECT_GE(previews, 1u);
  EXPECT_LE(previews, 3u);
  EXPECT_THAT(answer.body, HasSubstr(R"("partial_image_index":0,)"));
  EXPECT_EQ(count(answer.body, "event: image_generation.completed\n"), 1u);
  EXPECT_EQ(gateway->stop().exit_code, 0);
}

// --- plain JSON with spaces ahead

TEST_F(Streams, AreNotTheOnlyAnswersThatBeginEarly) {
  start_hasty();
  fake->hold();
  RawSocket socket(port());
  socket.send(wire(with_spaces("a pear")));
  EXPECT_THAT(socket.receive_until("\r\n\r\n"), HasSubstr("Content-Type: application/json\r\n"));
  for (int heartbeat = 0; heartbeat < 3; ++heartbeat)
    EXPECT_EQ(socket.receive_until(" \r\n"), "1\r\n \r\n");
  fake->release();
  EXPECT_THAT(socket.receive_until("\r\n0\r\n\r\n"),
              HasSubstr(base64_encode(drawn_by(fake->calls().at(0)))));
}

TEST_F(Streams, WithSpacesAheadAreStillOneDocument) {
  start_hasty();
  const auto answer = send(with_spaces("a pear"));
  EXPECT_THAT(answer.body, StartsWith(" {"));
  EXPECT_EQ(picture_of(answer), drawn_by(fake->calls().at(0)));

  const auto linked = send(with_spaces("a pear", R"(,"response_format":"url")"));
  EXPECT_THAT(send(get(link_of(linked))), HasStatus(200));
}

TEST_F(Streams, WithSpacesAheadHaveNoStatusLeftForAnError) {
  start();
  fake->reply_next(1, {});
  const auto late = send(with_spaces("a pear"));
  EXPECT_THAT(late, HasStatus(200));
  EXPECT_EQ(error_field(late, "code"), "upstream_error");

  EXPECT_THAT(send(with_spaces("a pear", R"(,"size":"1x1")")),
              IsError(400, "invalid_value", "size"))
      << "but what is wrong with the request is known before";
  EXPECT_THAT(send(draw_small("a pear").with("x-heartbeat", "newline")),
              IsError(400, "null", "x-heartbeat"));
}

// --- behind nginx

std::string picture_called(const std::vector<FakeCall>& calls, std::string_view prompt) {
  for (const auto& call : calls) {
    if (order_of(call).at("prompt").as_string() == prompt) return drawn_by(call);
  }
  throw std::runtime_error("never drawn: " + std::string(prompt));
}

TEST_F(Streams, OutliveAProxyThatIsFiveTimesTooImpatient) {
  const auto program = find_nginx();
  if (!program) GTEST_SKIP() << "there is no nginx on this machine";
  start({.delay = seconds(10)}, {{"UPSTREAM_CONCURRENCY_LIMIT", "3"}, {"HEARTBEAT_TIME", "300ms"}});
  const NginxProcess nginx(*program, port(), seconds(2));

  auto plain = ask_aside(nginx.port(), draw_small("plain"));
  auto streamed = ask_aside(nginx.port(), stream("streamed"));
  auto spaced = ask_aside(nginx.port(), with_spaces("spaced"));

  EXPECT_THAT(plain.get(), HasStatus(504)) << "nginx has given up";
  const auto events = streamed.get();
  EXPECT_THAT(events, HasStatus(200)) << nginx.error_log();
  EXPECT_THAT(events.body, HasSubstr(completed(picture_called(fake->calls(), "streamed"))));
  const auto document = spaced.get();
  EXPECT_THAT(document, HasStatus(200)) << nginx.error_log();
  EXPECT_EQ(picture_of(document), picture_called(fake->calls(), "spaced"));
}

}  // namespace
}  // namespace gw::test
