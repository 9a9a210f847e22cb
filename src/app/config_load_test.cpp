#include "app/config_load.hpp"

#include "providers/dreamifly/models.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gmock/gmock.h>

#include <fstream>

namespace gw::app {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::UnorderedElementsAre;

class ConfigLoad : public testing::Test {
 protected:
  void environment(const std::string& name, const std::string& value) {
    inputs_.environment[name] = value;
  }
  void flag(const std::string& flag, const std::string& name, const std::string& value) {
    inputs_.flags.push_back({flag, name, value});
  }
  void file(const std::string& name, const std::string& text) {
    std::ofstream(directory_.path() / name) << text;
  }
  void yaml(const std::string& text) {
    file("config.yaml", text);
    environment("CONFIG_FILE", (directory_.path() / "config.yaml").string());
  }

  ConfigResult load() {
    inputs_.directory = directory_.path();
    return load_config(inputs_);
  }
  Config config() {
    auto loaded = load();
    if (!loaded) ADD_FAILURE() << render_problems(loaded.error().problems);
    return loaded ? std::move(loaded->config) : Config{};
  }
  static std::vector<std::string> texts(const std::vector<Problem>& problems) {
    std::vector<std::string> out;
    for (const auto& problem : problems) out.push_back(to_string(problem));
    return out;
  }
  std::vector<std::string> problems() {
    const auto loaded = load();
    return loaded ? std::vector<std::string>{} : texts(loaded.error().problems);
  }
  std::vector<std::string> warnings() {
    const auto loaded = load();
    return texts(loaded ? loaded->warnings : loaded.error().warnings);
  }

