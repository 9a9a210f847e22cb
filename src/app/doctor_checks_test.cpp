#include "app/doctor_checks.hpp"

#include <gmock/gmock.h>

#include <limits>

namespace gw::app {
namespace {

using testing::AllOf;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

auto is(Grade grade, const testing::Matcher<std::string>& seen,
        const testing::Matcher<std::string>& next = testing::_) {
  return AllOf(Field(&Finding::grade, grade), Field(&Finding::seen, seen),
               Field(&Finding::next, next));
}

HttpLibrary library() {
  return {.version = "7.88.1",
          .tls = "OpenSSL/3.0.17",
          .http2 = true,
          .socks = true,
          .decoders = {"gzip", "br"},
          .names = HttpLibrary::Names::in_threads};
}

Config with_upstream(const std::string& url, const std::string& proxy = "") {
  Config config;
  config.dreamifly.emplace();
  config.dreamifly->base_url = url;
  config.dreamifly->proxy.url = proxy;
  return config;
}

TEST(DoctorProgram, NamesTheVersions) {
  EXPECT_THAT(
      judge_program({.version = "1.2.3", .openssl = "OpenSSL 3.0.17", .gd = "2.3.3", .http = {}}),
      is(Grade::ok, "dreamifly-2api 1.2.3, OpenSSL 3.0.17, libgd 2.3.3", IsEmpty()));
}

TEST(DoctorProgram, SaysThatPicturesCannotBeConverted) {
  const ProgramFacts program{
      .version = "1.2.3",
      .openssl = "OpenSSL 3.0.17",
      .gd = fail(Error::internal("no libgd").with_detail("libgd.so.3: no such file")),
      .http = {}};
  EXPECT_THAT(judge_program(program),
              is(Grade::problem, HasSubstr("libgd.so.3: no such file"), HasSubstr("libgd3")));
}

TEST(DoctorLibrary, NamesWhatItCanDo) {
  EXPECT_THAT(
      judge_http_library(library(), nullptr),
      is(Grade::ok, "7.88.1, TLS by OpenSSL/3.0.17, HTTP/2, socks5 proxies, decodes gzip br",
         IsEmpty()));
}

TEST(DoctorLibrary, WithoutTlsStopsOnlyAServerThatWantsIt) {
  auto bare = library();
  bare.tls.clear();
  const auto https = with_upstream("https://draw.example.com");
  const auto http = with_upstream("http://127.0.0.1:3000");
  EXPECT_THAT(judge_http_library(bare, &https),
              is(Grade::problem, HasSubstr("no TLS"), HasSubstr("install")));
  EXPECT_THAT(judge_http_library(bare, &http), is(Grade::ok, HasSubstr("no TLS")));
}

TEST(DoctorLibrary, WithoutSocksStopsOnlyWhoUsesIt) {
  auto bare = library();
  bare.socks = false;
  const auto socks = with_upstream("https://draw.example.com", "socks5h://127.0.0.1:1080");
  const auto direct = with_upstream("https://draw.example.com");
  EXPECT_THAT(judge_http_library(bare, &socks),
              is(Grade::problem, HasSubstr("no socks5"), HasSubstr("UPSTREAM_PROXY")));
  EXPECT_THAT(judge_http_library(bare, &direct), is(Grade::ok, HasSubstr("no socks5")));
}

TEST(DoctorLibrary, ThatBlocksOnNamesIsWorthANote) {
  auto slow = library();
  slow.names = HttpLibrary::Names::blocking;
  EXPECT_THAT(judge_http_library(slow, nullptr),
              is(Grade::note, HasSubstr("7.88.1"), HasSubstr("AsynchDNS")));
}

TEST(DoctorSettings, NamesWhereTheyCameFrom) {
  const auto findings = judge_settings({.sources = {{"/srv/gateway/.env", 3}, {"environment", 1}},
                                        .problems = {},
                                        .warnings = {},
                                        .dotenv = "/srv/gateway/.env"});
  ASSERT_EQ(findings.size(), 1u);
  EXPECT_THAT(findings[0], is(Grade::ok, "read from /srv/gateway/.env (3), environment (1)"));
}

TEST(DoctorSettings, SaysWhereItLookedForADotenvInVain) {
  const auto findings = judge_settings(
      {.sources = {}, .problems = {}, .warnings = {}, .dotenv = "/srv/gateway/.env"});
  EXPECT_THAT(findings[0], is(Grade::ok, AllOf(HasSubstr("nothing is set"),
                                               HasSubstr("none in /srv/gateway/.env"))));
}

TEST(DoctorSettings, EveryMistakeIsAProblemAndEveryWarningANote) {
  const auto findings = judge_settings({.sources = {},
                                        .problems = {{"PORT", "must be"}, {"HOST", "must be"}},
                                        .warnings = {{"X", "is no setting"}},
                                        .dotenv = "/.env"});
  ASSERT_EQ(findings.size(), 4u);
  EXPECT_THAT(findings[1], is(Grade::problem, "PORT: must be"));
  EXPECT_THAT(findings[2], is(Grade::problem, "HOST: must be"));
  EXPECT_THAT(findings[3], is(Grade::note, "X: is no setting"));
}

class DoctorFolder : public testing::Test {
 protected:
  DoctorFolder() {
    config_.data_dir = "data";
    config_.library.max_bytes = 10ull << 30;
    folder_ = {.state = FolderFacts::State::usable,
               .place = "data",
               .owner = "gateway",
               .mode = "0700",
               .user = "gateway",
               .free_bytes = 34ull << 30,
               .picture_bytes = 1ull << 30};
  }
  Finding judge() const { return judge_folder(folder_, config_); }

