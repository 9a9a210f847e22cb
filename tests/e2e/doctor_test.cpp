// `doctor` from outside: what it says about good and bad upstreams, and that looking costs nothing.
#include "tests/support/fake_dreamifly.hpp"
#include "tests/support/gateway_client.hpp"
#include "tests/support/gateway_process.hpp"
#include "tests/support/temporary_directory.hpp"

#include <boost/json/parse.hpp>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace gw::test {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::ContainsRegex;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr const char* kEmail = "canary-person@example.com";
constexpr const char* kSite = "canary-site-key-51d7";
constexpr const char* kPassword = "canary-password-9e02";

// Long lines are broken at spaces, wherever a path's length happens to put them.
std::string unbroken(std::string text) {
  const std::string indent = "\n" + std::string(19, ' ');
  for (auto at = text.find(indent); at != text.npos; at = text.find(indent, at))
    text.replace(at, indent.size(), " ");
  return text;
}

class Doctor : public testing::Test {
 protected:
  Doctor() { environment["PORT"] = "0"; }
  void TearDown() override {
    if (!fake) return;
    EXPECT_THAT(fake->calls(), IsEmpty()) << "no call that is counted or paid";
  }

  void upstream(FakeOptions options = {}) {
    options.key = kSite;
    fake.emplace(std::move(options));
    environment["DREAMIFLY_BASE_URL"] = fake->base_url();
    environment["DREAMIFLY_SITE_KEY"] = kSite;
  }
  void account(FakeAccount::Standing standing = FakeAccount::Standing::active) {
    upstream({.limits = FakeLimits::of_the_site(),
              .accounts = {{.email = kEmail, .password = kPassword, .standing = standing}}});
    environment["DREAMIFLY_EMAIL"] = kEmail;
    environment["DREAMIFLY_PASSWORD"] = kPassword;
  }

  Finished run(std::vector<std::string> more = {}) {
    more.insert(more.begin(), "doctor");
    auto finished =
        run_gateway({.environment = environment, .arguments = std::move(more), .files = files});
    EXPECT_EQ(finished.standard_error, "");
    for (const auto secret : {kApiKey, std::string_view(kSite), std::string_view("canary")})
      EXPECT_THAT(finished.standard_output, Not(HasSubstr(std::string(secret))));
    return finished;
  }
  std::string good() {
    const auto finished = run();
    EXPECT_EQ(finished.exit_code, 0) << finished.standard_output;
    EXPECT_THAT(finished.standard_output, testing::EndsWith("\nIt can serve.\n"));
    return unbroken(finished.standard_output);
  }
  std::string bad() {
    const auto finished = run();
    EXPECT_EQ(finished.exit_code, 1) << finished.standard_output;
    EXPECT_THAT(finished.standard_output, HasSubstr("\nIt cannot serve: see "));
    return unbroken(finished.standard_output);
  }

  std::map<std::string, std::string> environment;
  std::map<std::string, std::string> files;
  std::optional<FakeDreamifly> fake;
};

TEST_F(Doctor, FindsNothingWrongWithTheDemo) {
  EXPECT_THAT(good(), AllOf(HasSubstr("note     demo      nothing is configured"),
                            HasSubstr("ok       program   dreamifly-2api " GW_VERSION ", OpenSSL"),
                            HasSubstr("ok       libcurl   "), HasSubstr("HTTP/2"),
                            HasSubstr("API_MASTER_KEY given (environment)"),
                            HasSubstr("ok       port "), HasSubstr("open files")));
}

TEST_F(Doctor, FindsNothingWrongWithAGoodUpstream) {
  upstream();
  EXPECT_THAT(good(), AllOf(ContainsRegex("ok       server    http://127.0.0.1:[0-9]+ answers in"),
                            ContainsRegex("ok       clock     the server's is 0\\.. s .* \\+00:00"),
                            HasSubstr("ok       token     accepted (per-minute scheme"),
                            HasSubstr("ok       account   none"),
                            HasSubstr("ok       models    13 offered: dreamifly-qwen-image,"),
                            HasSubstr("ok       limits    1 at a time: the default without")));
  EXPECT_THAT(fake->sign_ins(), IsEmpty());
}

