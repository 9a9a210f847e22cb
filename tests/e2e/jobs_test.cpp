// Jobs of the real program: handed in, asked for, withdrawn, and what becomes of them when the
// process is killed.
#include "base/base64.hpp"
#include "tests/e2e/upstream_fixture.hpp"
#include "tests/support/multipart_form.hpp"
#include "tests/support/temporary_directory.hpp"

#include <boost/json/array.hpp>
#include <fmt/format.h>

#include <string>
#include <string_view>
#include <vector>

namespace gw::test {
namespace {

namespace json = boost::json;
using testing::ElementsAre;
using testing::HasSubstr;

Ask as_job(const Ask& request, std::string preference = "respond-async") {
  return request.with("Prefer", std::move(preference));
}

class Jobs : public testing::Test {
 protected:
  // The disk and the upstream outlive the gateway.
  void start(std::map<std::string, std::string> environment = {}, FakeOptions options = {}) {
    if (!fake) fake = std::make_unique<FakeDreamifly>(std::move(options));
    environment.emplace("DREAMIFLY_BASE_URL", fake->base_url());
    environment.emplace("DREAMIFLY_SITE_KEY", "test-key");
    environment.emplace("UPSTREAM_CONCURRENCY_LIMIT", "1");
    gateway = GatewayProcess::serving(
        {.environment = std::move(environment), .data_dir = folder.path() / "data"});
  }
  void TearDown() override {
    if (fake) fake->release();
    if (gateway) EXPECT_EQ(gateway->stop().exit_code, 0);
  }

  RawAnswer send(const Ask& request) const { return ask(gateway->port(), request); }
  RawAnswer call(const std::string& method, const std::string& path) const {
    const Ask request{.method = method, .target = path};
    return send(request.with_key());
  }
  // Its path.
  std::string submit(const Ask& request) const {
    const auto answer = send(as_job(request));
    EXPECT_THAT(answer, HasStatus(202));
    return answer.header("Location").value_or("/nowhere");
  }
  json::object job(const std::string& path) const { return json_of(call("GET", path)); }
  std::string status(const std::string& path) const {
    return std::string(job(path).at("status").as_string());
  }
  bool becomes(const std::string& path, std::string_view wanted) const {
    return eventually([&] { return status(path) == wanted; });
  }
  std::vector<std::string> drawn_prompts() const {
    std::vector<std::string> prompts;
    for (const auto& call : fake->calls())
      prompts.emplace_back(order_of(call).at("prompt").as_string());
    return prompts;
  }