  Config config_;
  FolderFacts folder_;
};

TEST_F(DoctorFolder, ThatIsGoodNamesOwnerAndRoom) {
  EXPECT_THAT(judge(), is(Grade::ok,
                          "data belongs to gateway (mode 0700); 34.0 GiB free, 1.0 GiB of "
                          "pictures, PICTURE_QUOTA 10GiB, a test write works",
                          IsEmpty()));
}

TEST_F(DoctorFolder, ThatIsNotThereIsMadeLater) {
  folder_.state = FolderFacts::State::not_there;
  folder_.place = "/srv";
  EXPECT_THAT(judge(), is(Grade::ok, HasSubstr("the first start makes it below /srv")));
}

TEST_F(DoctorFolder, ThatIsInTheWayOrClosedIsAProblem) {
  folder_.state = FolderFacts::State::not_a_folder;
  EXPECT_THAT(judge(), is(Grade::problem, HasSubstr("is no folder"), HasSubstr("DATA_DIR")));
  folder_.state = FolderFacts::State::not_writable;
  folder_.owner = "root";
  EXPECT_THAT(judge(), is(Grade::problem, HasSubstr("cannot be written by gateway"),
                          HasSubstr("chown -R gateway data")));
}

TEST_F(DoctorFolder, QuotaCountsTheRoomThatPicturesHaveAlready) {
  folder_.free_bytes = 9ull << 30;
  EXPECT_EQ(judge().grade, Grade::ok);
  folder_.free_bytes = 8ull << 30;
  EXPECT_THAT(judge(), is(Grade::note, HasSubstr("8.0 GiB free"), HasSubstr("PICTURE_QUOTA")));
  folder_.free_bytes = 1u << 20;
  EXPECT_THAT(judge(), is(Grade::problem, HasSubstr("1 MiB free"), HasSubstr("disk is full")));
}

TEST_F(DoctorFolder, WhoseDiskTakesNothingIsAProblemHoweverMuchIsFree) {
  folder_.write_fault = "Disk quota exceeded";
  EXPECT_THAT(judge(), is(Grade::problem,
                          AllOf(HasSubstr("34.0 GiB free"),
                                HasSubstr("a test write failed: Disk quota exceeded")),
                          AllOf(HasSubstr("make room"), HasSubstr("DATA_DIR"))));
}

TEST(DoctorKeys, TellWhereTheyAre) {
  EXPECT_THAT(
      judge_keys({{"API_MASTER_KEY", KeyFacts::Place::given, ".env line 1"},
                  {"ADMIN_KEY", KeyFacts::Place::kept, "data/keys/admin_key"},
                  {"METRICS_KEY", KeyFacts::Place::nowhere, ""}}),
      is(Grade::ok,
         "API_MASTER_KEY given (.env line 1); ADMIN_KEY kept in data/keys/admin_key; METRICS_KEY "
         "not set"));
  EXPECT_THAT(judge_keys({{"ADMIN_KEY", KeyFacts::Place::made_at_start, "f"}}),
              is(Grade::ok, HasSubstr("made at the first start")));
  EXPECT_THAT(judge_keys({{"ADMIN_KEY", KeyFacts::Place::unusable, "f is empty; remove it"}}),
              is(Grade::problem, "ADMIN_KEY: f is empty; remove it"));
}

TEST(DoctorFiles, TellTheBoundThatFollows) {
  EXPECT_THAT(judge_files({1'024, 524'288}, 10'000),
              is(Grade::ok,
                 "open files: soft 1024, hard 524288, raised to that at the start; 10000 "
                 "connections",
                 IsEmpty()));
  EXPECT_THAT(judge_files({1'024, 1'024}, 10'000),
              is(Grade::note, "open files: soft 1024, hard 1024; 576 connections",
                 HasSubstr("MAX_CONNECTIONS is 10000")));
  const auto none = std::numeric_limits<std::size_t>::max();
  EXPECT_THAT(judge_files({none, none}, 10), is(Grade::ok, HasSubstr("hard no limit")));
}

TEST(DoctorPort, IsFreeOrTakenByAGatewayOrByAnother) {
  using State = PortFacts::State;
  EXPECT_THAT(judge_port({State::free, "http://127.0.0.1:8088", ""}),
              is(Grade::ok, "http://127.0.0.1:8088 is free"));
  EXPECT_THAT(judge_port({State::any, "", ""}), is(Grade::ok, HasSubstr("free one")));
  EXPECT_THAT(judge_port({State::gateway_there, "http://127.0.0.1:8088", ""}),
              is(Grade::note, HasSubstr("a gateway answers there")));
  EXPECT_THAT(judge_port({State::taken, "", "cannot listen on 127.0.0.1:1: in use"}),
              is(Grade::problem, HasSubstr("cannot listen"), HasSubstr("PORT")));
}

TEST(DoctorFont, MattersToTheDemoAlone) {
  EXPECT_THAT(judge_font("", Config()), is(Grade::note, HasSubstr("no words"), HasSubstr("fonts")));
  EXPECT_THAT(judge_font("", with_upstream("https://draw.example.com")),
              is(Grade::ok, HasSubstr("only the demo")));
  EXPECT_THAT(judge_font("/fonts/a.ttc", Config()), is(Grade::ok, "/fonts/a.ttc"));
}

TEST(Doctor, LooksNoFurtherThanTheSettingsAllow) {
  DoctorFacts facts;
  facts.program.http = library();
  facts.settings.problems = {{"PORT", "must be"}};
  const auto findings = diagnose(facts);
  EXPECT_FALSE(can_serve(findings));
  EXPECT_THAT(findings.back(), is(Grade::note, HasSubstr("not looked at")));
}

TEST(Doctor, SaysThatTheDemoDraws) {
  DoctorFacts facts;
  facts.program.http = library();
  facts.loaded.emplace();
  facts.machine.emplace();
  facts.machine->folder.place = "data";
  const auto findings = diagnose(facts);
  EXPECT_TRUE(can_serve(findings));
  EXPECT_THAT(findings,
              testing::Contains(is(Grade::note, HasSubstr("demo"), HasSubstr("BASE_URL"))));
}

TEST(Doctor, AsksAnOpenAiUpstreamNothing) {
  DoctorFacts facts;
  facts.program.http = library();
  facts.loaded.emplace();
  facts.loaded->config.openai.emplace().base_url = "https://api.example.com/v1";
  facts.machine.emplace();
  const auto findings = diagnose(facts);
  EXPECT_THAT(findings,
              testing::Contains(is(Grade::note, HasSubstr("is not asked"), HasSubstr("ready"))));
  EXPECT_THAT(findings, testing::Not(testing::Contains(
                            is(Grade::note, HasSubstr("demo draws"), HasSubstr("BASE_URL")))));
}

}  // namespace
}  // namespace gw::app
