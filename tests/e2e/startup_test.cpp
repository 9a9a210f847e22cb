// Starts that must not happen, each with a sentence that says why; and the small commands.
#include "tests/support/api_matchers.hpp"
#include "tests/support/gateway_client.hpp"
#include "tests/support/gateway_process.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <map>
#include <string>
#include <string_view>

namespace gw::test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using Environment = std::map<std::string, std::string>;

Finished run(Environment environment, std::vector<std::string> arguments = {}) {
  return run_gateway({.environment = std::move(environment), .arguments = std::move(arguments)});
}

// It ended at once with exit code 1, said this on standard error, and had not begun to serve.
void expect_refusal(const Finished& run, const testing::Matcher<std::string>& sentence) {
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_THAT(run.standard_error, sentence);
  EXPECT_EQ(run.standard_output, "");
}

TEST(Start, IsRefusedWithoutARealKey) {
  expect_refusal(run({{"API_MASTER_KEY", "1"}}),
                 AllOf(HasSubstr("API_MASTER_KEY"), HasSubstr("no key")));
  expect_refusal(run({{"API_MASTER_KEY", ""}}),
                 AllOf(HasSubstr("API_MASTER_KEY"), HasSubstr("empty")));
  expect_refusal(run({{"API_MASTER_KEY", "change-me-to-a-long-random-key"}}),
                 AllOf(HasSubstr("API_MASTER_KEY"), HasSubstr("placeholder")));
  expect_refusal(run({{"API_MASTER_KEY", "two words"}}), HasSubstr("API_MASTER_KEY"));
  expect_refusal(run({{"ADMIN_KEY", std::string(kApiKey)}}), HasSubstr("ADMIN_KEY"));
}

TEST(Start, IsRefusedWithThePlaceholderFileAsItIsShipped) {
  expect_refusal(
      run_gateway({.key = GatewayOptions::Key::none,
                   .files = {{".env", "API_MASTER_KEY=change-me-to-a-long-random-key\n"}}}),
      AllOf(HasSubstr(".env line 1"), HasSubstr("placeholder")));
}

TEST(Start, IsRefusedForACredentialWithoutItsServer) {
  const auto both_kinds = AllOf(HasSubstr("DREAMIFLY_BASE_URL"), HasSubstr("your own instance"),
                                HasSubstr("operator has agreed"), HasSubstr("README"));
  expect_refusal(run({{"DREAMIFLY_AUTH_TOKEN", "some-static-token"}}), both_kinds);
  expect_refusal(run({{"DREAMIFLY_SITE_KEY", "some-site-key"}}), both_kinds);
}

TEST(Start, IsRefusedForAPerMinuteToken) {
  for (const auto* token :
       {"418b304f4fcde87f61b4e59202113eb9", "Bearer 418B304F4FCDE87F61B4E59202113EB9"}) {
    expect_refusal(run({{"DREAMIFLY_BASE_URL", "https://dreamifly.example.com"},
                        {"DREAMIFLY_AUTH_TOKEN", token}}),
                   AllOf(HasSubstr("per-minute token"), HasSubstr("DREAMIFLY_SITE_KEY")));
  }
}

TEST(Start, ReportsAllMistakesAtOnce) {
  const auto refused = run({{"PORT", "70000"},
                            {"LOG_LEVEL", "loud"},
                            {"API_REQUEST_TIMEOUT", "-3"},
                            {"MODEL_MAPPING", "[1]"},
                            {"UPSTREAM_CONCURRENCY_LIMIT", "0"},
                            {"UPSTREAM_PROXY", "socks4://127.0.0.1:9"}},
                           {"serve"});
  expect_refusal(refused, HasSubstr("6 mistakes"));
  for (const auto* name : {"PORT", "LOG_LEVEL", "API_REQUEST_TIMEOUT", "MODEL_MAPPING",
                           "UPSTREAM_CONCURRENCY_LIMIT", "UPSTREAM_PROXY"}) {
    EXPECT_THAT(refused.standard_error, HasSubstr(name));
  }
}

TEST(Start, IsRefusedForAModelThatIsNone) {
  expect_refusal(run({{"DEFAULT_MODEL", "no-such-model"}}), HasSubstr("DEFAULT_MODEL"));
  expect_refusal(run({{"MODEL_MAPPING", R"({"mine":"no-such-model"})"}}),
                 HasSubstr("MODEL_MAPPING"));
}

TEST(Start, IsRefusedWhenThePortIsTaken) {
  const auto first = GatewayProcess::serving();
  const TemporaryDirectory data;
  const auto refused = run(
      {}, {"serve", "--port", fmt::to_string(first->port()), "--data-dir", data.path().string()});

  expect_refusal(refused, HasSubstr(fmt::format("127.0.0.1:{}", first->port())));
  EXPECT_THAT(ask(first->port(), get("/health/ready")), HasStatus(200));
}

TEST(Start, IsRefusedWhenTheDataFolderCannotBe) {
  const TemporaryDirectory folder;
  std::ofstream(folder.path() / "file") << "in the way";
  for (const auto& path :
       {(folder.path() / "file").string(), (folder.path() / "file/data").string(),
        std::string("/proc/nothing/here")}) {
    SCOPED_TRACE(path);
    expect_refusal(run({}, {"serve", "--port", "0", "--data-dir", path}), HasSubstr(path));
  }
}

