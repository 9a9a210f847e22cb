// The endpoints behind the door, over fakes: what they take, show and write into the log.
#include "api/admin/endpoints.hpp"

#include "tests/support/counting_random.hpp"
#include "tests/support/engine_rig.hpp"
#include "tests/support/fake_accounts.hpp"
#include "tests/support/memory_account_store.hpp"
#include "tests/support/recording_log.hpp"
#include "tests/support/run.hpp"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace gw::api {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;
namespace json = boost::json;

// An edge that takes what it is given.
class FakeEdge final : public ClearanceDoor {
 public:
  ClearanceView clearance() const override { return view; }
  Task<ClearanceView> paste(PastedClearance given) override {
    pasted = std::move(given);
    view.state = ZoneState::valid;
    view.cookies = {"cf_clearance (20 letters, ends in 4711, new)"};
    co_return view;
  }
  Task<ClearanceView> try_again() override { co_return with(ZoneState::probing); }
  Result<ClearanceView> try_without() override { return with(ZoneState::unneeded); }
  Task<ClearanceView> forget() override { co_return with(ZoneState::needed); }

  ClearanceView view;
  std::optional<PastedClearance> pasted;

 private:
  ClearanceView with(ZoneState state) {
    view.state = state;
    return view;
  }
};

class AdminEndpointsTest : public testing::Test {
 protected:
  AdminEndpointsTest() { context.caller = CallerId{"session 1"}; }

  static http::Request request(std::string target = "/", std::string body = {}) {
    http::Request request;
    request.target = std::move(target);
    request.body = std::move(body);
    return request;
  }
  static http::Request about(std::string name, std::string value, std::string body = {}) {
    auto asked = request("/", std::move(body));
    asked.params = {{std::move(name), std::move(value)}};
    return asked;
  }

  template <class Endpoint, class Call>
  Result<http::Response> call(Endpoint& endpoint, Call method, http::Request asked) {
    return test::run(io, (endpoint.*method)(std::move(asked), context));
  }
  static json::object body_of(const Result<http::Response>& response) {
    if (!response) throw std::runtime_error(response.error().message());
    return json::parse(*response->pieces.at(0)).as_object();
  }
  static std::string text_of(const Result<http::Response>& response) {
    return *response.value().pieces.at(0);
  }

  asio::io_context io;
  test::EngineRig rig;
  test::CountingRandom random;
  test::RecordingLog log;
  test::MemoryAccountStore store;
  test::FakeAccountBook book;
  test::AccountProvider gallery;
  FakeEdge edge;
  RequestContext context;
  AccountDesk desk{{store, book, {&gallery}}, io.get_executor(), rig.clock, random, log};
  AccountsEndpoint accounts{desk, log};
  using Accounts = AccountsEndpoint;
};

TEST_F(AdminEndpointsTest, AnAccountComesChangesIsLookedAtAndGoes) {
  const auto added = call(accounts, &Accounts::add,
                          request("/", R"({"provider":"gallery","label":"Ann",)"
                                       R"("credentials":{"email":"ann@example.com"}})"));
  EXPECT_EQ(added->status, 201);
  const std::string id(body_of(added).at("id").as_string());
  EXPECT_EQ(added->headers.find("Location"), "/admin/api/accounts/" + id);
  EXPECT_EQ(log.count("admin"), 1u);

  const auto listed = call(accounts, &Accounts::list, request());
  EXPECT_EQ(body_of(listed).at("data").as_array().size(), 1u);
  EXPECT_THAT(text_of(listed), Not(HasSubstr("ann@example.com")));

  gallery.finding = {.state = AccountState::banned,
                     .reason = "banned by the upstream",
                     .rest = std::nullopt,
                     .allowance = std::nullopt};
  const auto checked = body_of(call(accounts, &Accounts::check, about("id", id)));
  EXPECT_EQ(checked.at("finding").at("state").as_string(), "banned");
  EXPECT_EQ(checked.at("account").at("state").as_string(), "banned");
  EXPECT_EQ(body_of(call(accounts, &Accounts::clear, about("id", id))).at("state").as_string(),
            "ready");
  const auto changed =
      body_of(call(accounts, &Accounts::change, about("id", id, R"({"weight":5})")));
  EXPECT_EQ(changed.at("weight").to_number<int>(), 5);
  EXPECT_EQ(body_of(call(accounts, &Accounts::item, about("id", id))), changed);
  EXPECT_TRUE(body_of(call(accounts, &Accounts::remove, about("id", id))).at("deleted").as_bool());
  EXPECT_EQ(call(accounts, &Accounts::item, about("id", id)).error().kind(), ErrorKind::not_found);
  EXPECT_EQ(log.count("admin"), 5u) << "looking is not written down";
}

TEST_F(AdminEndpointsTest, AnUpstreamShowsItsSlotsDoorAndModels) {
  gallery.door = &edge;
  edge.view.state = ZoneState::needed;
  rig.engine.add_host(gallery.host(), 3);
  UpstreamsEndpoint upstreams({&gallery}, rig.engine, log);
  const auto listed = body_of(call(upstreams, &UpstreamsEndpoint::list, request()));
  const auto& shown = listed.at("data").at(0).as_object();
  EXPECT_EQ(shown.at("id").as_string(), "gallery");
  EXPECT_EQ(shown.at("slots").at("limit").to_number<int>(), 3);
  EXPECT_EQ(shown.at("slots").at("free").to_number<int>(), 3);
  EXPECT_EQ(shown.at("door").at("state").as_string(), "open");
  EXPECT_EQ(shown.at("models"), (json::array{"gallery-oil"}));
  EXPECT_EQ(shown.at("clearance").at("state").as_string(), "needed");

  const auto checked =
      body_of(call(upstreams, &UpstreamsEndpoint::check, about("provider", "gallery")));
  EXPECT_TRUE(checked.at("reached").as_bool());
  EXPECT_EQ(gallery.refreshed, 1);
  EXPECT_EQ(call(upstreams, &UpstreamsEndpoint::check, about("provider", "nobody")).error().kind(),
            ErrorKind::not_found);
}

