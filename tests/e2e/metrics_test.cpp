// /metrics against what is written down of it: docs/metrics.md, the dashboard, the alerts.
#include "tests/e2e/upstream_fixture.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <gmock/gmock.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>
#include <vector>

namespace gw::test {
namespace {

using testing::HasSubstr;
using testing::Not;

using Names = std::set<std::string>;

const std::filesystem::path kSource(GW_SOURCE_DIR);

std::string text_of(const std::filesystem::path& file) {
  std::ifstream in(file);
  EXPECT_TRUE(in) << file;
  return {std::istreambuf_iterator<char>(in), {}};
}

Names split(const std::string& list) {
  Names names;
  std::stringstream parts(list);
  for (std::string name; parts >> name;) names.insert(name.substr(0, name.find(',')));
  return names;
}

// By name: its type and its labels.
struct Family {
  std::string type;
  Names labels;
};
using Families = std::map<std::string, Family>;

Families documented() {
  static const std::regex row(R"(\| `(gw_\w+)` \| (\w+) \| ([a-z, ]*)\|)");
  Families families;
  const auto page = text_of(kSource / "docs/metrics.md");
  for (std::sregex_iterator it(page.begin(), page.end(), row), end; it != end; ++it)
    families[(*it)[1]] = {(*it)[2], split((*it)[3])};
  return families;
}

// "gw_x_bucket" is of the histogram gw_x.
std::string family_of(const std::string& sample, const Families& families) {
  if (families.contains(sample)) return sample;
  static const std::regex part(R"(_(bucket|sum|count)$)");
  return std::regex_replace(sample, part, "");
}

Families exported(const std::string& scrape) {
  static const std::regex type(R"(# TYPE (\w+) (\w+))");
  static const std::regex sample(R"(^(gw_\w+)(\{.*\})? \S+$)");
  static const std::regex label(R"((\w+)="(\\.|[^"\\])*")");
  Families families;
  std::stringstream lines(scrape);
  std::smatch found;
  for (std::string line; std::getline(lines, line);) {
    if (std::regex_match(line, found, type)) families[found[1]].type = found[2];
    if (!std::regex_match(line, found, sample)) continue;
    auto& labels = families[family_of(found[1], families)].labels;
    const std::string braces = found[2];
    for (std::sregex_iterator it(braces.begin(), braces.end(), label), end; it != end; ++it) {
      if ((*it)[1] != "le") labels.insert((*it)[1]);
    }
  }
  return families;
}

Names names_in(const std::string& text) {
  static const std::regex name(R"(\bgw_[a-z_]+)");
  Names names;
  for (std::sregex_iterator it(text.begin(), text.end(), name), end; it != end; ++it)
    names.insert(it->str());
  return names;
}

class Metrics : public Upstream {
 protected:
  static constexpr const char* kEmail = "canary@example.com";

  static FakeOptions one_account() {
    FakeOptions options;
    options.accounts = {{.email = kEmail, .password = "canary-password", .points = 100}};
    options.prices = {{"Z-Image-Turbo", 3}};
    options.limits.account_daily = 50;
    return options;
  }
  static std::map<std::string, std::string> settings() {
    return {{"DREAMIFLY_EMAIL", kEmail},
            {"DREAMIFLY_PASSWORD", "canary-password"},
            {"API_REQUEST_TIMEOUT", "20"}};
  }
  void begin() { start(one_account(), settings()); }
  std::string scrape() const {
    const auto answer = send({.target = "/metrics", .host = "localhost"});
    EXPECT_THAT(answer, HasStatus(200));
    return answer.body;
  }
  // Pictures, a full account, too few points, and a ban.
  void live_through_something() {
    EXPECT_THAT(send(draw_small("a canary pear")), HasStatus(200));
    fake->reply_next(1, {429, R"({"error":"busy","code":"CONCURRENCY_LIMIT_EXCEEDED"})"});
    EXPECT_THAT(send(draw_small("a canary fig")), HasStatus(200));
    fake->reply_next(1, {402, R"({"error":"x","code":"INSUFFICIENT_POINTS","requiredPoints":3})"});
    EXPECT_THAT(send(draw_small("a canary plum")), HasStatus(429));
    fake->reply_next(1, {403, R"({"error":"x","code":"USER_BANNED"})"});
    EXPECT_THAT(send(draw_small("a canary apple")), HasStatus(503));
  }
};

TEST_F(Metrics, AreThoseOfTheirPageWithItsTypesAndLabels) {
  begin();
  live_through_something();
  const auto page = documented();
  const auto text = scrape();
  const auto found = exported(text);

  ASSERT_GT(page.size(), 50u);
  for (const auto& [name, family] : page) {
    ASSERT_TRUE(found.contains(name)) << name << " is written down and not exported";
    EXPECT_EQ(found.at(name).type, family.type) << name;
    // Of some there is nothing to tell here: no edge, no second upstream.
    for (const auto& label : found.at(name).labels)
      EXPECT_TRUE(family.labels.contains(label)) << name;
  }
  for (const auto& [name, family] : found)
    EXPECT_TRUE(page.contains(name)) << name << " is exported and not written down";
  EXPECT_THAT(text, Not(HasSubstr("canary"))) << "no prompt, no address, no password";
}

TEST_F(Metrics, TellWhatHappened) {
  begin();
  live_through_something();
  const auto counted = [this](std::string_view name, std::string_view labels) {
    return metric(port(), name, labels);
  };
  EXPECT_EQ(counted("gw_tries_total", R"(outcome="drawn",act="none")"), 2);
  EXPECT_EQ(counted("gw_tries_total", R"(outcome="quota_exhausted")"), 1);
  EXPECT_EQ(counted("gw_tries_total", R"(act="wait")"), 1);
  EXPECT_EQ(counted("gw_tries_repeated_total", R"(act="wait")"), 1);
  EXPECT_EQ(counted("gw_leases_total", ""), 5);
  EXPECT_EQ(counted("gw_task_wait_seconds_count", ""), 5);
  EXPECT_EQ(counted("gw_upstream_seconds_count", R"(model="Qwen-Image")"), 2);
  EXPECT_EQ(counted("gw_account_state", R"(state="banned")"), 1);
  EXPECT_EQ(counted("gw_accounts", R"(state="banned")"), 1);
  EXPECT_EQ(counted("gw_account_drawn_total", ""), 2);
  EXPECT_EQ(counted("gw_sign_ins_total", R"(outcome="signed_in")"), 1);
  EXPECT_EQ(counted("gw_token_refreshes_total", R"(outcome="refreshed")"), 1);
  EXPECT_EQ(counted("gw_host_door_state", R"(state="open")"), 1);
  EXPECT_EQ(counted("gw_ready", ""), 1);
}

// It cannot sign in, and is tried again later.
TEST_F(Metrics, TellOfAnAccountThatCoolsDown) {
  fake = std::make_unique<FakeDreamifly>(one_account());
  fake->reply_to("/api/auth/sign-in/email", {500, R"({"code":"ODD"})"});
  auto environment = settings();
  environment.emplace("DREAMIFLY_BASE_URL", fake->base_url());
  environment.emplace("DREAMIFLY_SITE_KEY", "test-key");
  gateway = GatewayProcess::serving({.environment = std::move(environment)});
  EXPECT_THAT(send(draw_small("a canary pear")), HasStatus(503));
  const auto counted = [this](std::string_view name, std::string_view labels) {
    return metric(port(), name, labels);
  };
  EXPECT_EQ(counted("gw_account_state", R"(state="cooling")"), 1);
  EXPECT_EQ(counted("gw_account_coolings_total", ""), 1);
  EXPECT_GT(counted("gw_account_set_aside_seconds", ""), 20);
  EXPECT_GE(counted("gw_sign_ins_total", R"(outcome="failed")"), 1);
  EXPECT_EQ(counted("gw_tries_total", R"(outcome="no_account_available",act="other")"), 1);
}

TEST_F(Metrics, OfTheDashboardAndTheAlertsAreExported) {
  const auto page = documented();
  for (const auto* file : {"deploy/grafana/dreamifly-2api.json", "deploy/prometheus/alerts.yml",
                           "deploy/prometheus/alerts_test.yml"}) {
    const auto names = names_in(text_of(kSource / file));
    EXPECT_GT(names.size(), 10u) << file;
    for (const auto& name : names)
      EXPECT_TRUE(page.contains(family_of(name, page))) << file << " asks for " << name;
  }
}

TEST_F(Metrics, OfTheirPageAreOnTheDashboard) {
  const auto shown = names_in(text_of(kSource / "deploy/grafana/dreamifly-2api.json"));
  Names families;
  const auto page = documented();
  for (const auto& name : shown) families.insert(family_of(name, page));
  for (const auto& [name, family] : page) {
    // The limit of jobs would flatten every curve beside it.
    if (name == "gw_tasks_queued_jobs_limit") continue;
    EXPECT_TRUE(families.contains(name)) << name << " is on no panel";
  }
}

// --- promtool

bool has_promtool() {
  return std::system("command -v promtool >/dev/null 2>&1") == 0;
}

int promtool(const std::string& arguments) {
  return std::system(("promtool " + arguments + " 2>&1").c_str());
}

constexpr const char* kNoPromtool = "promtool is not there (Debian: prometheus)";

TEST(Alerts, FireWhenTheyShould) {
  if (!has_promtool()) GTEST_SKIP() << kNoPromtool;
  const auto folder = kSource / "deploy/prometheus";
  EXPECT_EQ(promtool("check rules " + (folder / "alerts.yml").string()), 0);
  EXPECT_EQ(promtool("test rules " + (folder / "alerts_test.yml").string()), 0);
}

TEST(Alerts, SayWhatToDo) {
  const auto text = text_of(kSource / "deploy/prometheus/alerts.yml");
  const auto count = [&text](const std::string& word) {
    const std::regex line("\n *(- )?" + word + ":");
    return std::distance(std::sregex_iterator(text.begin(), text.end(), line), {});
  };
  EXPECT_GT(count("alert"), 15);
  EXPECT_EQ(count("description"), count("alert"));
  EXPECT_EQ(count("summary"), count("alert"));
}

void collect_queries(const boost::json::value& value, std::vector<std::string>& queries) {
  if (const auto* array = value.if_array()) {
    for (const auto& entry : *array) collect_queries(entry, queries);
  } else if (const auto* object = value.if_object()) {
    for (const auto& [name, entry] : *object) {
      if (name == "expr")
        queries.emplace_back(entry.as_string());
      else
        collect_queries(entry, queries);
    }
  }
}

// As recording rules, which promtool reads.
TEST(Dashboard, AsksInPromQL) {
  std::vector<std::string> queries;
  collect_queries(boost::json::parse(text_of(kSource / "deploy/grafana/dreamifly-2api.json")),
                  queries);
  ASSERT_GT(queries.size(), 40u);
  if (!has_promtool()) GTEST_SKIP() << kNoPromtool;
  const TemporaryDirectory folder;
  const auto file = folder.path() / "rules.yml";
  std::ofstream rules(file);
  rules << "groups:\n  - name: dashboard\n    rules:\n";
  static const std::regex interval(R"(\$__rate_interval)");
  int number = 0;
  for (const auto& query : queries) {
    const auto expression = std::regex_replace(query, interval, "5m");
    rules << "      - {record: 'q" << ++number
          << "', expr: " << boost::json::serialize(boost::json::value(expression)) << "}\n";
  }
  rules.close();
  EXPECT_EQ(promtool("check rules --lint=none " + file.string()), 0);
}

}  // namespace
}  // namespace gw::test
