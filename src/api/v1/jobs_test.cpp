// /v1/jobs over the real core: what its JSON, its streams and the answers before them look like.
#include "api/v1/jobs.hpp"

#include "base/base64.hpp"
#include "tests/support/body_reader.hpp"
#include "tests/support/engine_rig.hpp"
#include "tests/support/job_rig.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace gw::api {
namespace {

using namespace std::chrono_literals;
namespace json = boost::json;
using test::a_cat;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

struct SeenEvent {
  std::string id;
  std::string name;
  json::object data;
};

std::vector<SeenEvent> events_in(std::string_view text) {
  std::vector<SeenEvent> events;
  while (!text.empty()) {
    const auto end = text.find("\n\n");
    auto block = text.substr(0, end);
    text.remove_prefix(end + 2);
    if (block.starts_with(":")) continue;
    SeenEvent event;
    for (; !block.empty();) {
      const auto line = block.substr(0, block.find('\n'));
      block.remove_prefix(std::min(block.size(), line.size() + 1));
      const auto colon = line.find(": ");
      const auto value = line.substr(colon + 2);
      if (line.starts_with("id")) event.id = value;
      if (line.starts_with("event")) event.name = value;
      if (line.starts_with("data")) event.data = json::parse(value).as_object();
    }
    events.push_back(std::move(event));
  }
  return events;
}

std::vector<std::string> statuses(std::string_view text) {
  std::vector<std::string> all;
  for (const auto& event : events_in(text)) all.emplace_back(event.data.at("status").as_string());
  return all;
}

class JobsTest : public testing::Test {
 protected:
  using Call = Task<http::Response> (JobsEndpoint::*)(http::Request, RequestContext&);

  static http::Request request(std::string id = {}, std::string query = {}) {
    http::Request request;
    request.method = "GET";
    request.target = "/v1/jobs" + query;
    if (!id.empty()) request.params = {{"id", std::move(id)}};
    return request;
  }
  Result<http::Response> ask(Call call, http::Request request) {
    return rig->run(((*endpoint).*call)(std::move(request), rig->context));
  }
  json::object body_of(const http::Response& response) {
    std::string text;
    for (const auto& piece : response.pieces) text += *piece;
    return json::parse(text).as_object();
  }
  json::object get(const RequestId& id) {
    return body_of(ask(&JobsEndpoint::get, request(job_name(id))).value());
  }
  std::unique_ptr<test::BodyReader> stream(Call call, const std::string& id = {},
                                           const std::string& last = {}) {
    auto asked = request(id);
    if (!last.empty()) asked.headers.add("Last-Event-ID", last);
    auto reader =
        std::make_unique<test::BodyReader>(rig->clients, ask(call, std::move(asked)).value());
    rig->turn();
    return reader;
  }
  void restart() {
    rig.reset();
    rig = std::make_unique<test::JobRig>(disk);
    open();
    rig->recover();
  }
  void open() {
    links = std::make_unique<ImageLinks>(Secret("signing key"), 3600s, disk.clock);
    answers = std::make_unique<JobAnswers>(rig->desk, *links, disk.clock, pictures(), 600s);
    endpoint = std::make_unique<JobsEndpoint>(rig->desk, *links, *answers, 60s);
  }
  ByteBudget& pictures() { return rig->engine.pictures_in_memory(); }
  Result<http::Response> submit(GenerationRequest asked, Preferences preferences) {
    return rig->run(answers->submit(std::move(asked), {}, preferences, rig->context));
  }

  test::JobDisk disk;
  std::unique_ptr<test::JobRig> rig = std::make_unique<test::JobRig>(disk);
  std::unique_ptr<ImageLinks> links;
  std::unique_ptr<JobAnswers> answers;
  std::unique_ptr<JobsEndpoint> endpoint;