  TemporaryDirectory directory_;
  ConfigInputs inputs_;
};

TEST_F(ConfigLoad, WithNothingSetTheDemoDrawsOnThisMachineOnly) {
  const auto config = this->config();

  EXPECT_TRUE(config.demo_mode());
  EXPECT_EQ(config.server.host, "127.0.0.1");
  EXPECT_EQ(config.server.port, 8088);
  EXPECT_EQ(config.data_dir, "./data");
  EXPECT_EQ(config.engine.request_time, 600s);
  EXPECT_EQ(config.max_json_body, 30'000'000u);
  EXPECT_EQ(config.library.url_time, 24h);
  EXPECT_EQ(config.shutdown_grace, 30s);
  EXPECT_TRUE(config.api_master_key.empty());
  EXPECT_THAT(warnings(), IsEmpty());
}

TEST_F(ConfigLoad, LaterSourcesWin) {
  yaml("server: {host: 127.0.0.2, port: 1, header_time: 7s, max_connections: 11}\n");
  file(".env", "PORT=2\nMAX_CONNECTIONS=22\nHEADER_TIME=8s\n");
  environment("HEADER_TIME", "9s");
  environment("MAX_CONNECTIONS", "33");
  flag("--port", "PORT", "3");
  flag("--port", "PORT", "4");

  const auto server = config().server;

  EXPECT_EQ(server.host, "127.0.0.2");
  EXPECT_EQ(server.port, 4);
  EXPECT_EQ(server.max_connections, 33u);
  EXPECT_EQ(server.header_time, 9s);
}

TEST_F(ConfigLoad, AnEmptyValueBringsTheDefaultBack) {
  yaml("server: {host: 0.0.0.0}\n");
  environment("HOST", "");

  EXPECT_EQ(config().server.host, "127.0.0.1");
}

TEST_F(ConfigLoad, EverySettingOfThisVersionReachesItsField) {
  environment("API_MASTER_KEY", "sk-test-api-0123456789");
  environment("ADMIN_KEY", "sk-test-admin-0123456789");
  environment("METRICS_KEY", "sk-test-metrics-0123456789");
  environment("DREAMIFLY_BASE_URL", "https://draw.example.com/");
  environment("DREAMIFLY_SITE_KEY", "site");
  environment("UPSTREAM_CONCURRENCY_LIMIT", "3");
  environment("UPSTREAM_PROXY", "http://127.0.0.1:3128");
  environment("API_REQUEST_TIMEOUT", "300");
  environment("DEFAULT_MODEL", "dreamifly-sdxl");
  environment("MODEL_MAPPING", R"({"mine": "dreamifly-sdxl"})");
  environment("STYLE_MAPPING", R"({"水彩": "watercolour, "})");
  environment("HOST", "::");
  environment("PORT", "9000");
  environment("DATA_DIR", "/srv/pictures");
  environment("WEB_DIR", "web");
  environment("PUBLIC_BASE_URL", "https://pictures.example.com/a/");
  environment("TRUSTED_PROXIES", "10.0.0.1, fd00::/8");
  environment("IMAGE_URL_TTL", "30m");
  environment("LOG_LEVEL", "debug");
  environment("MAX_QUEUED_TASKS", "5");
  environment("MAX_QUEUED_BYTES", "5MB");
  environment("REFUSE_HOPELESS_WAITS", "off");
  environment("MAX_PICTURES_IN_MEMORY", "9MB");
  environment("MAX_CONNECTIONS", "6");
  environment("MAX_HEADER", "8KiB");
  environment("MAX_JSON_BODY", "1MB");
  environment("HEADER_TIME", "1s");
  environment("BODY_TIME", "2s");
  environment("IDLE_TIME", "3s");
  environment("WRITE_TIME", "4s");
  environment("SHUTDOWN_GRACE", "5s");
  environment("PICTURE_TTL", "48h");
  environment("STORE_PICTURES", "off");
  environment("PICTURE_QUOTA", "1GB");

  const auto config = this->config();

  EXPECT_EQ(config.api_master_key.reveal(), "sk-test-api-0123456789");
  EXPECT_EQ(config.admin_key.reveal(), "sk-test-admin-0123456789");
  EXPECT_EQ(config.metrics_key.reveal(), "sk-test-metrics-0123456789");
  ASSERT_TRUE(config.dreamifly);
  EXPECT_EQ(config.dreamifly->base_url, "https://draw.example.com");
  EXPECT_EQ(config.dreamifly->site_key.reveal(), "site");
  EXPECT_EQ(config.dreamifly->concurrency, 3u);
  EXPECT_EQ(config.dreamifly->proxy.url, "http://127.0.0.1:3128");
  EXPECT_EQ(config.engine.request_time, 300s);
  EXPECT_EQ(config.default_model, "dreamifly-sdxl");
  EXPECT_EQ(config.model_mapping.at("mine"), "dreamifly-sdxl");
  EXPECT_EQ(config.style_mapping.at("水彩"), "watercolour, ");
  EXPECT_EQ(config.server.host, "::");
  EXPECT_EQ(config.server.port, 9000);
  EXPECT_EQ(config.data_dir, "/srv/pictures");
  EXPECT_EQ(config.web_dir, "web");
  EXPECT_EQ(config.public_base_url, "https://pictures.example.com/a");
  EXPECT_THAT(config.trusted_proxies, ElementsAre("10.0.0.1/32", "fd00::/8"));
  EXPECT_EQ(config.library.url_time, 30min);
  EXPECT_EQ(config.log_level, LogLevel::debug);
  EXPECT_EQ(config.engine.max_queued, 5u);
  EXPECT_EQ(config.engine.max_queued_bytes, 5'000'000u);
  EXPECT_EQ(config.hopeless_waits, api::HopelessWaits::taken);
  EXPECT_EQ(config.engine.max_picture_bytes, 9'000'000u);
  EXPECT_EQ(config.server.max_connections, 6u);
  EXPECT_EQ(config.server.max_header_bytes, 8'192u);
  EXPECT_EQ(config.max_json_body, 1'000'000u);
  EXPECT_EQ(config.server.header_time, 1s);
  EXPECT_EQ(config.server.body_time, 2s);
  EXPECT_EQ(config.server.idle_time, 3s);
  EXPECT_EQ(config.server.write_time, 4s);
  EXPECT_EQ(config.shutdown_grace, 5s);
  EXPECT_EQ(config.library.time_to_live, 48h);
  EXPECT_EQ(config.store_pictures, api::StorePictures::off);
  EXPECT_EQ(config.library.max_bytes, 1'000'000'000u);
}

TEST_F(ConfigLoad, EveryYamlPathReachesTheSameSetting) {
  yaml(R"(
keys: {api_master: sk-test-api-0123456789, admin: sk-test-admin-0123456789}
server:
  trusted_proxies: [10.0.0.1, 10.0.0.2]
  max_json_body: 1MB
engine: {request_timeout: 5m}
library: {picture_ttl: 2d}
providers:
  demo: {delay_ms: 20, failure_rate: 0.5}
models: {mine: dreamifly-sdxl}
styles: {plain: "", 水彩: "watercolour, "}
data_dir: here
log_level: warn
)");

  const auto config = this->config();

  EXPECT_EQ(config.api_master_key.reveal(), "sk-test-api-0123456789");
  EXPECT_THAT(config.trusted_proxies, ElementsAre("10.0.0.1/32", "10.0.0.2/32"));
  EXPECT_EQ(config.max_json_body, 1'000'000u);
  EXPECT_EQ(config.engine.request_time, 5min);
  EXPECT_EQ(config.library.time_to_live, 48h);
  EXPECT_TRUE(config.demo_mode());
  EXPECT_EQ(config.demo.delay, 20ms);
  EXPECT_EQ(config.demo.failure_rate, 0.5);
  EXPECT_EQ(config.model_mapping.at("mine"), "dreamifly-sdxl");
  EXPECT_EQ(config.style_mapping.at("plain"), "");
  EXPECT_EQ(config.style_mapping.at("水彩"), "watercolour, ");
  EXPECT_EQ(config.data_dir, "here");
  EXPECT_EQ(config.log_level, LogLevel::warn);
}

TEST_F(ConfigLoad, AllMistakesAreReportedAtOnceWithTheirPlace) {
  yaml("server:\n  port: none\n  hosts: x\nprot: 1\n");
  file(".env", "LOG_LEVEL=loud\noops\n");
  environment("UPSTREAM_CONCURRENCY_LIMIT", "abc");
  environment("DREAMIFLY_SITE_KEY", "site");
  flag("--host", "HOST", "nowhere");

  EXPECT_THAT(
      problems(),
      UnorderedElementsAre(
          "server.port (config.yaml line 2): must be a whole number from 0 to 65535, not 'none'",
          "server.hosts (config.yaml line 3): is no setting; did you mean server.host?",
          "prot (config.yaml line 4): is no setting",
          "LOG_LEVEL (.env line 1): must be debug, info, warn, error or off, not 'loud'",
          ".env line 2: lacks the = behind its name: NAME=value",
          "UPSTREAM_CONCURRENCY_LIMIT: must be a whole number of at least 1, not 'abc'",
          "--host: must be an IP address of this machine, such as 127.0.0.1 or 0.0.0.0 (all), not "
          "'nowhere'",
          HasSubstr("DREAMIFLY_SITE_KEY: needs DREAMIFLY_BASE_URL")));
}

TEST_F(ConfigLoad, YamlKeysInTheWrongPlaceAreSuggestedTheRightOne) {
  yaml("port: 80\n");

  EXPECT_THAT(problems(),
              ElementsAre("port (config.yaml line 1): is no setting; did you mean server.port?"));
}

TEST_F(ConfigLoad, YamlShapesAreChecked) {
  yaml("server: 1\nmodels: [a]\ndata_dir: {a: b}\nlog_level:\nstyles: {a: [b]}\nengine:\n");

  EXPECT_THAT(problems(),
              UnorderedElementsAre(
                  "server (config.yaml line 1): must be a map of settings",
                  "models (config.yaml line 2): must be a map of names to texts",
                  "data_dir (config.yaml line 3): must be a single value, not a list or a map",
                  HasSubstr("log_level (config.yaml line 4): has no value"),
                  "styles (config.yaml line 5): line 5 must be \"name: text\""));
}

TEST_F(ConfigLoad, YamlKeysGivenTwiceAreAMistake) {
  yaml("log_level: info\nlog_level: debug\n");

  EXPECT_THAT(problems(), ElementsAre("log_level (config.yaml line 2): is given twice"));
}

TEST_F(ConfigLoad, BrokenYamlIsOneProblemAmongOthers) {
  yaml("server: [\n");
  environment("PORT", "x");

  EXPECT_THAT(problems(),
              UnorderedElementsAre(HasSubstr("config.yaml line"), HasSubstr("PORT: must")));
}

TEST_F(ConfigLoad, AnEmptyYamlFileSaysNothing) {
  yaml("# nothing yet\n");

  EXPECT_THAT(problems(), IsEmpty());
}

TEST_F(ConfigLoad, AMissingConfigFileIsAMistakeAMissingDotenvIsNot) {
  flag("--config", "CONFIG_FILE", "/nowhere/config.yaml");

  EXPECT_THAT(problems(), ElementsAre("--config: /nowhere/config.yaml cannot be read: No such file "
                                      "or directory"));
}

TEST_F(ConfigLoad, ThePerMinuteSchemeIsAnonymousAndGetsOnePlace) {
  environment("DREAMIFLY_BASE_URL", "https://draw.example.com");
  environment("DREAMIFLY_SITE_KEY", "site");

  EXPECT_EQ(config().dreamifly->concurrency, 1u);
  EXPECT_EQ(config().dreamifly->signed_in_concurrency, 2u) << "accounts may come while it runs";
  environment("UPSTREAM_CONCURRENCY_LIMIT", "3");
  EXPECT_EQ(config().dreamifly->signed_in_concurrency, 3u);
}

TEST_F(ConfigLoad, TheStaticSchemeGetsTwoPlacesAndLosesItsBearer) {
  environment("DREAMIFLY_BASE_URL", "https://draw.example.com");
  environment("DREAMIFLY_AUTH_TOKEN", "Bearer  fixed-token");

  const auto config = this->config();

  EXPECT_EQ(config.dreamifly->concurrency, 2u);
  EXPECT_EQ(config.dreamifly->static_token.reveal(), "fixed-token");
}

TEST_F(ConfigLoad, AnAccountGetsTwoPlacesAndReachesItsFields) {
  environment("DREAMIFLY_BASE_URL", "https://draw.example.com");
  environment("DREAMIFLY_SITE_KEY", "site");
  environment("DREAMIFLY_EMAIL", "me@example.com");
  environment("DREAMIFLY_PASSWORD", "correct horse \"battery\" 苹果");

  const auto upstream = config().dreamifly.value();

  EXPECT_EQ(upstream.concurrency, 2u);
  EXPECT_EQ(upstream.email, "me@example.com");
  EXPECT_EQ(upstream.password.reveal(), "correct horse \"battery\" 苹果");
  EXPECT_TRUE(upstream.has_login());
}

TEST_F(ConfigLoad, ASessionCookieIsAnAccountToo) {
  environment("DREAMIFLY_BASE_URL", "https://draw.example.com");
  environment("DREAMIFLY_SITE_KEY", "site");
  environment("DREAMIFLY_SESSION_COOKIE", "__Secure-better-auth.session_token=abc.def%3D");

  const auto upstream = config().dreamifly.value();

  EXPECT_EQ(upstream.concurrency, 2u);
  EXPECT_TRUE(upstream.has_login());
}

TEST_F(ConfigLoad, AnAccountIsAnAddressAndAPasswordOrACookie) {
  environment("DREAMIFLY_BASE_URL", "https://draw.example.com");
  environment("DREAMIFLY_SITE_KEY", "site");
  environment("DREAMIFLY_EMAIL", "me@example.com");
  EXPECT_THAT(problems(), ElementsAre("DREAMIFLY_EMAIL: needs DREAMIFLY_PASSWORD beside it"));

  environment("DREAMIFLY_PASSWORD", "hush");
  environment("DREAMIFLY_SESSION_COOKIE", "abc.def");
  EXPECT_THAT(problems(), ElementsAre(HasSubstr("DREAMIFLY_SESSION_COOKIE: cannot stand beside")));

  environment("DREAMIFLY_EMAIL", "");
  environment("DREAMIFLY_SESSION_COOKIE", "");
  EXPECT_THAT(problems(), ElementsAre("DREAMIFLY_PASSWORD: needs DREAMIFLY_EMAIL beside it"));
}

TEST_F(ConfigLoad, AnAccountNeedsItsServer) {
  environment("DREAMIFLY_EMAIL", "me@example.com");
  environment("DREAMIFLY_PASSWORD", "hush");
  EXPECT_THAT(problems(), ElementsAre(HasSubstr("DREAMIFLY_EMAIL: needs DREAMIFLY_BASE_URL")));
}

TEST_F(ConfigLoad, WhatIsNoAccountIsRefusedWithoutRepeatingASecret) {
  environment("DREAMIFLY_BASE_URL", "https://draw.example.com");
  environment("DREAMIFLY_SITE_KEY", "site");
  environment("DREAMIFLY_EMAIL", "me");
  environment("DREAMIFLY_PASSWORD", "hush\xff");
  environment("DREAMIFLY_SESSION_COOKIE", "locale=hush; theme=hush");

  const auto all = problems();

  EXPECT_THAT(all,
              UnorderedElementsAre("DREAMIFLY_EMAIL: must be an email address, not 'me'",
                                   "DREAMIFLY_PASSWORD: must be text in UTF-8",
                                   HasSubstr("DREAMIFLY_SESSION_COOKIE: holds no cookie named")));
  for (const auto& problem : all) EXPECT_THAT(problem, Not(HasSubstr("hush")));
}

TEST_F(ConfigLoad, ExtraHeadersAreKeptAndNeverShown) {
  environment("DREAMIFLY_BASE_URL", "https://draw.example.com");
  environment("DREAMIFLY_SITE_KEY", "site");
  yaml("providers: {dreamifly: {extra_headers: {x-service-token: hush}}}\n");

  const auto loaded = load();

  ASSERT_TRUE(loaded) << render_problems(loaded.error().problems);
  const auto& headers = loaded->config.dreamifly->extra_headers;
  ASSERT_EQ(headers.size(), 1u);
  EXPECT_EQ(headers[0].first, "x-service-token");
  EXPECT_EQ(headers[0].second.reveal(), "hush");
  for (const auto& effective : loaded->effective) {
    EXPECT_THAT(effective.value, Not(HasSubstr("hush")));
    if (effective.setting->name == "DREAMIFLY_EXTRA_HEADERS")
      EXPECT_EQ(effective.value, R"({"x-service-token":"***"})");
  }
}

TEST_F(ConfigLoad, ExtraHeadersDoNotChangeWhoWeAre) {
  environment("DREAMIFLY_BASE_URL", "https://draw.example.com");
  environment("DREAMIFLY_SITE_KEY", "site");
  environment("DREAMIFLY_EXTRA_HEADERS", R"({"X-Forwarded-For": "10.0.0.1"})");

  EXPECT_THAT(problems(),
              ElementsAre(HasSubstr("DREAMIFLY_EXTRA_HEADERS: cannot set X-Forwarded-For")));
}

TEST_F(ConfigLoad, AConcurrencyLimitGivenWins) {
  environment("UPSTREAM_CONCURRENCY_LIMIT", "9");
  EXPECT_EQ(config().demo.parallel, 9u);

  environment("DREAMIFLY_BASE_URL", "https://draw.example.com");
  environment("DREAMIFLY_SITE_KEY", "site");
  EXPECT_EQ(config().dreamifly->concurrency, 9u);
}

TEST_F(ConfigLoad, ACredentialWithoutItsServerNamesBothKindsOfServer) {
  environment("DREAMIFLY_AUTH_TOKEN", "fixed-token");

  EXPECT_THAT(problems(),
              ElementsAre("DREAMIFLY_AUTH_TOKEN: needs DREAMIFLY_BASE_URL, the server it "
                          "belongs to: your own instance, or the public site if its "
                          "operator has agreed to automated use (README.md#terms)"));
}

TEST_F(ConfigLoad, ABrokenBaseUrlIsTheOnlyProblemOfItsCredential) {
  environment("DREAMIFLY_BASE_URL", "draw.example.com");
  environment("DREAMIFLY_SITE_KEY", "site");

  EXPECT_THAT(problems(), ElementsAre(HasSubstr("DREAMIFLY_BASE_URL: must be http(s)://host")));
}

TEST_F(ConfigLoad, ATokenOfThisMinuteIsRecognised) {
  environment("DREAMIFLY_BASE_URL", "https://draw.example.com");
  environment("DREAMIFLY_AUTH_TOKEN", "Bearer 0123456789abcdef0123456789ABCDEF");

  EXPECT_THAT(problems(),
              ElementsAre("DREAMIFLY_AUTH_TOKEN: this is a per-minute token, dead within "
                          "two minutes; set DREAMIFLY_SITE_KEY"));
}

TEST_F(ConfigLoad, OneServerHasOneScheme) {
  environment("DREAMIFLY_BASE_URL", "https://draw.example.com");
  environment("DREAMIFLY_AUTH_TOKEN", "fixed-token");
  environment("DREAMIFLY_SITE_KEY", "site");

  EXPECT_THAT(problems(), ElementsAre(HasSubstr("cannot stand beside DREAMIFLY_SITE_KEY")));
}

TEST_F(ConfigLoad, KeysThatAreNoneAreRefused) {
  environment("API_MASTER_KEY", "1");
  environment("ADMIN_KEY", "");
  file(".env", "METRICS_KEY=\n");

  EXPECT_THAT(problems(), UnorderedElementsAre(HasSubstr("API_MASTER_KEY: '1' once meant"),
                                               HasSubstr("ADMIN_KEY: is empty"),
                                               HasSubstr("METRICS_KEY (.env line 1): is empty")));
}

TEST_F(ConfigLoad, TheApiKeyOpensNothingElse) {
  environment("API_MASTER_KEY", "sk-test-0123456789");
  environment("ADMIN_KEY", "sk-test-0123456789");

  EXPECT_THAT(problems(), ElementsAre("ADMIN_KEY: must differ from API_MASTER_KEY, which opens /v1 "
                                      "and nothing else"));
}

TEST_F(ConfigLoad, NoProblemRepeatsASecret) {
  environment("API_MASTER_KEY", "hush hush");
  environment("DREAMIFLY_SITE_KEY", "hush\x01hush");
  environment("UPSTREAM_PROXY", "ftp://me:hush@example.com");

  const auto all = problems();
  EXPECT_EQ(all.size(), 4u) << "the site key also lacks its server";
  for (const auto& problem : all) EXPECT_THAT(problem, Not(HasSubstr("hush")));
}

// --- the OpenAI-compatible upstream

TEST_F(ConfigLoad, AnOpenAiUpstreamIsConfiguredByItsAddress) {
  environment("OPENAI_UPSTREAM_BASE_URL", "https://api.example.com/openai/");
  environment("OPENAI_UPSTREAM_API_KEY", "sk-test-upstream");
  environment("OPENAI_UPSTREAM_MODELS", "gpt-image-1, my-own");
  environment("OPENAI_UPSTREAM_CONCURRENCY_LIMIT", "7");
  environment("OPENAI_UPSTREAM_EXTENSIONS", "on");
  environment("OPENAI_UPSTREAM_PREVIEWS", "2");
  environment("OPENAI_UPSTREAM_EXTRA_HEADERS", R"({"X-Service": "hush"})");
  environment("DEFAULT_MODEL", "openai/my-own");

  const auto made = config();

  ASSERT_TRUE(made.openai);
  EXPECT_FALSE(made.demo_mode());
  EXPECT_EQ(made.openai->base_url, "https://api.example.com/openai");
  EXPECT_EQ(made.openai->api_key.reveal(), "sk-test-upstream");
  EXPECT_THAT(made.openai->models, ElementsAre("gpt-image-1", "my-own"));
  EXPECT_EQ(made.openai->concurrency, 7u);
  EXPECT_EQ(made.openai->extensions, openai::Extensions::passed_on);
  EXPECT_EQ(made.openai->previews, 2);
  EXPECT_EQ(made.openai->extra_headers.size(), 1u);
}

TEST_F(ConfigLoad, AnOpenAiUpstreamMayStandInTheFile) {
  yaml("providers:\n  openai:\n    base_url: https://api.example.com\n    models: [a, b]\n");
  const auto made = config();
  EXPECT_THAT(made.openai->models, ElementsAre("a", "b"));
  EXPECT_EQ(made.openai->concurrency, 4u);
  EXPECT_EQ(made.openai->extensions, openai::Extensions::left_out);
}

TEST_F(ConfigLoad, WhatBelongsToAnOpenAiUpstreamNeedsOne) {
  environment("OPENAI_UPSTREAM_API_KEY", "sk-test-upstream");
  environment("OPENAI_UPSTREAM_PREVIEWS", "1");
  EXPECT_THAT(problems(), UnorderedElementsAre(
                              "OPENAI_UPSTREAM_API_KEY: needs OPENAI_UPSTREAM_BASE_URL, the server "
                              "it belongs to",
                              HasSubstr("OPENAI_UPSTREAM_PREVIEWS: needs")));
}

TEST_F(ConfigLoad, TwoUpstreamsAreTwoHosts) {
  environment("DREAMIFLY_BASE_URL", "https://example.com");
  environment("DREAMIFLY_SITE_KEY", "key");
  environment("OPENAI_UPSTREAM_BASE_URL", "https://EXAMPLE.com:443/v1");
  EXPECT_THAT(problems(), ElementsAre(HasSubstr("must name another host")));
}

TEST_F(ConfigLoad, WhatOnlyAnUpstreamKnowsIsNoMistake) {
  environment("OPENAI_UPSTREAM_BASE_URL", "https://api.example.com");
  environment("DEFAULT_MODEL", "anything");
  environment("MODEL_MAPPING", R"({"mine": "whatever"})");
  EXPECT_EQ(config().default_model, "anything");
}

TEST_F(ConfigLoad, ModelsOfAConfiguredListAreKnown) {
  environment("OPENAI_UPSTREAM_BASE_URL", "https://api.example.com");
  environment("OPENAI_UPSTREAM_MODELS", "gpt-image-1");
  environment("DEFAULT_MODEL", "gpt-image-l");
  EXPECT_THAT(problems(), ElementsAre(HasSubstr("did you mean gpt-image-1?")));
}

TEST_F(ConfigLoad, WhatBelongsToTheOtherUpstreamHasNoEffect) {
  environment("OPENAI_UPSTREAM_BASE_URL", "https://api.example.com");
  environment("UPSTREAM_CONCURRENCY_LIMIT", "3");
  environment("DEMO_DELAY_MS", "3");
  EXPECT_THAT(warnings(),
              UnorderedElementsAre(HasSubstr("OPENAI_UPSTREAM_CONCURRENCY_LIMIT"),
                                   HasSubstr("OPENAI_UPSTREAM_BASE_URL is set, so the demo")));
}

TEST_F(ConfigLoad, UnknownNamesInDotenvAreWarnedAbout) {
  file(".env", "UPSTREAM_CONCURENCY_LIMIT=3\nNGINX_PORT=80\n");
  environment("DREAMIFLY_BASEURL", "https://example.com");
  environment("HOME", "/root");

  EXPECT_THAT(warnings(),
              UnorderedElementsAre(
                  "UPSTREAM_CONCURENCY_LIMIT (.env line 1): is no setting of this program; did you "
                  "mean UPSTREAM_CONCURRENCY_LIMIT?",
                  "DREAMIFLY_BASEURL: is no setting of this program; did you mean "
                  "DREAMIFLY_BASE_URL?"));
}

TEST_F(ConfigLoad, WarningsStandBesideMistakes) {
  environment("PORT", "x");
  environment("DREAMIFLY_BASEURL", "https://example.com");

  EXPECT_THAT(problems(), ElementsAre(HasSubstr("PORT: must")));
  EXPECT_THAT(warnings(), ElementsAre(HasSubstr("DREAMIFLY_BASEURL: is no setting")));
}

TEST_F(ConfigLoad, TheSourcesThatSaySomethingAreNamedInTheirOrder) {
  yaml("server: {port: 1}\nlog_level: info\n");
  file(".env", "PORT=2\nUNKNOWN=1\n");
  flag("--port", "PORT", "3");

  const auto sources = load().value().sources;

  EXPECT_THAT(sources, ElementsAre(ConfigSource{(directory_.path() / "config.yaml").string(), 2},
                                   ConfigSource{(directory_.path() / ".env").string(), 1},
                                   ConfigSource{"environment", 1}, ConfigSource{"flags", 1}));
}

TEST_F(ConfigLoad, ModelsThatAreNoneAreMistakesWithTheirPlace) {
  file(".env",
       "DEFAULT_MODEL=dreamifly-sdxxl\n"
       "MODEL_MAPPING={\"a\": \"nothing at all\", \"b\": \"Qwen-Imag\", \"c\": \"dall-e-3\"}\n");

  EXPECT_THAT(problems(),
              ElementsAre("MODEL_MAPPING (.env line 2): 'a' stands for 'nothing at all', which is "
                          "no model",
                          "MODEL_MAPPING (.env line 2): 'b' stands for 'Qwen-Imag', which is no "
                          "model; did you mean Qwen-Image?",
                          "DEFAULT_MODEL (.env line 1): 'dreamifly-sdxxl' is no model; did you "
                          "mean dreamifly-sdxl?"));
}

TEST_F(ConfigLoad, TheDefaultModelMayBeANameOfTheOperator) {
  environment("MODEL_MAPPING", R"({"house": "demo/dreamifly-sdxl"})");
  environment("DEFAULT_MODEL", "house");

  EXPECT_THAT(problems(), IsEmpty());
}

TEST_F(ConfigLoad, EveryNameOfTheCatalogueIsAModel) {
  environment("DREAMIFLY_BASE_URL", "https://draw.example.com");
  environment("DREAMIFLY_SITE_KEY", "site");
  for (const auto& model : dreamifly::known_models()) {
    auto names = model.aliases;
    names.push_back(model.id);
    names.push_back("dreamifly/" + model.id);
    for (const auto& name : names) {
      environment("DEFAULT_MODEL", name);
      EXPECT_THAT(problems(), IsEmpty()) << name;
    }
  }
}

TEST_F(ConfigLoad, WhoHasANameOfTwoUpstreamsIsTold) {
  environment("DREAMIFLY_BASE_URL", "https://draw.example.com");
  environment("DREAMIFLY_SITE_KEY", "site");
  environment("OPENAI_UPSTREAM_BASE_URL", "https://api.example.com/v1");
  environment("OPENAI_UPSTREAM_API_KEY", "sk-test-upstream");
  environment("OPENAI_UPSTREAM_MODELS", "gpt-image-1, dreamifly-sdxl, my-own-model");

  EXPECT_THAT(
      warnings(),
      ElementsAre(HasSubstr("OPENAI_UPSTREAM_MODELS: 'gpt-image-1' means openai/gpt-image-1 "
                            "and no longer dreamifly/dreamifly-qwen-image; MODEL_MAPPING"),
                  HasSubstr("'dreamifly-sdxl' stays the Dreamifly server's; the other is "
                            "openai/dreamifly-sdxl")));

  environment("MODEL_MAPPING", R"({"gpt-image-1": "dreamifly/dreamifly-qwen-image"})");
  environment("MODEL_ROUTES",
              R"({"dreamifly-sdxl": {"routes": [{"model": "openai/dreamifly-sdxl"}]}})");
  EXPECT_THAT(warnings(), IsEmpty());
}

// The Python version's own file, as it was shipped and as it was used.
TEST_F(ConfigLoad, AnOriginalDotenvIsUnderstoodAtOnce) {
  file(".env",
       "API_MASTER_KEY=1\n"
       "NGINX_PORT=8088\n"
       "UPSTREAM_CONCURRENCY_LIMIT=2\n"
       "API_REQUEST_TIMEOUT=600\n"
       "DREAMIFLY_AUTH_TOKEN=\"Bearer 0123456789abcdef0123456789abcdef\"\n"
       "MODEL_MAPPING={\"dreamifly-qwen-image\": \"Qwen-Image\"}\n"
       "APP_NAME=dreamifly-2api\n");

  EXPECT_THAT(
      problems(),
      UnorderedElementsAre(
          AllOf(HasSubstr("API_MASTER_KEY (.env line 1): '1' once meant"),
                HasSubstr("long random")),
          AllOf(HasSubstr("DREAMIFLY_AUTH_TOKEN (.env line 5): this is a per-minute token, dead "
                          "within two minutes; set DREAMIFLY_SITE_KEY")),
          AllOf(HasSubstr("DREAMIFLY_AUTH_TOKEN (.env line 5): needs DREAMIFLY_BASE_URL"),
                HasSubstr("your own instance"), HasSubstr("operator has agreed"))));
  EXPECT_THAT(
      warnings(),
      UnorderedElementsAre(
          HasSubstr("APP_NAME (.env line 7): named the Python version"),
          HasSubstr("UPSTREAM_CONCURRENCY_LIMIT (.env line 3): wins over the default as before"),
          HasSubstr("API_REQUEST_TIMEOUT (.env line 4): counts from a request's arrival now"),
          HasSubstr("MODEL_MAPPING (.env line 6): adds names"),
          HasSubstr("Coming from the Python version")));
}

TEST_F(ConfigLoad, SettingsThatOnlyThePythonVersionHadAreExplained) {
  file(".env", "APP_NAME=a\nAPP_VERSION=1.0.0\nDESCRIPTION=d\n");

  EXPECT_THAT(warnings(),
              UnorderedElementsAre(
                  AllOf(HasSubstr("APP_NAME (.env line 1): "), HasSubstr("no effect now")),
                  AllOf(HasSubstr("APP_VERSION (.env line 2): "), HasSubstr("no effect now")),
                  AllOf(HasSubstr("DESCRIPTION (.env line 3): "), HasSubstr("no effect now"))));
}

TEST_F(ConfigLoad, WhoHasMovedIsNotToldTwice) {
  file(".env",
       "DREAMIFLY_BASE_URL=https://draw.example.com\nDREAMIFLY_AUTH_TOKEN=fixed-token\n"
       "API_REQUEST_TIMEOUT=600\nSTYLE_MAPPING={\"a\": \"b\"}\n");

  EXPECT_THAT(warnings(), IsEmpty());
}

TEST_F(ConfigLoad, PlaceholdersOfExamplesAreNoKeys) {
  environment("API_MASTER_KEY", "sk-test-Change-Me-please");
  environment("ADMIN_KEY", "your-super-secret-key");
  environment("DREAMIFLY_BASE_URL", "https://draw.example.com");
  environment("DREAMIFLY_AUTH_TOKEN", "Bearer your-actual-token-here");

  EXPECT_THAT(problems(), UnorderedElementsAre(
                              HasSubstr("API_MASTER_KEY: is still the placeholder of .env.example"),
                              HasSubstr("ADMIN_KEY: is still the placeholder of .env.example"),
                              "DREAMIFLY_AUTH_TOKEN: is still the placeholder of an example"));
}

TEST_F(ConfigLoad, AFileOfAuthoritiesMustBeOne) {
  const auto path = directory_.path() / "own.pem";
  environment("DREAMIFLY_BASE_URL", "https://draw.example.com");
  environment("DREAMIFLY_SITE_KEY", "site");
  environment("UPSTREAM_CA_FILE", path.string());
  const auto problem = HasSubstr("UPSTREAM_CA_FILE: must be a readable file of certificates");
  EXPECT_THAT(problems(), ElementsAre(problem)) << "there is none";
  file("own.pem", "something else");
  EXPECT_THAT(problems(), ElementsAre(problem));
  file("own.pem", "-----BEGIN CERTIFICATE-----\n");
  EXPECT_EQ(config().upstream_ca_file, path);
}

TEST_F(ConfigLoad, SettingsWithoutEffectAreWarnedAbout) {
  environment("UPSTREAM_PROXY", "http://127.0.0.1:3128");
  EXPECT_THAT(warnings(), ElementsAre(HasSubstr("UPSTREAM_PROXY: has no effect")));

  environment("DREAMIFLY_BASE_URL", "https://draw.example.com");
  environment("DREAMIFLY_SITE_KEY", "site");
  environment("DEMO_DELAY_MS", "10");
  EXPECT_THAT(warnings(), ElementsAre(HasSubstr("DEMO_DELAY_MS: has no effect")));
}

TEST_F(ConfigLoad, WhatIsInForceNamesItsOriginAndHidesSecrets) {
  environment("API_MASTER_KEY", "sk-test-0123456789");
  environment("DREAMIFLY_BASE_URL", "https://draw.example.com");
  environment("DREAMIFLY_SITE_KEY", "hush");
  environment("UPSTREAM_PROXY", "http://me:hush@127.0.0.1:3128");
  file(".env", "\nPORT=9000\n");
  flag("--host", "HOST", "::1");

  std::map<std::string, std::string> shown;
  for (const auto& effective : load().value().effective) {
    shown[std::string(effective.setting->name)] = effective.value + " | " + effective.origin;
  }

  EXPECT_EQ(shown["API_MASTER_KEY"], "*** | environment");
  EXPECT_EQ(shown["DREAMIFLY_SITE_KEY"], "*** | environment");
  EXPECT_EQ(shown["UPSTREAM_PROXY"], "http://***@127.0.0.1:3128 | environment");
  EXPECT_EQ(shown["UPSTREAM_CONCURRENCY_LIMIT"], "1 | default");
  EXPECT_EQ(shown["PORT"], "9000 | .env line 2");
  EXPECT_EQ(shown["HOST"], "::1 | --host");
  EXPECT_EQ(shown["PICTURE_TTL"], "7d | default");
}

// --- routes

TEST_F(ConfigLoad, RoutesAreATreeInTheFileAndJsonElsewhere) {
  yaml(R"(
providers: {openai: {base_url: https://api.example.com}}
routes:
  auto:
    strategy: least_busy
    routes:
      - {model: openai/gpt-image-1, weight: 3}
      - model: openai/dall-e-3
        priority: 2
)");
  const RouteTable wanted{
      {"auto",
       {RouteStrategy::least_busy, {{"openai/gpt-image-1", 1, 3}, {"openai/dall-e-3", 2, 1}}}}};
  EXPECT_EQ(config().model_routes, wanted);
  environment("MODEL_ROUTES", R"({"other": {"routes": [{"model": "openai/dall-e-2"}]}})");
  EXPECT_THAT(config().model_routes, testing::SizeIs(1)) << "what the environment says wins";
  EXPECT_TRUE(config().model_routes.contains("other"));
}

TEST_F(ConfigLoad, ARoutedNameMayBeTheDefaultModel) {
  environment("MODEL_ROUTES", R"({"auto": {"routes": [{"model": "demo/dreamifly-sdxl"}]}})");
  environment("DEFAULT_MODEL", "auto");
  EXPECT_THAT(problems(), IsEmpty());
}

TEST_F(ConfigLoad, ARouteMayTakeTheNameOfAModelOrAnAlias) {
  environment("MODEL_ROUTES", R"({"dreamifly-sdxl": {"routes": [{"model": "demo/dreamifly-sdxl"}]},
                                  "dall-e-3": {"routes": [{"model": "demo/dreamifly-sdxl"}]}})");
  EXPECT_THAT(problems(), IsEmpty());
}

TEST_F(ConfigLoad, MistakesInRoutesAreReportedWithTheirPath) {
  yaml("routes:\n  auto:\n    strategy: best\n    routes: [{model: demo/x, weight: 2000}]\n");
  EXPECT_THAT(problems(),
              ElementsAre("routes (config.yaml line 1): auto.strategy must be priority, "
                          "weighted, least_busy or fastest; auto.routes[0].weight must "
                          "be a whole number from 1 to 1000"));
  yaml("routes:\n  auto: {routes: []}\n  auto: {routes: []}\n");
  EXPECT_THAT(problems(), ElementsAre("routes (config.yaml line 1): line 3 gives 'auto' twice"));
  yaml("routes:\n  auto:\n");
  EXPECT_THAT(problems(), ElementsAre("routes (config.yaml line 1): line 2 has no value"));
}

TEST_F(ConfigLoad, ANumberInQuotesIsNone) {
  yaml("routes: {auto: {routes: [{model: demo/dreamifly-sdxl, weight: \"2\"}]}}\n");
  EXPECT_THAT(problems(), ElementsAre(HasSubstr("auto.routes[0].weight must be")));
}

TEST_F(ConfigLoad, ATreeOfAnchorsDoesNotGrow) {
  std::string text = "a0: &a0 {model: demo/dreamifly-sdxl}\n";
  for (int i = 1; i < 10; ++i) {
    const auto before = "*a" + std::to_string(i - 1);
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [";
    for (int j = 0; j < 10; ++j) text += before + (j < 9 ? ", " : "]\n");
  }
  yaml(text + "routes: {auto: {routes: *a9}}\n");
  EXPECT_THAT(problems(), testing::Contains(HasSubstr("): is too large")));
}

TEST_F(ConfigLoad, RoutesOfModelsThatAreNoneAreMistakes) {
  environment("MODEL_MAPPING", R"({"house": "demo/dreamifly-sdxl"})");
  environment("MODEL_ROUTES", R"({
    "auto": {"routes": [{"model": "demo/dreamifly-sdxxl"}, {"model": "house"}, {"model": "auto"}]},
    "house": {"routes": [{"model": "demo/dreamifly-sdxl"}]},
    "demo/dreamifly-sdxl": {"routes": [{"model": "demo/dreamifly-flux-dev"}]}})");
  EXPECT_THAT(
      problems(),
      UnorderedElementsAre(
          "MODEL_ROUTES: auto.routes[0].model is 'demo/dreamifly-sdxxl', which is no model; "
          "did you mean demo/dreamifly-sdxl?",
          "MODEL_ROUTES: auto.routes[1].model is 'house', which is a name of yours; write "
          "\"provider/model\"",
          "MODEL_ROUTES: auto.routes[2].model is 'auto', which is a name of yours; write "
          "\"provider/model\"",
          "MODEL_ROUTES: 'house' has a meaning by MODEL_MAPPING already",
          "MODEL_ROUTES: house.routes[0].model is 'demo/dreamifly-sdxl', which is a name of yours; "
          "write \"provider/model\"",
          "MODEL_ROUTES: 'demo/dreamifly-sdxl' is the name of one provider's model and "
          "cannot have routes"));
}

TEST_F(ConfigLoad, WhatAnUpstreamTellsLaterMayBeARouteAndTheOthersAreKnown) {
  environment("OPENAI_UPSTREAM_BASE_URL", "https://api.example.com");
  environment("MODEL_ROUTES",
              R"({"auto": {"routes": [{"model": "openai/any"}, {"model": "dreamifly/any"}]}})");
  EXPECT_THAT(problems(),
              ElementsAre("MODEL_ROUTES: auto.routes[1].model is 'dreamifly/any', which "
                          "is no model"));
}

}  // namespace
}  // namespace gw::app