TEST_F(Doctor, FitsOneScreen) {
  account();
  const auto text = run().standard_output;
  EXPECT_LE(std::ranges::count(text, '\n'), 24) << text;
  EXPECT_THAT(text, Not(HasSubstr("\033"))) << "no colours where nobody sees them";
}

TEST_F(Doctor, NamesTheAccountHalfHiddenAndItsAllowance) {
  account();
  EXPECT_THAT(good(), AllOf(HasSubstr("signed in as c…@example.com, 0 of 49 requests today"),
                            HasSubstr("limits    2 at a time: the default;")));
  EXPECT_THAT(fake->sign_ins(), SizeIs(1));
}

TEST_F(Doctor, FindsAWrongSiteKey) {
  upstream();
  environment["DREAMIFLY_SITE_KEY"] = "canary-another-key";
  EXPECT_THAT(bad(),
              AllOf(HasSubstr("problem  token     refused"), HasSubstr("NEXT_PUBLIC_API_KEY")));
}

TEST_F(Doctor, CopesWithAServersZoneAndClock) {
  upstream({.zone = 480min, .wall = [] { return std::chrono::system_clock::now() + 37min; }});
  EXPECT_THAT(good(), AllOf(ContainsRegex("note     clock     the server's is 37 min ahead of "
                                          "ours, in zone \\+08:00"),
                            HasSubstr("ok       token     accepted")));
}

TEST_F(Doctor, FindsADeadCookie) {
  upstream({.accounts = {{.email = kEmail}}});
  environment["DREAMIFLY_SESSION_COOKIE"] = fake->open_session(kEmail);
  EXPECT_THAT(good(), HasSubstr("signed in as c…@example.com"));
  fake->drop_sessions();
  EXPECT_THAT(bad(), AllOf(HasSubstr("problem  account   the session_cookie "
                                     "is dead"),
                           HasSubstr("ok       token")));
}

TEST_F(Doctor, FindsABannedAccount) {
  account(FakeAccount::Standing::banned);
  EXPECT_THAT(bad(), HasSubstr("problem  account   the account is banned"));
}

TEST_F(Doctor, FindsAWrongPassword) {
  account();
  environment["DREAMIFLY_PASSWORD"] = "canary-wrong";
  EXPECT_THAT(bad(), AllOf(HasSubstr("problem  account"), HasSubstr("INVALID_EMAIL_OR_PASSWORD")));
}

TEST_F(Doctor, FindsAServerThatIsNotThere) {
  upstream();
  fake.reset();  // its port is free now
  EXPECT_THAT(bad(), AllOf(HasSubstr("problem  server"), HasSubstr("cannot be reached: curl 7"),
                           HasSubstr("check DREAMIFLY_BASE_URL"), Not(HasSubstr("token "))));
}

TEST_F(Doctor, GoesThroughTheProxyThatIsSet) {
  upstream();
  FakeDreamifly gone;
  environment["UPSTREAM_PROXY"] = fmt::format("socks5h://me:canary@127.0.0.1:{}", gone.port());
  EXPECT_THAT(bad(), ContainsRegex("cannot be reached through socks5h://\\*\\*\\*@127.0.0.1:"));
  EXPECT_EQ(fake->time_calls(), 0u);
}

TEST_F(Doctor, FindsAPageWhereTheServerShouldBe) {
  upstream();
  for (const auto* path : {"/api/time", "/api/models", "/api/user/quota"})
    fake->reply_to(path, {200, "<html>canary</html>", "text/html"});
  EXPECT_THAT(bad(), AllOf(HasSubstr("problem  server"), HasSubstr("but not as a Dreamifly server"),
                           HasSubstr("text/html")));
}

TEST_F(Doctor, FindsAServerOfTheOtherScheme) {
  upstream({.static_token = "canary-fixed"});
  EXPECT_THAT(bad(), AllOf(HasSubstr("problem  clock"), HasSubstr("DREAMIFLY_AUTH_TOKEN")));
  environment.erase("DREAMIFLY_SITE_KEY");
  environment["DREAMIFLY_AUTH_TOKEN"] = "canary-fixed";
  EXPECT_THAT(good(), HasSubstr("note     token     not looked at (static scheme)"));
}