TEST_F(AdminEndpointsTest, AClearanceGoesInAndDoesNotComeOut) {
  gallery.door = &edge;
  ClearanceEndpoint clearance({&gallery}, log);
  const auto pasted =
      call(clearance, &ClearanceEndpoint::paste,
           about("provider", "gallery",
                 R"({"text":"cf_clearance=secret4711","user_agent":"Browser 1","expires_at":60})"));
  EXPECT_EQ(body_of(pasted).at("state").as_string(), "valid");
  EXPECT_THAT(text_of(pasted), Not(HasSubstr("secret4711")));
  EXPECT_TRUE(edge.pasted->text.equals("cf_clearance=secret4711"));
  EXPECT_EQ(edge.pasted->user_agent, "Browser 1");
  EXPECT_EQ(edge.pasted->expires, WallTime(60s));
  const auto state = [&](auto method) {
    return body_of(call(clearance, method, about("provider", "gallery"))).at("state").as_string();
  };
  EXPECT_EQ(state(&ClearanceEndpoint::try_again), "probing");
  EXPECT_EQ(state(&ClearanceEndpoint::try_without), "unneeded");
  EXPECT_EQ(state(&ClearanceEndpoint::forget), "needed");
  EXPECT_EQ(log.count("admin"), 4u);
  EXPECT_EQ(body_of(call(clearance, &ClearanceEndpoint::list, request())).at("data").at(0).at("id"),
            "gallery");
}

TEST_F(AdminEndpointsTest, AnUpstreamWithoutAnEdgeTakesNoClearance) {
  ClearanceEndpoint clearance({&gallery}, log);
  EXPECT_TRUE(
      body_of(call(clearance, &ClearanceEndpoint::list, request())).at("data").as_array().empty());
  EXPECT_EQ(
      call(clearance, &ClearanceEndpoint::paste, about("provider", "gallery", "{}")).error().kind(),
      ErrorKind::not_found);
  EXPECT_EQ(parse_clearance("{}").error().param(), "text");
  EXPECT_EQ(parse_clearance(R"({"text":"x","cookie":"y"})").error().param(), "cookie");
  EXPECT_EQ(parse_clearance(R"({"text":"x","expires_at":"soon"})").error().param(), "expires_at");
  EXPECT_EQ(parse_clearance(R"({"text":"x","expires_at":18000000000})").error().param(),
            "expires_at");
}

TEST_F(AdminEndpointsTest, TheQueueShowsNoPromptAndNoOwner) {
  QueueEndpoint queue(rig.engine, {}, rig.clock, log);
  const auto first = rig.ask({.caller = "alice-the-owner", .work = 1, .prompt = "a secret fox"});
  const auto second = rig.ask({.caller = "bob-the-owner", .work = 2, .prompt = "a secret cat"});
  rig.send(first);
  rig.clock.advance(1500ms);
  const auto listed = queue.list(request("/admin/api/queue"));
  EXPECT_THAT(text_of(listed), Not(HasSubstr("secret")));
  EXPECT_THAT(text_of(listed), Not(HasSubstr("owner")));
  const auto body = body_of(listed);
  EXPECT_EQ(body.at("counts").at("queued").to_number<int>(), 1);
  EXPECT_EQ(body.at("counts").at("running").to_number<int>(), 1);
  ASSERT_EQ(body.at("data").as_array().size(), 2u);
  const auto& running = body.at("data").at(0).as_object();
  EXPECT_EQ(running.at("state").as_string(), "sent");
  EXPECT_EQ(running.at("drawing_ms").to_number<int>(), 1500);
  EXPECT_TRUE(running.at("place").is_null());
  const auto& waiting = body.at("data").at(1).as_object();
  EXPECT_EQ(waiting.at("state").as_string(), "queued");
  EXPECT_EQ(waiting.at("place").to_number<int>(), 1);
  EXPECT_EQ(waiting.at("age_ms").to_number<int>(), 1500);

  EXPECT_TRUE(body_of(queue.list(request("/admin/api/queue?limit=1"))).at("has_more").as_bool());
  for (const auto* query : {"limit=0", "limit=x", "limit=", "limit=1001"})
    EXPECT_EQ(queue.list(request(std::string("/q?") + query)).error().param(), "limit") << query;
  EXPECT_EQ(queue.list(request("/q?most=1")).error().param(), "query");
}

TEST_F(AdminEndpointsTest, OnlyWhatWaitsCanBeCancelled) {
  QueueEndpoint queue(rig.engine, {}, rig.clock, log);
  const auto first = rig.ask({.work = 1});
  const auto second = rig.ask({.work = 2});
  const auto cancel = [&](std::string task) {
    return call(queue, &QueueEndpoint::cancel, about("task", std::move(task)));
  };
  EXPECT_TRUE(body_of(cancel(std::to_string(second.task().value))).at("cancelled").as_bool());
  EXPECT_EQ(rig.state(second), TaskState::cancelled);
  EXPECT_EQ(cancel(std::to_string(first.task().value)).error().kind(), ErrorKind::conflict);
  EXPECT_EQ(cancel("99").error().kind(), ErrorKind::not_found);
  EXPECT_EQ(cancel("1x").error().kind(), ErrorKind::not_found);
  EXPECT_EQ(log.count("admin"), 1u);
}

}  // namespace
}  // namespace gw::api