  JobsTest() { open(); }
};

// --- the answer of the images endpoints

TEST_F(JobsTest, A202SaysWhereTheJobIs) {
  rig->provider.hold();
  const auto response = submit(a_cat(2), {.respond_async = true, .wait = std::nullopt}).value();
  EXPECT_EQ(response.status, 202);
  const auto body = body_of(response);
  const std::string id(body.at("id").as_string());
  EXPECT_THAT(id, StartsWith("job_"));
  EXPECT_EQ(response.headers.find("Location"), "/v1/jobs/" + id);
  EXPECT_EQ(response.headers.find("Preference-Applied"), "respond-async");
  EXPECT_EQ(response.headers.find("Retry-After"), "2");
  EXPECT_EQ(response.headers.find("x-provider"), "fake");
  EXPECT_EQ(body.at("object").as_string(), "job");
  EXPECT_EQ(body.at("kind").as_string(), "generation");
  EXPECT_EQ(body.at("n").as_int64(), 2);
  EXPECT_EQ(body.at("created_at").as_int64(), 1'700'000'000);
  EXPECT_TRUE(body.at("finished_at").is_null());
  EXPECT_TRUE(body.at("result").is_null());
  EXPECT_TRUE(body.at("error").is_null());
}

TEST_F(JobsTest, APictureThatComesInTimeIsAnsweredAsIfNobodyHadAskedForAJob) {
  const auto response = submit(a_cat(), {.respond_async = true, .wait = 60s}).value();
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.headers.find("Preference-Applied"), "wait=60");
  EXPECT_THAT(std::string(response.headers.find("Content-Location").value_or("")),
              StartsWith("/v1/jobs/job_"));
  EXPECT_TRUE(response.headers.contains("x-seed"));
  EXPECT_GE(pictures().used(), response.size());
  const auto drawn = test::FakeProvider::picture_of(rig->provider.orders().at(0));
  EXPECT_EQ(body_of(response).at("data").at(0).at("b64_json").as_string(),
            base64_encode(*drawn.bytes));
}

TEST_F(JobsTest, OneThatDoesNotIsA202) {
  rig->provider.hold();
  const auto response = submit(a_cat(), {.respond_async = false, .wait = 0s}).value();
  EXPECT_EQ(response.status, 202);
  EXPECT_EQ(response.headers.find("Preference-Applied"), "wait=0");
}

TEST_F(JobsTest, AWaitIsNotLongerThanARequestMayTake) {
  answers = std::make_unique<JobAnswers>(rig->desk, *links, disk.clock, pictures(), 0s);
  rig->provider.hold();
  const auto response = submit(a_cat(), {.respond_async = false, .wait = 3600s}).value();
  EXPECT_EQ(response.status, 202);
  EXPECT_EQ(response.headers.find("Preference-Applied"), "wait=0");
}

TEST_F(JobsTest, AFailureInTimeIsThePlainError) {
  rig->provider.fail_next(test::refused(ErrorKind::content_rejected));
  const auto response = submit(a_cat(), {.respond_async = false, .wait = 60s});
  ASSERT_FALSE(response);
  EXPECT_EQ(response.error().kind(), ErrorKind::content_rejected);
}

// --- asking

TEST_F(JobsTest, AJobHasItsPlaceThenItsPictures) {
  rig->provider.hold();
  rig->submit();
  const auto id = rig->submit();
  rig->turn();
  auto body = get(id);
  EXPECT_EQ(body.at("status").as_string(), "queued");
  EXPECT_EQ(body.at("position").as_int64(), 1);
  EXPECT_EQ(body.at("queue_length").as_int64(), 1);
  EXPECT_EQ(body.at("pictures").at(0).at("status").as_string(), "queued");

  rig->provider.release();
  rig->until_is(id, JobStatus::succeeded);
  body = get(id);
  EXPECT_FALSE(body.contains("position"));
  EXPECT_EQ(body.at("started_at").as_int64(), 1'700'000'000);
  EXPECT_EQ(body.at("finished_at").as_int64(), 1'700'000'000);
  EXPECT_EQ(body.at("pictures").at(0).at("output_format").as_string(), "png");
  const auto drawn = test::FakeProvider::picture_of(rig->provider.orders().at(1));
  const auto& result = body.at("result").as_object();
  EXPECT_EQ(result.at("created").as_int64(), 1'700'000'000);
  EXPECT_EQ(result.at("size").as_string(), "1024x1024");
  EXPECT_EQ(result.at("data").at(0).at("b64_json").as_string(), base64_encode(*drawn.bytes));
  EXPECT_EQ(result.at("data").at(0).at("seed"), body.at("pictures").at(0).at("seed"));
}

TEST_F(JobsTest, PicturesAreLinksWhereThatWasAskedFor) {
  const auto id = rig->submit(a_cat(1, ResponseForm::url));
  rig->until_is(id, JobStatus::succeeded);
  EXPECT_THAT(std::string(get(id).at("result").at("data").at(0).at("url").as_string()),
              StartsWith("https://gateway.example.com/images/"));
}

TEST_F(JobsTest, ErrorsStandBesideWhatWasMade) {
  rig->provider.fail_next(test::refused(ErrorKind::content_rejected));
  const auto id = rig->submit(a_cat(2));
  rig->until_is(id, JobStatus::partly_succeeded);
  const auto body = get(id);
  EXPECT_EQ(body.at("status").as_string(), "partly_succeeded");
  EXPECT_EQ(body.at("result").at("data").as_array().size(), 1u);
  EXPECT_EQ(body.at("result").at("errors").at(0).at("index").to_number<int>(), 0);
  EXPECT_EQ(body.at("pictures").at(0).at("error").at("code").as_string(),
            "content_policy_violation");
  EXPECT_TRUE(body.at("error").is_null());
}

TEST_F(JobsTest, TriesAreToldWithoutWhatIsForTheOperator) {
  const auto id = rig->submit();
  rig->until_is(id, JobStatus::succeeded);
  const auto before = version_of(rig->get(id));
  auto& attempts = disk.records.tasks.begin()->second.attempts;
  attempts = {{.number = 7,
               .provider = "dreamifly",
               .account = {"acc_a"},
               .outcome = "upstream_busy",
               .status = 429,
               .detail = "for the operator",
               .sent = true,
               .started = WallTime(5s),
               .ended = WallTime(8s)},
              {.number = 8,
               .provider = "demo",
               .account = {},
               .outcome = "drawn",
               .detail = {},
               .started = WallTime(9s),
               .ended = WallTime(9s)}};
  const auto body = get(id);
  EXPECT_EQ(body.at("pictures").at(0).at("attempts"),
            json::parse(R"([{"number":7,"provider":"dreamifly","account":"acc_a",
                             "outcome":"upstream_busy","status":429,"sent":true,"started":5,
                             "ended":8},
                            {"number":8,"provider":"demo","outcome":"drawn","sent":false,
                             "started":9,"ended":9}])"));
  EXPECT_NE(version_of(rig->get(id)), before) << "who listens is told";
}

TEST_F(JobsTest, WhenNothingWasMadeThereIsAnError) {
  rig->provider.fail_next(test::refused(ErrorKind::content_rejected));
  const auto id = rig->submit();
  rig->until_is(id, JobStatus::failed);
  const auto body = get(id);
  EXPECT_EQ(body.at("error").at("code").as_string(), "content_policy_violation");
  EXPECT_TRUE(body.at("result").is_null());
}

TEST_F(JobsTest, PicturesOnTheirWayOutAreCharged) {
  const auto id = rig->submit(a_cat(3));
  rig->until_is(id, JobStatus::succeeded);
  const auto before = pictures().used();
  {
    const auto response = ask(&JobsEndpoint::get, request(job_name(id))).value();
    EXPECT_GE(response.pieces.size(), 7u) << "gathered, not copied into one";
    EXPECT_EQ(pictures().used(), before + response.size());
  }
  EXPECT_EQ(pictures().used(), before);
}

TEST_F(JobsTest, AListHasLinksAndPages) {
  for (int i = 0; i < 3; ++i) {
    rig->until_is(rig->submit(), JobStatus::succeeded);
    rig->clock.advance(1s);
  }
  auto body = body_of(ask(&JobsEndpoint::list, request({}, "?limit=2")).value());
  EXPECT_EQ(body.at("object").as_string(), "list");
  EXPECT_EQ(body.at("data").as_array().size(), 2u);
  EXPECT_TRUE(body.at("has_more").as_bool());
  EXPECT_THAT(
      std::string(body.at("data").at(0).at("result").at("data").at(0).at("url").as_string()),
      HasSubstr("/images/"));
  const std::string next(body.at("next").as_string());
  body = body_of(ask(&JobsEndpoint::list, request({}, "?limit=2&after=" + next)).value());
  EXPECT_EQ(body.at("data").as_array().size(), 1u);
  EXPECT_FALSE(body.at("has_more").as_bool());
  EXPECT_TRUE(body.at("next").is_null());
  body = body_of(ask(&JobsEndpoint::list, request({}, "?status=failed")).value());
  EXPECT_TRUE(body.at("data").as_array().empty());
}

TEST_F(JobsTest, WhatAListCannotGiveIsRefusedByName) {
  for (const auto& [query, param] :
       std::vector<std::pair<std::string, std::string>>{{"?limit=0", "limit"},
                                                        {"?limit=101", "limit"},
                                                        {"?limit=x", "limit"},
                                                        {"?limit=", "limit"},
                                                        {"?status=done", "status"},
                                                        {"?after=x", "after"}}) {
    const auto refused = ask(&JobsEndpoint::list, request({}, query));
    ASSERT_FALSE(refused) << query;
    EXPECT_EQ(refused.error().kind(), ErrorKind::invalid_request) << query;
    EXPECT_EQ(refused.error().param(), param) << query;
  }
}

TEST_F(JobsTest, AnIdWithoutItsPrefixIsNone) {
  const auto id = rig->submit();
  EXPECT_FALSE(ask(&JobsEndpoint::get, request(id.value)));
  EXPECT_TRUE(ask(&JobsEndpoint::get, request(job_name(id))));
}

TEST_F(JobsTest, CancellingAndRemovingAreAnswered) {
  rig->provider.hold();
  const auto id = rig->submit();
  rig->turn();
  auto body = body_of(ask(&JobsEndpoint::cancel, request(job_name(id))).value());
  EXPECT_TRUE(body.at("cancel_requested").as_bool());
  body = body_of(ask(&JobsEndpoint::remove, request(job_name(id))).value());
  EXPECT_TRUE(body.at("deleted").as_bool());
  EXPECT_EQ(body.at("id").as_string(), job_name(id));
}

// --- events

TEST_F(JobsTest, AStreamTellsEveryChangeAndEndsWithTheJob) {
  rig->provider.hold();
  rig->submit();
  const auto id = rig->submit();
  rig->turn();
  const auto reader = stream(&JobsEndpoint::events, job_name(id));
  EXPECT_EQ(reader->headers().find("Content-Type"), "text/event-stream");
  EXPECT_THAT(statuses(reader->text()), ElementsAre("queued"));
  EXPECT_THAT(reader->text(), HasSubstr(": queued 1/1\n\n")) << "the news at once";
  rig->provider.release();
  rig->provider.hold();  // for the second
  rig->until([&] { return statuses(reader->text()).size() == 2; });
  rig->provider.release();
  rig->until([&] { return reader->over(); });
  EXPECT_THAT(statuses(reader->text()), ElementsAre("queued", "running", "succeeded"));
  const auto events = events_in(reader->text());
  ASSERT_EQ(events.size(), 3u);
  EXPECT_EQ(events.front().name, "job");
  EXPECT_LT(read_job_event_id(events[0].id)->number, read_job_event_id(events[1].id)->number);
  EXPECT_LT(read_job_event_id(events[1].id)->number, read_job_event_id(events[2].id)->number);
  EXPECT_THAT(reader->text(), testing::Not(HasSubstr("b64_json"))) << "links instead";
  EXPECT_THAT(reader->text(), HasSubstr("https://gateway.example.com/images/"));
}

TEST_F(JobsTest, WhoComesBackIsToldNothingTwice) {
  rig->provider.hold();
  const auto id = rig->submit();
  rig->turn();
  const auto first = stream(&JobsEndpoint::events, job_name(id));
  const auto last = events_in(first->text()).back().id;
  first->leave();
  rig->turn();

  const auto second = stream(&JobsEndpoint::events, job_name(id), last);
  EXPECT_THAT(statuses(second->text()), ElementsAre());
  rig->provider.release();
  rig->until([&] { return second->over(); });
  EXPECT_THAT(statuses(second->text()), ElementsAre("succeeded"));

  auto asked = request(job_name(id));
  asked.headers.add("Last-Event-ID", events_in(second->text()).back().id);
  const auto third = ask(&JobsEndpoint::events, std::move(asked)).value();
  EXPECT_EQ(third.status, 204) << "nothing will ever come, so a reader need not come back";
  EXPECT_FALSE(third.source);
}

TEST_F(JobsTest, NorIsHeAfterARestart) {
  rig->provider.hold();
  rig->submit();
  const auto id = rig->submit();
  rig->turn();
  std::string last;
  {
    const auto reader = stream(&JobsEndpoint::events, job_name(id));
    last = events_in(reader->text()).back().id;
    reader->leave();
    rig->turn();
  }
  restart();
  const auto reader = stream(&JobsEndpoint::events, job_name(id), last);
  EXPECT_THAT(statuses(reader->text()), ElementsAre()) << "it is queued as it was";
  rig->provider.hold();
  rig->clock.advance(400s);  // the lost drawing's slot is free again
  rig->engine.advance();
  rig->until([&] { return !statuses(reader->text()).empty(); });
  rig->provider.release();
  rig->until([&] { return reader->over(); });
  EXPECT_THAT(statuses(reader->text()), ElementsAre("running", "succeeded"));
}

TEST_F(JobsTest, AStreamEndsWhenItsJobIsRemovedOrTheServerEnds) {
  rig->provider.hold();
  const auto id = rig->submit();
  rig->turn();
  const auto removed = stream(&JobsEndpoint::events, job_name(id));
  ASSERT_TRUE(ask(&JobsEndpoint::remove, request(job_name(id))));
  rig->until([&] { return removed->over(); });
  EXPECT_THAT(removed->text(), HasSubstr(": the job was removed\n\n"));

  const auto other = rig->submit();
  const auto one = stream(&JobsEndpoint::events, job_name(other));
  const auto all = stream(&JobsEndpoint::all_events);
  rig->desk.close();
  rig->until([&] { return one->over() && all->over(); });
  EXPECT_THAT(one->text(), HasSubstr(": the gateway is shutting down\n\n"));
  EXPECT_THAT(all->text(), HasSubstr(": the gateway is shutting down\n\n"));
}

TEST_F(JobsTest, TheServerMayConcludeAStreamThatWaits) {
  rig->provider.hold();
  const auto id = rig->submit();
  const auto reader = stream(&JobsEndpoint::events, job_name(id));
  reader->leave();
  rig->turn();
  EXPECT_TRUE(reader->conclude(rig->clients, Error(ErrorKind::shutting_down, "ends")));
  rig->until([&] { return reader->over(); });
}

TEST_F(JobsTest, TheResultRepeatsTheSafetyIdentifierAsAPlainAnswerDoes) {
  auto asked = a_cat();
  asked.safety_identifier = "child \"1\"";
  const auto id = rig->submit(std::move(asked));
  rig->until_is(id, JobStatus::succeeded);
  EXPECT_EQ(get(id).at("result").at("safety_identifier").as_string(), "child \"1\"");
  restart();
  EXPECT_EQ(get(id).at("result").at("safety_identifier").as_string(), "child \"1\"");
}

TEST_F(JobsTest, AnUnknownJobHasNoStream) {
  const auto refused = ask(&JobsEndpoint::events, request("job_nothing"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind(), ErrorKind::not_found);
}

TEST_F(JobsTest, OneStreamTellsOfAllJobsOfItsOwner) {
  rig->provider.hold();
  const auto before = rig->submit();
  rig->turn();
  const auto reader = stream(&JobsEndpoint::all_events);
  EXPECT_THAT(statuses(reader->text()), ElementsAre()) << "only what changes from now on";
  const auto after = rig->submit();
  rig->provider.release();
  rig->until_is(after, JobStatus::succeeded);
  rig->until([&] { return statuses(reader->text()).back() == "succeeded"; });
  rig->turn();
  std::vector<std::string> last_of_each;
  for (const auto& event : events_in(reader->text())) {
    if (event.data.at("status").as_string() == "succeeded")
      last_of_each.emplace_back(event.data.at("id").as_string());
  }
  EXPECT_THAT(last_of_each, ElementsAre(job_name(before), job_name(after)));

  auto stranger = request();
  rig->context.caller = CallerId{"key 2"};
  const auto foreign = stream(&JobsEndpoint::all_events, {}, "1-x");
  EXPECT_THAT(statuses(foreign->text()), ElementsAre());
}

TEST_F(JobsTest, WhoWasAwayHearsWhatHeMissedOfAllJobs) {
  rig->provider.hold();
  const auto one = rig->submit();
  const auto reader = stream(&JobsEndpoint::all_events);
  rig->submit();
  rig->turn();
  const auto last = events_in(reader->text()).back().id;
  reader->leave();
  rig->turn();
  rig->provider.release();
  rig->until_is(one, JobStatus::succeeded);
  rig->until([&] { return rig->engine.known_tasks() == 0; });
  const auto back = stream(&JobsEndpoint::all_events, {}, last);
  EXPECT_THAT(statuses(back->text()), ElementsAre("succeeded", "succeeded"));
}

TEST_F(JobsTest, WhoWasAwayTooLongIsToldOfTheNewestAnew) {
  const auto one = rig->submit();
  rig->until_is(one, JobStatus::succeeded);
  rig->clock.advance(1s);
  const auto two = rig->submit();
  rig->until_is(two, JobStatus::succeeded);
  const auto reader = stream(&JobsEndpoint::all_events, {}, "5-old");
  const auto events = events_in(reader->text());
  ASSERT_EQ(events.size(), 2u);
  EXPECT_EQ(events[0].data.at("id").as_string(), job_name(one)) << "the oldest first";
}

TEST_F(JobsTest, WhoIsCutOffWhileHeIsToldAnewIsToldAllOfItAgain) {
  for (int i = 0; i < 3; ++i) {
    rig->until_is(rig->submit(), JobStatus::succeeded);
    rig->clock.advance(1s);
  }
  const auto events = events_in(stream(&JobsEndpoint::all_events, {}, "5-old")->text());
  ASSERT_EQ(events.size(), 3u);
  const auto again = stream(&JobsEndpoint::all_events, {}, events[1].id);
  EXPECT_THAT(events_in(again->text()), testing::SizeIs(3));
  const auto whole = stream(&JobsEndpoint::all_events, {}, events[2].id);
  EXPECT_THAT(events_in(whole->text()), testing::SizeIs(0));
}

TEST_F(JobsTest, WhatIsToldAnewIsReadWhenItsTurnComes) {
  for (int i = 0; i < 3; ++i) rig->until_is(rig->submit(), JobStatus::succeeded);
  auto asked = request();
  asked.headers.add("Last-Event-ID", "5-old");
  auto response = ask(&JobsEndpoint::all_events, std::move(asked)).value();
  const auto first = rig->run(response.source->next()).value();
  for (const auto& job : rig->run(rig->desk.list({.owner = rig->context.caller})).value().jobs)
    ASSERT_TRUE(rig->run(rig->desk.remove(rig->context.caller, job.info.id)));
  const auto second = events_in(*rig->run(response.source->next()).value());
  ASSERT_EQ(second.size(), 1u);
  EXPECT_TRUE(second[0].data.contains("deleted"));
}

TEST_F(JobsTest, RemovalsAreToldToTheOwnerAlone) {
  rig->provider.hold();
  const auto drawing = rig->submit();
  const auto mine = stream(&JobsEndpoint::all_events);
  rig->context.caller = CallerId{"key 2"};
  const auto foreign = stream(&JobsEndpoint::all_events);
  rig->context.caller = CallerId{"key 1"};
  rig->turn();
  ASSERT_TRUE(ask(&JobsEndpoint::remove, request(job_name(drawing))));
  rig->until([&] { return mine->text().find("deleted") != std::string::npos; });
  rig->provider.release();  // its picture comes, and the journal writes of it once more
  rig->until([&] { return rig->engine.known_tasks() == 0; });
  rig->turn();

  const auto last = events_in(mine->text()).back();
  EXPECT_EQ(last.name, "job");
  EXPECT_EQ(last.data.at("id").as_string(), job_name(drawing));
  EXPECT_TRUE(last.data.at("deleted").as_bool());
  EXPECT_TRUE(read_job_event_id(last.id));
  EXPECT_THAT(events_in(foreign->text()), testing::SizeIs(0));
}

TEST(JobEventIds, AreReadBackAndNothingElseIs) {
  EXPECT_EQ(to_string(read_job_event_id("12-ab").value()), "12-ab");
  for (const auto* text : {"", "-", "12", "x-ab", "-ab", "99999999999999999999999-a", " 1-a"})
    EXPECT_FALSE(read_job_event_id(text)) << text;
}

}  // namespace
}  // namespace gw::api
