#include "api/routes.hpp"

#include "api/admin/page.hpp"
#include "api/web/openapi.hpp"
#include "base/base64.hpp"
#include "core/engine/dispatcher.hpp"
#include "core/library/no_remote_pictures.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/memory_account_store.hpp"
#include "tests/support/memory_blobs.hpp"
#include "tests/support/memory_record_store.hpp"
#include "tests/support/memory_route_store.hpp"
#include "tests/support/memory_spool.hpp"
#include "tests/support/row_journal.hpp"
#include "tests/support/run.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace gw::api {
namespace {

using namespace std::chrono_literals;
namespace json = boost::json;

// Draws "picture <prompt> <seed>" at once, except for seeds it was told to fail.
class InstantProvider final : public Provider {
 public:
  InstantProvider() {
    ModelInfo model;
    model.id = "painter";
    model.aliases = {"dall-e-3"};
    model.steps = StepsRule{10, 20};
    models_.push_back(model);
  }
  std::string_view name() const override { return "instant"; }
  const HostId& host() const override { return host_; }
  std::size_t host_limit() const override { return 2; }
  const std::vector<ModelInfo>& models() const override { return models_; }
  Async<Answer> draw(const ImageOrder& order, Attempt& attempt) override {
    static_cast<void>(co_await attempt.sending());
    if (order.seed == refused_seed) {
      co_return std::unexpected(UpstreamFailure{
          .error = Error(ErrorKind::content_rejected, "the upstream refused this prompt")});
    }
    co_return Picture{share("picture " + order.prompt + " " + std::to_string(order.seed)),
                      ImageFormat::png, order.size};
  }

  std::uint64_t refused_seed = 0;

 private:
  HostId host_{"instant"};
  std::vector<ModelInfo> models_;
};

class NoCodec final : public PictureCodec {
 public:
  Result<Picture> convert(const Picture&, const EncodeOptions&) const override {
    return fail(Error::internal("nothing is to be converted here"));
  }
  Result<std::optional<Picture>> fitted(const Picture&, std::uint64_t) const override {
    return std::nullopt;
  }
  Result<Picture> cut_out(const Picture& source, const Picture&) const override { return source; }
  Result<Picture> retouched(const Picture&, const Picture&, const Picture& made) const override {
    return made;
  }
  Result<Picture> thumbnail(const Picture& source, std::uint32_t) const override { return source; }
};

// The doors over the real core, without sockets.
class RoutesTest : public testing::Test {
 protected:
  RoutesTest() {
    engine_.add_host(provider_.host(), provider_.host_limit());
    dispatcher_.bind(engine_, journal_, finisher_);
    dispatcher_.add_provider(provider_);
    ApiOptions options;
    options.api_key = Secret("sk-test-1");
    options.metrics_keys = {Secret("m-key"), Secret("a-key")};
    options.admin.key = Secret("a-key");
    options.health = [] { return HealthView(); };
    options.max_json_body = 1'000'000;
    add_routes(
        router_,
        Doors{
            book_, styles_, generator_, results_, links_, clock_, *metrics_, workers_,
            engine_.pictures_in_memory(), uploads_, remote_, editor_, library_, thumbnails_, jobs_,
            AdminParts{
                accounts_, engine_, routes_, route_editor_, {&provider_}, clock_, random_, *log_}},
        std::move(options));
    hooks_ = make_hooks({});
  }

  static http::Request request(std::string method, std::string target, std::string body = {}) {
    http::Request request;
    request.method = std::move(method);
    request.target = std::move(target);
    request.body = std::move(body);
    request.remote_address = "203.0.113.5";
    request.headers.add("Host", "gateway.example.com");
    return request;
  }

  // Until the coroutine ends, and no longer: the engine's timers wait for a clock that stands
  // still.
  template <class T>
  T run(Async<T> coroutine) {
    return test::run_until_done(io_, std::move(coroutine));
  }