TEST(Start, IsRefusedWhenOthersCanReadAKey) {
  const TemporaryDirectory data;
  std::filesystem::create_directories(data.path() / "keys");
  std::ofstream(data.path() / "keys" / "api_master_key") << "sk-test-read-by-everybody\n";
  std::filesystem::permissions(data.path() / "keys" / "api_master_key",
                               std::filesystem::perms(0644));
  const auto refused =
      run_gateway({.key = GatewayOptions::Key::none,
                   .arguments = {"serve", "--port", "0", "--data-dir", data.path().string()}});

  expect_refusal(refused, AllOf(HasSubstr("api_master_key"), HasSubstr("chmod 600"),
                                testing::Not(HasSubstr("sk-test-read-by"))));
}

TEST(Start, SaysWhatIsDrawnWithWhenNothingIsConfigured) {
  const auto gateway = GatewayProcess::serving();
  EXPECT_THAT(gateway->standard_output(),
              AllOf(HasSubstr("DEMO"), HasSubstr("DREAMIFLY_BASE_URL")));
  EXPECT_TRUE(json_of(ask(gateway->port(), get("/health"))).at("demo").as_bool());
}

TEST(Start, TakesTheLaterSource) {
  const auto gateway = GatewayProcess::serving(
      {.environment = {{"CONFIG_FILE", "config.yaml"}, {"DEFAULT_MODEL", "dall-e-3"}},
       .files = {{"config.yaml", "engine:\n  max_queued_tasks: 7\n"},
                 {".env", "DEFAULT_MODEL=demo\nSTYLE_MAPPING={\"wood\":\"woodcut, \"}\n"}}});
  const auto made = json_of(ask(gateway->port(), draw_small("a pear", R"(,"style":"wood")")));

  EXPECT_EQ(made.at("data").at(0).at("revised_prompt").as_string(), "woodcut, a pear");
  EXPECT_TRUE(gateway->wait_for_log([](const boost::json::object& line) {
    const auto* model = line.if_contains("model");
    return model && model->as_string() == "dall-e-3";
  })) << "the environment's model, not the one of .env";
}

TEST(Commands, CheckConfig) {
  const auto good = run({{"PORT", "9"}}, {"check-config"});
  EXPECT_EQ(good.exit_code, 0);
  EXPECT_THAT(good.standard_output,
              AllOf(HasSubstr("No mistakes"), HasSubstr("PORT"), HasSubstr("demo")));

  const auto bad = run({{"PORT", "x"}, {"LOG_LEVEL", "loud"}}, {"check-config"});
  EXPECT_EQ(bad.exit_code, 1);
  EXPECT_THAT(bad.standard_error, AllOf(HasSubstr("PORT"), HasSubstr("LOG_LEVEL")));
}

TEST(Commands, Healthcheck) {
  const auto gateway = GatewayProcess::serving();
  const auto port = fmt::to_string(gateway->port());
  EXPECT_EQ(run({}, {"healthcheck", "--port", port}).exit_code, 0);
  EXPECT_EQ(run({{"PORT", port}}, {"healthcheck"}).exit_code, 0);
  EXPECT_EQ(gateway->stop().exit_code, 0);

  const auto dead = run({}, {"healthcheck", "--port", port});
  EXPECT_EQ(dead.exit_code, 1);
  EXPECT_THAT(dead.standard_error, HasSubstr("does not answer"));
}

TEST(Commands, Version) {
  for (const auto* word : {"version", "--version"}) {
    const auto asked = run({}, {word});
    EXPECT_EQ(asked.exit_code, 0);
    EXPECT_EQ(asked.standard_output, "dreamifly-2api " GW_VERSION "\n");
  }
}

TEST(Commands, KeysSayWhereTheyAreAndShowThemOnlyWhenAsked) {
  const TemporaryDirectory data;
  const auto keys = [&](std::vector<std::string> more) {
    more.insert(more.begin(), {"keys", "--data-dir", data.path().string()});
    return run_gateway({.key = GatewayOptions::Key::none, .arguments = std::move(more)});
  };
  const auto before = keys({});
  EXPECT_EQ(before.exit_code, 0);
  EXPECT_THAT(before.standard_output, HasSubstr("made at the first start"));
  EXPECT_TRUE(std::filesystem::is_empty(data.path())) << "looking makes nothing";

  GatewayProcess::serving({.key = GatewayOptions::Key::none, .data_dir = data.path()})->stop();
  EXPECT_THAT(keys({}).standard_output, testing::Not(HasSubstr("sk-")));
  EXPECT_THAT(keys({"--show"}).standard_output, HasSubstr("sk-"));
}

bool has_loaded(const GatewayProcess& gateway, std::string_view library) {
  std::ifstream maps(fmt::format("/proc/{}/maps", gateway.pid()));
  return std::string(std::istreambuf_iterator<char>(maps), {}).contains(library);
}

TEST(Start, LeavesTheLibraryOfPicturesUnloadedUntilOneIsWanted) {
  const auto gateway = GatewayProcess::serving();
  EXPECT_TRUE(has_loaded(*gateway, "libcurl"));
  EXPECT_FALSE(has_loaded(*gateway, "libgd"));
  EXPECT_EQ(ask(gateway->port(), draw_small("a mill")).status, 200);
  EXPECT_TRUE(has_loaded(*gateway, "libgd"));
}

TEST(Commands, UnknownOnesEndWithTwo) {
  for (const auto& words : std::vector<std::vector<std::string>>{
           {"srve"}, {"serve", "--prot", "1"}, {"keys", "--all"}}) {
    const auto asked = run({}, words);
    EXPECT_EQ(asked.exit_code, 2);
    EXPECT_NE(asked.standard_error, "");
  }
  const auto help = run({}, {"--help"});
  EXPECT_EQ(help.exit_code, 0);
  EXPECT_THAT(help.standard_output, AllOf(HasSubstr("serve"), HasSubstr("check-config")));
}

}  // namespace
}  // namespace gw::test