TEST_F(Doctor, TellsWhichModelsAreMissing) {
  upstream({.models = {"Qwen-Image", "Brand-New"}});
  environment["DEFAULT_MODEL"] = "dreamifly-sdxl";
  EXPECT_THAT(good(), AllOf(HasSubstr("note     models    2 offered: dreamifly-qwen-image, "
                                      "Brand-New; not on this server:"),
                            HasSubstr("answered 404: dreamifly-sdxl")));
}

TEST_F(Doctor, FindsADataFolderThatCannotBe) {
  const TemporaryDirectory folder;
  std::ofstream(folder.path() / "file") << "in the way";
  environment["DATA_DIR"] = (folder.path() / "file" / "data").string();
  EXPECT_THAT(bad(), AllOf(HasSubstr("problem  data"), HasSubstr("is no folder"),
                           HasSubstr("set DATA_DIR")));
}

TEST_F(Doctor, MakesNothing) {
  const TemporaryDirectory folder;
  environment["DATA_DIR"] = (folder.path() / "data").string();
  EXPECT_THAT(good(), HasSubstr("is not there yet"));
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST_F(Doctor, TellsARunningGatewayFromAnotherProgram) {
  const auto gateway = GatewayProcess::serving();
  environment["PORT"] = fmt::to_string(gateway->port());
  EXPECT_THAT(good(), HasSubstr("a gateway answers there already"));

  const FakeDreamifly another;
  environment["PORT"] = fmt::to_string(another.port());
  EXPECT_THAT(bad(),
              AllOf(HasSubstr("problem  port      cannot listen on"), HasSubstr("set PORT")));
}

TEST_F(Doctor, ListsEveryMistakeOfTheSettings) {
  environment["LOG_LEVEL"] = "loud";
  files[".env"] = "PORT=x\nMODEL_MAPPING={\"a\":\"nothing\"}\nAPP_NAME=old\n";
  environment.erase("PORT");
  EXPECT_THAT(bad(), AllOf(HasSubstr("problem  settings  PORT (.env line 1): must be"),
                           HasSubstr("problem  settings  LOG_LEVEL: must be"),
                           HasSubstr("problem  settings  MODEL_MAPPING (.env line 2)"),
                           HasSubstr("note     settings  APP_NAME (.env line 3)"),
                           HasSubstr("see the 3 problems above")));
}

TEST_F(Doctor, IsJsonForPrograms) {
  upstream();
  const auto finished = run({"--json"});
  EXPECT_EQ(finished.exit_code, 0);
  const auto report = boost::json::parse(finished.standard_output).as_object();
  EXPECT_TRUE(report.at("can_serve").as_bool());
  EXPECT_EQ(report.at("findings").as_array().at(0).at("topic").as_string(), "program");
}

// The Python version's file, taken over as it was.
TEST(OriginalDotenv, IsExplainedByEveryCommandThatReadsIt) {
  const std::map<std::string, std::string> files{
      {".env",
       "API_MASTER_KEY=1\nNGINX_PORT=8088\nUPSTREAM_CONCURRENCY_LIMIT=2\n"
       "DREAMIFLY_AUTH_TOKEN=\"Bearer 418b304f4fcde87f61b4e59202113eb9\"\n"}};
  for (const auto* command : {"serve", "check-config"}) {
    const auto finished =
        run_gateway({.key = GatewayOptions::Key::none, .arguments = {command}, .files = files});
    EXPECT_EQ(finished.exit_code, 1);
    EXPECT_THAT(finished.standard_error,
                AllOf(HasSubstr("3 mistakes"), HasSubstr("'1' once meant"),
                      HasSubstr("per-minute token"), HasSubstr("DREAMIFLY_SITE_KEY"),
                      HasSubstr("your own instance"), HasSubstr("operator has agreed"),
                      HasSubstr("Coming from the Python version"), Not(HasSubstr("418b304f"))));
  }
}

}  // namespace
}  // namespace gw::test