  TemporaryDirectory folder;
  std::unique_ptr<FakeDreamifly> fake;
  std::unique_ptr<GatewayProcess> gateway;
};

TEST_F(Jobs, AreAnsweredAtOnceAndFetchedLater) {
  start();
  fake->hold();
  const auto accepted = send(as_job(draw_small("a pear")));
  EXPECT_THAT(accepted, HasStatus(202));
  EXPECT_THAT(accepted, HasHeader("Preference-Applied", "respond-async"));
  EXPECT_TRUE(accepted.header("Retry-After"));
  const auto path = accepted.header("Location").value();
  EXPECT_EQ("/v1/jobs/" + std::string(json_of(accepted).at("id").as_string()), path);

  EXPECT_TRUE(becomes(path, "running"));
  const auto waiting = submit(draw_small("a fig"));
  EXPECT_EQ(job(waiting).at("position").to_number<int>(), 1);
  EXPECT_EQ(metric(gateway->port(), "gw_tasks_queued_jobs"), 1);

  fake->release();
  ASSERT_TRUE(becomes(path, "succeeded"));
  const auto done = job(path);
  const std::string_view picture =
      done.at("result").at("data").as_array().at(0).at("b64_json").as_string();
  EXPECT_EQ(base64_decode(picture).value(), drawn_by(fake->calls().at(0)));
  EXPECT_TRUE(becomes(waiting, "succeeded"));
  const auto list = json_of(call("GET", "/v1/jobs?status=succeeded"));
  EXPECT_EQ(list.at("data").as_array().size(), 2u);
}

TEST_F(Jobs, MayBeAnsweredInTime) {
  start();
  const auto answer = send(as_job(draw_small("a pear"), "respond-async, wait=30"));
  EXPECT_THAT(answer, HasStatus(200));
  EXPECT_EQ(picture_of(answer), drawn_by(fake->calls().at(0)));
  fake->hold();
  EXPECT_THAT(send(as_job(draw_small("a fig"), "wait=1")), HasStatus(202));
}

TEST_F(Jobs, MayBeEdits) {
  start({{"DREAMIFLY_EMAIL", "artist@example.com"}, {"DREAMIFLY_PASSWORD", "password"}},
        {.accounts = {{.email = "artist@example.com"}}});
  const auto cat = tiny_png(120, 80, 1);
  MultipartForm form;
  form.text("prompt", "a hat").text("size", "512x512").file("image", cat);
  const auto path = submit(form.edit());
  ASSERT_TRUE(becomes(path, "succeeded"));
  EXPECT_EQ(job(path).at("kind").as_string(), "edit");
  const auto order = order_of(fake->calls().at(0));
  const std::string_view sent = order.at("images").as_array().at(0).as_string();
  EXPECT_EQ(base64_decode(sent), cat);
}

TEST_F(Jobs, AreCancelledWhereNothingWasSent) {
  start();
  fake->hold();
  const auto path = submit(draw_small("a pear", R"(,"n":2)"));
  ASSERT_TRUE(fake->wait_for_running(1, std::chrono::seconds(10)));
  ASSERT_TRUE(becomes(path, "running"));
  const auto cancelled = json_of(call("POST", path + "/cancel"));
  EXPECT_EQ(cancelled.at("status").as_string(), "running");
  EXPECT_TRUE(cancelled.at("cancel_requested").as_bool());
  fake->release();
  EXPECT_TRUE(becomes(path, "partly_succeeded"));
  EXPECT_EQ(fake->calls().size(), 1u);
}

TEST_F(Jobs, AreRemovedAndThenLikeThoseThatNeverWere) {
  start();
  const auto path = submit(draw_small("a pear"));
  ASSERT_TRUE(becomes(path, "succeeded"));
  EXPECT_THAT(call("DELETE", path), HasStatus(200));
  const auto unknown = call("GET", "/v1/jobs/job_aaaaaaaaaaaaaaaaaaaaaaaaaa");
  EXPECT_THAT(unknown, IsError(404, "null", "null"));
  for (const auto& [method, more] :
       std::vector<std::pair<std::string, std::string>>{{"GET", ""},
                                                        {"GET", "/events"},
                                                        {"POST", "/cancel"},
                                                        {"POST", "/retry"},
                                                        {"DELETE", ""}}) {
    const auto gone = call(method, path + more);
    EXPECT_THAT(gone, HasStatus(404)) << method << more;
    EXPECT_EQ(gone.body, unknown.body);
  }
}

TEST_F(Jobs, TellOfThemselvesAndNothingTwice) {
  start();
  fake->hold();
  const auto path = submit(draw_small("a pear"));
  ASSERT_TRUE(becomes(path, "running"));
  const Ask events{.method = "GET", .target = path + "/events"};
  std::string last;
  {
    RawSocket socket(gateway->port());
    socket.send(wire(events.with_key()));
    const auto text = socket.receive_until("\n\n");
    EXPECT_THAT(text, HasSubstr("text/event-stream"));
    const auto event = text + socket.receive_until("\n\n");
    EXPECT_THAT(event, HasSubstr("event: job"));
    EXPECT_THAT(event, HasSubstr(R"("status":"running")"));
    const auto at = event.find("\nid: ") + 5;
    last = event.substr(at, event.find('\n', at) - at);
  }
  RawSocket socket(gateway->port());
  socket.send(wire(events.with_key().with("Last-Event-ID", last)));
  const auto begin = socket.receive_until(": running\n\n");
  EXPECT_EQ(begin.find("event: job"), std::string::npos);
  fake->release();
  const auto rest = socket.receive_rest();
  EXPECT_THAT(rest, HasSubstr(R"("status":"succeeded")"));
  EXPECT_EQ(rest.find("b64_json"), std::string::npos);

  const auto at = rest.find("\nid: ") + 5;
  last = rest.substr(at, rest.find('\n', at) - at);
  EXPECT_THAT(send(events.with_key().with("Last-Event-ID", last)), HasStatus(204));
}

TEST_F(Jobs, SurviveAKillAndNothingIsDrawnTwice) {
  start();
  fake->hold();
  const auto sent = submit(draw_small("sent"));
  ASSERT_TRUE(fake->wait_for_running(1, std::chrono::seconds(10)));
  const auto first = submit(draw_small("first"));
  const auto second = submit(draw_small("second"));
  gateway->kill();
  ASSERT_TRUE(gateway->wait());
  fake->release();

  // One slot more: that of the lost drawing is tried again only after a while.
  start({{"UPSTREAM_CONCURRENCY_LIMIT", "2"}});
  EXPECT_TRUE(becomes(sent, "unknown"));
  const auto why = job(sent).at("error").as_object();
  EXPECT_THAT(std::string(why.at("message").as_string()), HasSubstr("unknown"));
  EXPECT_TRUE(becomes(first, "succeeded"));
  EXPECT_TRUE(becomes(second, "succeeded"));
  EXPECT_THAT(drawn_prompts(), ElementsAre("sent", "first", "second"));

  EXPECT_THAT(call("POST", first + "/retry"), IsError(400, "null", "null"));
  EXPECT_THAT(call("POST", sent + "/retry"), HasStatus(200));
  EXPECT_TRUE(becomes(sent, "succeeded"));
  EXPECT_THAT(drawn_prompts(), ElementsAre("sent", "first", "second", "sent"));
}

TEST_F(Jobs, AreFoundByTheirKeyAfterAKill) {
  start();
  const auto request = as_job(draw_small("a pear")).with("Idempotency-Key", "order-1");
  const auto accepted = send(request);
  EXPECT_THAT(accepted, HasStatus(202));
  const auto path = accepted.header("Location").value();
  ASSERT_TRUE(becomes(path, "succeeded"));
  gateway->kill();
  ASSERT_TRUE(gateway->wait());
  start();
  const auto repeat = send(request);
  EXPECT_THAT(repeat, HasStatus(202));
  EXPECT_THAT(repeat, HasHeader("Location", path));
  EXPECT_THAT(repeat, HasHeader("x-adopted", "1"));
  EXPECT_THAT(send(as_job(draw_small("a fig")).with("Idempotency-Key", "order-1")),
              IsError(400, "null", "Idempotency-Key"));
  EXPECT_EQ(fake->calls().size(), 1u);
}

TEST_F(Jobs, ThatWaitAreLeftAloneByAGatewayThatEnds) {
  start({{"SHUTDOWN_GRACE", "60s"}});
  fake->hold();
  const auto running = submit(draw_small("running"));
  ASSERT_TRUE(fake->wait_for_running(1, std::chrono::seconds(10)));
  const auto waiting = submit(draw_small("waiting"));
  RawSocket watching(gateway->port());
  const Ask events{.method = "GET", .target = "/v1/events"};
  watching.send(wire(events.with_key()));
  watching.receive_until("\n\n");
  gateway->signal(SIGTERM);
  ASSERT_TRUE(gateway->wait_for_event("draining"));
  EXPECT_THAT(watching.receive_rest(), HasSubstr("shutting down"));
  fake->release();
  ASSERT_TRUE(gateway->wait());
  EXPECT_EQ(fake->calls().size(), 1u);
  start();
  EXPECT_EQ(status(running), "succeeded");
  EXPECT_TRUE(becomes(waiting, "succeeded"));
}

TEST_F(Jobs, AreWhatAHopelessWaitIsToldOf) {
  start();
  fake->hold();
  submit(draw_small("a pear"));
  ASSERT_TRUE(fake->wait_for_running(1, std::chrono::seconds(10)));
  const auto refused = send(draw_small("a fig").with("x-stainless-timeout", "1"));
  EXPECT_THAT(refused, IsError(503, "queue_full", "null"));
  EXPECT_THAT(refused, HasHeader("x-should-retry", "false"));
  EXPECT_FALSE(refused.header("Retry-After"));
  EXPECT_THAT(error_field(refused, "message"), HasSubstr("Prefer: respond-async"));
  auto patient = ask_aside(gateway->port(), draw_small("a fig").with("x-stainless-timeout", "600"));
  EXPECT_TRUE(eventually([&] { return metric(gateway->port(), "gw_tasks_queued") == 1; }));
  fake->release();
  EXPECT_THAT(patient.get(), HasStatus(200));
}

}  // namespace
}  // namespace gw::test
