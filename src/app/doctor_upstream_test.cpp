#include "app/doctor_upstream.hpp"

#include "providers/dreamifly/models.hpp"

#include <gmock/gmock.h>

namespace gw::app {
namespace {

using namespace std::chrono_literals;
using dreamifly::TokenVerdict;
using testing::AllOf;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using Reach = dreamifly::ReachCheckup::State;

auto is(Grade grade, const testing::Matcher<std::string>& seen,
        const testing::Matcher<std::string>& next = testing::_) {
  return AllOf(Field(&Finding::grade, grade), Field(&Finding::seen, seen),
               Field(&Finding::next, next));
}

class DoctorUpstream : public testing::Test {
 protected:
  DoctorUpstream() {
    options_.base_url = "https://draw.example.com";
    options_.site_key = Secret("site");
    checkup_.reach = {Reach::server, 83ms, ""};
    checkup_.clock.emplace();
    checkup_.token = {TokenVerdict::accepted, ""};
    checkup_.models.emplace().offered = dreamifly::known_models();
  }
  void with_account() {
    options_.email = "me@example.com";
    options_.password = Secret("hush");
    checkup_.accounts.assign(1,
                             {.label = "me@example.com", .email = {}, .finding = {}, .quota = {}});
  }
  void trouble(AccountState state, std::string reason) {
    with_account();
    checkup_.accounts[0].finding.state = state;
    checkup_.accounts[0].finding.reason = std::move(reason);
  }
  Finding reach() const { return judge_reach(checkup_, options_); }
  Finding clock() const { return judge_clock(*checkup_.clock); }
  Finding token() const { return judge_token(*checkup_.token, options_); }
  Finding account() const { return judge_accounts(checkup_, options_).at(0); }
  Finding models() const { return judge_models(*checkup_.models, loaded_); }
  Finding limits() const { return judge_limits(options_, loaded_); }