  // What an answer did not wait for: its picture is put away.
  void go_on() {
    io_.restart();
    io_.poll();
  }

  // What the server does with a request, errors included.
  http::Response answer(http::Request request) {
    auto& context = contexts_.emplace_back();
    context.request_id = "req_1";
    context.received = clock_.now();
    hooks_.identify(request, context);
    auto match = router_.find(request.method, request.path());
    if (!match) return hooks_.render_error(match.error(), context);
    if (!match->route)
      return hooks_.render_error(hooks_.unrouted(request, match->allowed), context);
    if (match->route->guard) {
      auto caller = match->route->guard(request);
      if (!caller) return hooks_.render_error(caller.error(), context);
      context.caller = *caller;
    }
    request.params = match->params;
    auto response = run(match->route->handler(std::move(request), context));
    return response ? std::move(*response) : hooks_.render_error(response.error(), context);
  }

  http::Response with_key(http::Request request) {
    request.headers.add("Authorization", "Bearer sk-test-1");
    return answer(std::move(request));
  }

  http::Response draw(std::string body) {
    return with_key(request("POST", "/v1/images/generations", std::move(body)));
  }

  std::string text_of(http::Response& response) {
    std::string text;
    for (const auto& piece : response.pieces) text += *piece;
    while (response.source) {
      const auto piece = run(response.source->next()).value();
      if (!piece) break;
      text += *piece;
    }
    return text;
  }
  json::object body_of(http::Response response) {
    return json::parse(text_of(response)).as_object();
  }

  class CountingRandom final : public Random {
   public:
    std::uint64_t next() override { return next_ += 0x9E3779B97F4A7C15; }

   private:
    std::uint64_t next_ = 1;
  };

