// One request's lines in the log: why it was slow, why it failed (docs/operations.md).
#include "tests/e2e/upstream_fixture.hpp"

#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>

#include <future>
#include <string>
#include <vector>

namespace gw::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

std::string text_in(const boost::json::object& line, std::string_view field) {
  const auto* found = line.if_contains(field);
  if (found == nullptr) return "";
  return found->is_string() ? std::string(found->as_string()) : boost::json::serialize(*found);
}

class RequestLog : public Upstream {
 protected:
  // All lines with the answer's id; the request's own is the last to come.
  std::vector<boost::json::object> lines_of(const RawAnswer& answer) const {
    const auto id = answer.header("x-request-id").value_or("none");
    const auto is_of = [&id](const boost::json::object& line) {
      return text_in(line, "request_id") == id;
    };
    EXPECT_TRUE(gateway->wait_for_log([&](const boost::json::object& line) {
      return is_of(line) && text_in(line, "event") == "request";
    }));
    std::vector<boost::json::object> found;
    for (auto& line : gateway->log()) {
      if (is_of(line)) found.push_back(std::move(line));
    }
    return found;
  }
  // With sessions at hand: they are signed in one at a time.
  void start_with_two_accounts() {
    FakeOptions options;
    options.accounts = {{.email = "canary-one@example.com"}, {.email = "canary-two@example.com"}};
    fake = std::make_unique<FakeDreamifly>(std::move(options));
    const auto session = [this](const std::string& email) {
      return boost::json::object{{"label", email}, {"session_cookie", fake->open_session(email)}};
    };
    const boost::json::array accounts{session("canary-one@example.com"),
                                      session("canary-two@example.com")};
    gateway = GatewayProcess::serving(
        {.environment = {{"DREAMIFLY_BASE_URL", fake->base_url()},
                         {"DREAMIFLY_SITE_KEY", "test-key"},
                         {"DREAMIFLY_ACCOUNTS", boost::json::serialize(accounts)}}});
  }
  static std::vector<std::string> column(const std::vector<boost::json::object>& lines,
                                         std::string_view field) {
    std::vector<std::string> found;
    for (const auto& line : lines) found.push_back(text_in(line, field));
    return found;
  }
};

TEST_F(RequestLog, TellsEveryTryAndWhoMadeIt) {
  start_with_two_accounts();
  fake->reply_next(1, {403, R"({"error":"x","code":"USER_BANNED"})"});
  const auto answer = send(draw_small("a canary pear"));
  EXPECT_THAT(answer, HasStatus(200));

  const auto lines = lines_of(answer);
  EXPECT_THAT(column(lines, "event"), ElementsAre("task_leased", "task_tried", "task_repeated",
                                                  "task_leased", "task_tried", "request"));
  EXPECT_THAT(column(lines, "outcome"),
              ElementsAre("", "no_account_available", "", "", "drawn", ""));
  EXPECT_THAT(column(lines, "act"), ElementsAre("", "other", "other", "", "", ""));
  EXPECT_THAT(column(lines, "status"), ElementsAre("", "403", "", "", "200", "200"));
  EXPECT_THAT(column(lines, "try"), ElementsAre("1", "1", "", "2", "2", ""));
  const auto accounts = column(lines, "account");
  EXPECT_EQ(accounts[0], accounts[1]);
  EXPECT_EQ(accounts[3], accounts[4]);
  EXPECT_NE(accounts[0], accounts[3]);
  EXPECT_THAT(gateway->standard_error(), HasSubstr(R"("state":"banned")"));
  EXPECT_THAT(gateway->standard_error(), Not(HasSubstr("canary")));
}

TEST_F(RequestLog, TellsHowLongItWaitedForASlot) {
  start({}, {{"UPSTREAM_CONCURRENCY_LIMIT", "1"}});
  fake->hold();
  auto first = ask_aside(port(), draw_small("a pear"));
  ASSERT_TRUE(fake->wait_for_running(1, kPatience));
  auto second = ask_aside(port(), draw_small("a fig"));
  ASSERT_TRUE(gateway->wait_for_event("task_queued"));
  fake->release();
  EXPECT_THAT(first.get(), HasStatus(200));

  const auto lines = lines_of(second.get());
  EXPECT_THAT(column(lines, "event"),
              ElementsAre("task_queued", "task_leased", "task_tried", "request"));
  EXPECT_EQ(text_in(lines[0], "held_by"), "line");
  EXPECT_EQ(text_in(lines[1], "slots"), "1");
  EXPECT_EQ(text_in(lines[1], "slots_held"), "1");
}

TEST_F(RequestLog, TellsWhyItFailed) {
  start();
  fake->reply_next(1, {500, R"({"error":"Prediction failed"})"});
  const auto lines = lines_of(send(draw_small("a pear")));
  EXPECT_THAT(column(lines, "event"),
              ElementsAre("task_leased", "task_tried", "task_settled", "request"));
  EXPECT_EQ(text_in(lines[1], "act"), "fail");
  EXPECT_EQ(text_in(lines[1], "status"), "500");
  EXPECT_THAT(text_in(lines[1], "detail"), HasSubstr("Prediction failed"));
  EXPECT_EQ(text_in(lines[2], "state"), "failed");
}

}  // namespace
}  // namespace gw::test