  dreamifly::Options options_;
  dreamifly::Checkup checkup_;
  LoadedConfig loaded_;
};

TEST_F(DoctorUpstream, ThatAnswersIsNamedWithTheWayToIt) {
  EXPECT_THAT(reach(), is(Grade::ok, "https://draw.example.com answers in 83 ms", IsEmpty()));
  options_.proxy = {.url = "socks5h://127.0.0.1:1080", .user = "me", .password = Secret("hush")};
  EXPECT_THAT(reach(), is(Grade::ok,
                          "https://draw.example.com answers through "
                          "socks5h://***@127.0.0.1:1080 in 83 ms"));
}

TEST_F(DoctorUpstream, ThatDoesNotAnswerIsOneProblemAndTheLimits) {
  checkup_.reach = {Reach::nothing, 0ms, "curl 6: Could not resolve host: draw.example.com"};
  EXPECT_THAT(judge_upstream({options_, checkup_}, loaded_),
              ElementsAre(is(Grade::problem, HasSubstr("cannot be reached: curl 6: Could not"),
                             HasSubstr("name service")),
                          Field(&Finding::topic, "limits")));
}

TEST_F(DoctorUpstream, ThatIsAnotherServerIsOneProblem) {
  checkup_.reach.state = Reach::other;
  checkup_.clock->failure = "GET /api/time: status 200, content-type 'text/html', 5 bytes";
  EXPECT_THAT(judge_upstream({options_, checkup_}, loaded_),
              ElementsAre(is(Grade::problem,
                             AllOf(HasSubstr("not as a Dreamifly server"), HasSubstr("text/html"))),
                          Field(&Finding::topic, "limits")));
}

TEST_F(DoctorUpstream, IsReportedTopicByTopic) {
  std::vector<std::string> topics;
  for (const auto& finding : judge_upstream({options_, checkup_}, loaded_))
    topics.push_back(finding.topic);
  EXPECT_THAT(topics, ElementsAre("server", "clock", "token", "account", "models", "limits"));
  checkup_.clock.reset();
  EXPECT_EQ(judge_upstream({options_, checkup_}, loaded_).size(), 5u) << "the static scheme";
}

TEST_F(DoctorUpstream, ClockTellsOffsetAndZone) {
  checkup_.clock = {480min, -400ms, ""};
  EXPECT_THAT(clock(), is(Grade::ok, "the server's is 0.4 s behind ours, in zone +08:00"));
  checkup_.clock = {-570min, 90s, ""};
  EXPECT_THAT(clock(), is(Grade::note, "the server's is 90.0 s ahead of ours, in zone -09:30",
                          HasSubstr("follows the server's clock")));
  checkup_.clock = {0min, 37min, ""};
  EXPECT_THAT(clock(), is(Grade::note, HasSubstr("37 min ahead")));
  checkup_.clock->failure = "GET /api/time is 404";
  EXPECT_THAT(clock(), is(Grade::problem, "GET /api/time is 404", HasSubstr("signed")));
}

TEST_F(DoctorUpstream, TokenIsJudged) {
  EXPECT_THAT(token(), is(Grade::ok, "accepted (per-minute scheme; asked with a free call)"));
  checkup_.token = {TokenVerdict::refused, "the hint"};
  EXPECT_THAT(token(), is(Grade::problem, "refused (per-minute scheme)", "the hint"));
  options_.site_key = {};
  options_.static_token = Secret("fixed");
  checkup_.token = {TokenVerdict::unknown, "the server is older"};
  EXPECT_THAT(token(), is(Grade::note, "not looked at (static scheme): the server is older",
                          HasSubstr("first picture")));
  checkup_.token = {TokenVerdict::missing, ""};
  EXPECT_THAT(token(), is(Grade::problem, HasSubstr("wants one"), HasSubstr("DREAMIFLY_SITE_KEY")));
}

TEST_F(DoctorUpstream, AnonymousSaysWhatThatMeans) {
  EXPECT_THAT(account(), is(Grade::ok, HasSubstr("after a wait and with its mark")));
}

TEST_F(DoctorUpstream, AnAccountIsNamedHalfHidden) {
  with_account();
  EXPECT_THAT(account(), is(Grade::ok, "signed in as m…@example.com"));
  checkup_.accounts[0].email = "苹果@example.com";
  EXPECT_THAT(account(), is(Grade::ok, "signed in as 苹…@example.com"));
  checkup_.accounts[0].quota = dreamifly::Quota{3, 50};
  EXPECT_THAT(account(), is(Grade::ok, HasSubstr(", 3 of 49 requests today")));
  checkup_.accounts[0].quota = dreamifly::Quota{49, 50};
  EXPECT_THAT(account(), is(Grade::note, HasSubstr("49 of 49"), HasSubstr("16:00 UTC")));
  checkup_.accounts[0].quota = dreamifly::Quota{3, std::nullopt};
  EXPECT_THAT(account(), is(Grade::ok, HasSubstr("3 requests today, no limit")));
}

TEST_F(DoctorUpstream, EveryAccountIsReportedByItsLabel) {
  with_account();
  options_.accounts.resize(1);
  checkup_.accounts.push_back({.label = "the second",
                               .email = "you@example.com",
                               .finding = {},
                               .quota = dreamifly::Quota{3, 50}});
  checkup_.accounts[1].finding.allowance =
      Allowance{.points = 12, .drawn_today = 3, .daily_limit = 49, .read = {}};
  const auto findings = judge_accounts(checkup_, options_);
  ASSERT_EQ(findings.size(), 2u);
  EXPECT_EQ(findings[0].topic, "account m…@example.com");
  EXPECT_EQ(findings[1].topic, "account the second");
  EXPECT_THAT(findings[1], is(Grade::ok,
                              "signed in as y…@example.com, 3 of 49 requests today, "
                              "12 points"));
}

TEST_F(DoctorUpstream, AnAccountThatCannotBeHadIsAProblemWithItsReason) {
  trouble(AccountState::needs_sign_in, "the session is dead");
  EXPECT_THAT(account(),
              is(Grade::problem, "the session is dead", HasSubstr("nothing is drawn until then")));
  trouble(AccountState::banned, "the account is banned");
  EXPECT_THAT(account(), is(Grade::problem, "the account is banned", HasSubstr("operator")));
  trouble(AccountState::cooling, "sign-in: 429");
  EXPECT_THAT(account(), is(Grade::note, "sign-in: 429", HasSubstr("tries again by itself")));
  trouble(AccountState::cooling, "GET /api/auth/get-session: curl 28");
  checkup_.accounts[0].finding.own_trouble = false;
  EXPECT_THAT(account(), is(Grade::problem, HasSubstr("curl 28")));
}

TEST_F(DoctorUpstream, ModelsAreListedWithWhatIsMissing) {
  checkup_.models->missing = {"dreamifly-gone"};
  const auto finding = models();
  EXPECT_THAT(finding, is(Grade::ok, AllOf(HasSubstr("13 offered: dreamifly-qwen-image, "),
                                           HasSubstr("not on this server: dreamifly-gone"),
                                           HasSubstr("for accounts only"))));
  checkup_.models->failure = "GET /api/models: curl 28";
  EXPECT_THAT(models(), is(Grade::note, HasSubstr("curl 28"), HasSubstr("every known model")));
}

TEST_F(DoctorUpstream, NamesThatLeadNowhereAreNamed) {
  std::erase_if(checkup_.models->offered,
                [](const ModelInfo& model) { return model.id == "dreamifly-sdxl"; });
  loaded_.config.model_mapping = {{"house", "Wai-SDXL-V150"},
                                  {"good", "dreamifly/dreamifly-qwen-image"}};
  loaded_.config.default_model = "dreamifly-sdxl";
  EXPECT_THAT(models(),
              is(Grade::note, HasSubstr("12 offered"), HasSubstr("house, dreamifly-sdxl")));
  loaded_.config.default_model = "good";
  EXPECT_THAT(models(), is(Grade::note, testing::_, Not(HasSubstr("good"))));
}

TEST_F(DoctorUpstream, LimitsSayWhyTheyAreWhatTheyAre) {
  options_.concurrency = 1;
  EXPECT_THAT(limits(), is(Grade::ok, HasSubstr("1 at a time: the default without an account; "
                                                "1000 may wait, 10m for a request")));
  with_account();
  options_.concurrency = 2;
  EXPECT_THAT(limits(), is(Grade::ok, HasSubstr("2 at a time: the default; ")));
  options_.concurrency = 3;
  loaded_.effective = {{find_setting("UPSTREAM_CONCURRENCY_LIMIT"), "3", ".env line 4"}};
  EXPECT_THAT(limits(),
              is(Grade::note, HasSubstr("3 at a time: UPSTREAM_CONCURRENCY_LIMIT (.env line 4)"),
                 HasSubstr("more than 2 at a time from one address")));
}

TEST(Demo, SaysThatItDraws) {
  const auto findings = judge_demo(LoadedConfig());
  EXPECT_TRUE(can_serve(findings));
  EXPECT_THAT(findings[0], is(Grade::note, HasSubstr("demo"), HasSubstr("DREAMIFLY_BASE_URL")));
  EXPECT_THAT(findings[1], is(Grade::ok, HasSubstr("4 at a time")));
}

TEST(MaskedEmail, HidesAnythingButItsFirstCharacterAndItsServer) {
  EXPECT_EQ(masked_email("somebody@example.com"), "s…@example.com");
  EXPECT_EQ(masked_email("@example.com"), "…@example.com");
  EXPECT_EQ(masked_email("somebody"), "s…");
  EXPECT_EQ(masked_email(""), "…");
}

}  // namespace
}  // namespace gw::app