  asio::io_context io_;
  test::ManualClock clock_{WallTime(1'700'000'000s)};
  CountingRandom random_;
  std::unique_ptr<Log> log_ = make_null_log();
  std::unique_ptr<MetricsRegistry> metrics_ = make_metrics_registry();
  WorkerPool workers_{io_.get_executor(), 1};
  test::MemoryBlobs blobs_;
  ResultStore results_{LibraryOptions{}, blobs_, clock_, random_, *log_};
  ImageLinks links_{Secret("signing key"), 3600s, clock_};
  NoCodec codec_;
  Finisher finisher_{results_, codec_, workers_};
  test::MemorySpool spool_;
  NoRemotePictures remote_;
  UploadDesk uploads_{spool_, {}};
  InstantProvider provider_;
  test::MemoryRecordStore records_;
  test::RowJournal journal_{records_};
  StyleBook styles_;
  ModelCatalog catalog_ = ModelCatalog::create({&provider_}, {}).value();
  RouteBook book_{catalog_};
  Editor editor_{book_, codec_, uploads_, workers_};
  Dispatcher dispatcher_{io_.get_executor(), results_, *log_};
  Engine engine_{EngineOptions{}, clock_, journal_, dispatcher_};
  RouteDesk routes_{book_, engine_, engine_.durations(), clock_, random_};
  Generator generator_{routes_, styles_, engine_, results_, finisher_, io_.get_executor(), random_};
  test::MemoryBlobs thumbnail_blobs_;
  Thumbnails thumbnails_{results_, thumbnail_blobs_, codec_, workers_, *log_};
  Library library_{LibraryOptions{}, io_.get_executor(), records_, results_,
                   thumbnails_,      journal_,           clock_,   *log_};
  test::MemoryBlobs input_blobs_;
  InputKeeper inputs_{input_blobs_, random_, clock_, io_.get_executor(), 1'000'000};
  JobDesk jobs_{{generator_, book_, engine_, journal_, records_, inputs_, results_},
                io_.get_executor(),
                clock_};
  test::MemoryAccountStore account_store_;
  AccountDesk accounts_{
      {account_store_, engine_, {&provider_}}, io_.get_executor(), clock_, random_, *log_};
  test::MemoryRouteStore route_store_;
  RouteEditor route_editor_{{catalog_, book_, route_store_}, io_.get_executor(), *log_};
  http::Router router_;
  http::ServerHooks hooks_;
  std::deque<RequestContext> contexts_;  // a response may write into its own until it ends
};

TEST_F(RoutesTest, EveryApiPathWorksWithAndWithoutV1AndOnlyWithTheKey) {
  for (const auto* path : {"/models", "/models/painter", "/styles", "/library"}) {
    for (const std::string prefix : {"/v1", ""}) {
      EXPECT_EQ(with_key(request("GET", prefix + path)).status, 200) << prefix << path;
      EXPECT_EQ(answer(request("GET", prefix + path)).status, 401) << prefix << path;
    }
  }
  for (const auto* path : {"/v1/images/generations", "/images/generations", "/v1/images", "/images",
                           "//v1//images/generations/"}) {
    EXPECT_EQ(with_key(request("POST", path, R"({"prompt":"a cat"})")).status, 200) << path;
    EXPECT_EQ(answer(request("POST", path, R"({"prompt":"a cat"})")).status, 401) << path;
  }
}

TEST_F(RoutesTest, TheRestIsOpen) {
  for (const auto* path :
       {"/", "/assets/page.css", "/assets/page.js", "/health", "/health/live", "/health/ready"}) {
    EXPECT_EQ(answer(request("GET", path)).status, 200) << path;
  }
}

TEST_F(RoutesTest, MetricsNeedTheirKey) {
  EXPECT_EQ(answer(request("GET", "/metrics")).status, 401);
  EXPECT_EQ(with_key(request("GET", "/metrics")).status, 401);
  auto scrape = request("GET", "/metrics");
  scrape.headers.add("Authorization", "Bearer m-key");
  EXPECT_EQ(answer(std::move(scrape)).status, 200);
}

TEST_F(RoutesTest, UnknownPathsAndMethodsAreTold) {
  EXPECT_EQ(answer(request("GET", "/v1/nothing")).status, 404);
  const auto response = answer(request("GET", "/v1/images/generations"));
  EXPECT_EQ(response.status, 405);
  EXPECT_EQ(answer(request("GET", "/images/generations")).status, 405)
      << "and not a picture's link";
}

TEST_F(RoutesTest, BodiesAreBoundedAndTakenOnlyWhereTheyBelong) {
  EXPECT_EQ(router_.find("POST", "/v1/images/generations")->route->body_limit, 1'000'000u);
  EXPECT_EQ(router_.find("GET", "/v1/models")->route->body_limit, 0u);
}

TEST_F(RoutesTest, ModelIdsMayHaveSlashes) {
  const auto response = with_key(request("GET", "/v1/models/instant%2Fpainter"));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(with_key(request("GET", "/v1/models/instant/painter")).status, 200);
  EXPECT_EQ(with_key(request("GET", "/v1/models/org/nothing")).status, 404);
}

TEST_F(RoutesTest, APictureComesAsBase64WithItsHeaders) {
  auto response = draw(R"({"prompt":"a cat","seed":5,"user":"u-1","vendor":1})");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.headers.find("x-provider"), "instant");
  EXPECT_EQ(response.headers.find("x-seed"), "5");
  EXPECT_EQ(response.headers.find("x-ignored-params"), "user, vendor");
  for (const auto* name : {"x-queue-ms", "x-upstream-ms", "x-overhead-ms"}) {
    EXPECT_TRUE(response.headers.contains(name)) << name;
  }
  ASSERT_TRUE(static_cast<bool>(response.written));
  response.written();
  const auto body = body_of(std::move(response));
  EXPECT_EQ(body.at("created").as_int64(), 1'700'000'000);
  EXPECT_EQ(body.at("size").as_string(), "1024x1024");
  EXPECT_EQ(body.at("quality").as_string(), "low");
  EXPECT_EQ(body.at("data").at(0).at("b64_json").as_string(), base64_encode("picture a cat 5"));
}

TEST_F(RoutesTest, AnAnswerCountsAsPictureBytesUntilItIsOut) {
  const auto& pictures = engine_.pictures_in_memory();
  {
    const auto response = draw(R"({"prompt":"a cat","seed":5})");
    EXPECT_GE(pictures.used(), response.size());
  }
  go_on();
  EXPECT_EQ(pictures.used(), 0u);
}

TEST_F(RoutesTest, ALargeRequestIsReadAsideAndMeansTheSame) {
  const std::string blank(300'000, ' ');
  auto response = draw(blank + R"({"prompt":"a cat","seed":5})");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(body_of(std::move(response)).at("data").at(0).at("b64_json").as_string(),
            base64_encode("picture a cat 5"));
  EXPECT_EQ(draw(blank + "{").status, 400);
}

TEST_F(RoutesTest, ALinkLeadsToThePicture) {
  const auto body = body_of(draw(R"({"prompt":"a cat","seed":5,"model":"dall-e-3"})"));
  const std::string url(body.at("data").at(0).at("url").as_string());
  constexpr std::string_view kOrigin = "http://gateway.example.com";
  ASSERT_TRUE(url.starts_with(kOrigin)) << url;

  auto picture = answer(request("GET", url.substr(kOrigin.size())));

  EXPECT_EQ(picture.status, 200);
  EXPECT_EQ(picture.headers.find("Content-Type"), "image/png");
  EXPECT_EQ(text_of(picture), "picture a cat 5");
}

TEST_F(RoutesTest, ALinkNeedsAnAddressThatTheClientCanReach) {
  auto hostile =
      request("POST", "/v1/images/generations", R"({"prompt":"a cat","response_format":"url"})");
  hostile.headers.set("Host", "evil.example.com/x");
  const auto response = with_key(std::move(hostile));
  EXPECT_EQ(response.status, 400);
}

TEST_F(RoutesTest, PartialSuccessTellsBoth) {
  provider_.refused_seed = 6;
  auto response = draw(R"({"prompt":"a cat","seed":5,"n":3})");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.headers.find("x-partial-failures"), "1");
  const auto body = body_of(std::move(response));
  EXPECT_EQ(body.at("data").as_array().size(), 2u);
  EXPECT_EQ(body.at("errors").at(0).at("index").to_number<int>(), 1);
}

TEST_F(RoutesTest, WhenAllFailTheErrorIsTheAnswer) {
  provider_.refused_seed = 5;
  auto response = draw(R"({"prompt":"a cat","seed":5})");
  EXPECT_EQ(response.status, 400);
  EXPECT_EQ(body_of(std::move(response)).at("error").at("code").as_string(),
            "content_policy_violation");
}

TEST_F(RoutesTest, AStyleRevisesThePrompt) {
  const auto body = body_of(draw(R"({"prompt":"a cat","style":"油画"})"));
  EXPECT_EQ(body.at("data").at(0).at("revised_prompt").as_string(), "oil painting style, a cat");
}

TEST_F(RoutesTest, OnlyJsonIsTaken) {
  for (const auto* type :
       {"application/json", "application/json; charset=utf-8", "application/vnd.api+json"}) {
    auto good = request("POST", "/v1/images/generations", R"({"prompt":"a cat"})");
    good.headers.add("Content-Type", type);
    EXPECT_EQ(with_key(std::move(good)).status, 200) << type;
  }
  auto bad = request("POST", "/v1/images/generations", "prompt=cat");
  bad.headers.add("Content-Type", "application/x-www-form-urlencoded");
  EXPECT_EQ(with_key(std::move(bad)).status, 415);
}

TEST_F(RoutesTest, RefusalsNameTheParameter) {
  for (const auto& [body, param] : std::vector<std::pair<std::string, std::string>>{
           {R"({"prompt":"a cat","model":"nothing"})", "model"},
           {R"({"prompt":"a cat","size":"1001x1001"})", "size"},
           {R"({"prompt":"a cat","steps":15})", "steps"},
           {R"({"prompt":"a cat","style":"cubism"})", "style"},
           {R"({"prompt":"a cat","stream":"yes"})", "stream"},
           {R"({"prompt":"a cat","stream":true,"model":"nothing"})", "model"}}) {
    auto response = draw(body);
    EXPECT_GE(response.status, 400) << body;
    EXPECT_EQ(body_of(std::move(response)).at("error").at("param").as_string(), param) << body;
  }
}

TEST_F(RoutesTest, AStreamIsAnsweredAsOne) {
  auto response = draw(R"({"prompt":"a cat","stream":true})");
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.headers.find("Content-Type"), "text/event-stream");
  EXPECT_NE(text_of(response).find("event: image_generation.completed\n"), std::string::npos);
}

TEST_F(RoutesTest, AJobIsToldOfUnderItsOwnPaths) {
  auto asked = request("POST", "/v1/images/generations", R"({"prompt":"a cat"})");
  asked.headers.add("Prefer", "Respond-Async");
  auto accepted = with_key(std::move(asked));
  EXPECT_EQ(accepted.status, 202);
  const std::string path(accepted.headers.find("Location").value_or(""));
  EXPECT_EQ(with_key(request("GET", path)).status, 200);
  EXPECT_EQ(with_key(request("GET", path.substr(3))).status, 200) << "also without /v1";
  EXPECT_EQ(answer(request("GET", path)).status, 401);
  EXPECT_EQ(with_key(request("GET", path + "/events")).status, 200);
  EXPECT_EQ(with_key(request("POST", path + "/cancel")).status, 200);
  EXPECT_EQ(with_key(request("POST", path + "/retry")).status, 400) << "not 409: SDKs repeat that";
  EXPECT_EQ(with_key(request("GET", "/v1/jobs")).status, 200);
  EXPECT_EQ(with_key(request("GET", "/v1/events")).status, 200);
  EXPECT_EQ(with_key(request("DELETE", path)).status, 200);
  EXPECT_EQ(with_key(request("GET", path)).status, 404);
}

TEST_F(RoutesTest, AJobIsNeitherStreamedNorKeptWarm) {
  for (const auto* preference : {"respond-async", "wait=5"}) {
    auto streamed =
        request("POST", "/v1/images/generations", R"({"prompt":"a cat","stream":true})");
    streamed.headers.add("Prefer", preference);
    auto warm = request("POST", "/v1/images/generations", R"({"prompt":"a cat"})");
    warm.headers.add("Prefer", preference);
    warm.headers.add("x-heartbeat", "whitespace");
    for (auto* asked : {&streamed, &warm}) {
      auto refused = with_key(std::move(*asked));
      EXPECT_EQ(refused.status, 400);
      EXPECT_EQ(body_of(std::move(refused)).at("error").at("param").as_string(), "Prefer");
    }
  }
}

TEST_F(RoutesTest, AJobIsNotTakenOfWhatIsNotStored) {
  auto asked = request("POST", "/v1/images/generations", R"({"prompt":"a cat","store":false})");
  asked.headers.add("Prefer", "respond-async");
  auto refused = with_key(std::move(asked));
  EXPECT_EQ(refused.status, 400);
  EXPECT_EQ(body_of(std::move(refused)).at("error").at("param").as_string(), "store");
}

TEST_F(RoutesTest, SpacesMayGoAheadOfJson) {
  auto asked = request("POST", "/v1/images/generations", R"({"prompt":"a cat"})");
  asked.headers.add("x-heartbeat", "whitespace");
  auto response = with_key(std::move(asked));
  const auto text = text_of(response);
  EXPECT_EQ(text.front(), ' ');
  EXPECT_EQ(json::parse(text).at("data").as_array().size(), 1u);
}

// --- the admin door

TEST_F(RoutesTest, EachKeyOpensItsOwnDoor) {
  const auto entered = [&](std::string path, std::string key) {
    auto asked = request("GET", std::move(path));
    asked.headers.add("Authorization", "Bearer " + key);
    return answer(std::move(asked)).status;
  };
  std::size_t behind = 0;
  for (const auto& [method, pattern] : router_.all_routes()) {
    if (method != "GET" || !pattern.starts_with("/admin/api/") || pattern.contains('{')) continue;
    EXPECT_EQ(entered(pattern, "a-key"), 200) << pattern;
    EXPECT_EQ(answer(request("GET", pattern)).status, 401) << pattern;
    EXPECT_EQ(entered(pattern, "sk-test-1"), 401) << pattern;
    clock_.advance(60s);  // one wrong key of this client is forgiven
    ++behind;
  }
  EXPECT_EQ(behind, 6u);
  EXPECT_EQ(entered("/v1/models", "a-key"), 401);
}

TEST_F(RoutesTest, EveryChangeBehindTheAdminDoorIsGuarded) {
  for (const auto& [method, pattern] : router_.all_routes()) {
    if (!pattern.starts_with("/admin/api/") || pattern == "/admin/api/login") continue;
    EXPECT_EQ(answer(request(method, pattern)).status, 401) << method << ' ' << pattern;
  }
}

TEST_F(RoutesTest, NoOtherOriginIsToldAnythingOfTheAdminDoor) {
  for (const auto* path : {"/admin", "/admin/api/session", "/admin/api/login"}) {
    auto asked = request("OPTIONS", path);
    asked.headers.add("Origin", "https://evil.example.com");
    asked.headers.add("Access-Control-Request-Method", "POST");
    RequestContext context;
    auto response = hooks_.preflight(asked).value();
    hooks_.decorate(asked, context, response);
    for (const auto& [name, value] : response.headers)
      EXPECT_FALSE(name.starts_with("Access-Control-")) << path << ' ' << name;
  }
}

TEST_F(RoutesTest, TheAdminPageHasTheStudiosPolicy) {
  const auto response = answer(request("GET", "/admin"));
  EXPECT_EQ(response.status, 200);
  EXPECT_TRUE(response.headers.find("Content-Security-Policy")->contains("script-src 'self';"));
  const auto elsewhere = answer(request("GET", "/admin/"));
  EXPECT_EQ(elsewhere.status, 308);
  EXPECT_EQ(elsewhere.headers.find("Location"), "../admin");
}

// --- the description

TEST_F(RoutesTest, TheDescriptionHasEveryRouteAndNoOther) {
  std::set<std::string> described;
  const auto document = openapi_document();
  for (const auto& [path, item] : document.at("paths").as_object()) {
    for (const auto& [method, operation] : item.as_object()) {
      std::string name(method);
      for (auto& c : name) c = static_cast<char>(c - 'a' + 'A');
      described.insert(name + " " + std::string(path));
    }
  }
  std::set<std::string> files;
  const auto page = Page::embedded();
  for (const auto& file : page.files()) files.insert(std::string(file.path));
  for (const auto& file : admin_page_files()) files.insert(std::string(file.path));

  std::set<std::string> routes;
  for (auto [method, pattern] : router_.all_routes()) {
    if (files.contains(pattern)) continue;
    if (const auto rest = pattern.find("...}"); rest != std::string::npos) pattern.erase(rest, 3);
    const auto route = method + " " + pattern;
    // The same without /v1 is told of once, in the description's own words.
    if (!described.contains(route) && described.contains(method + " /v1" + pattern)) continue;
    routes.insert(route);
  }
  EXPECT_EQ(described, routes);
}

TEST_F(RoutesTest, TheDescriptionIsServedToEverybody) {
  const auto response = answer(request("GET", "/openapi.json"));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.headers.find("Content-Type"), "application/json");
  EXPECT_EQ(json::parse(*response.pieces.at(0)).at("openapi").as_string(), "3.1.0");
}

}  // namespace
}  // namespace gw::api
