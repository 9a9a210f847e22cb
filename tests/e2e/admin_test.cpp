// The admin door from outside: who comes in, what a session is, and that nothing secret comes out.
#include "tests/e2e/shared_gateway.hpp"
#include "tests/e2e/upstream_fixture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace gw::test {
namespace {

constexpr const char* kAdminKey = "sk-test-admin-of-admin";

Ask post(std::string target, std::string body = {}) {
  Ask request{
      .method = "POST", .target = std::move(target), .headers = {}, .body = std::move(body)};
  return request.with("Content-Type", "application/json");
}
Ask with_admin_key(const Ask& request) {
  return request.with("Authorization", std::string("Bearer ") + kAdminKey);
}
Ask sign_in(std::string_view key = kAdminKey) {
  return post("/admin/api/login", fmt::format(R"({{"key":"{}"}})", key));
}

struct Session {
  std::string cookie;
  std::string token;

  explicit Session(const RawAnswer& answer)
      : cookie(answer.header("Set-Cookie").value_or("")),
        token(json_of(answer).at("csrf_token").as_string()) {
    cookie = cookie.substr(0, cookie.find(';'));
  }
  Ask in(const Ask& request) const { return request.with("Cookie", cookie); }
};

class Admin : public SharedGateway {
 protected:
  static void SetUpTestSuite() {
    start({.environment = {{"ADMIN_KEY", kAdminKey}, {"TRUSTED_PROXIES", "127.0.0.1"}}});
  }
  // Behind the trusted proxy each test is a client of its own: one's wrong keys are not another's.
  static Ask from(std::string client, const Ask& request) {
    return request.with("X-Forwarded-For", std::move(client));
  }
};

TEST_F(Admin, ASessionOpensTheDoorAndItsTokenChangesThings) {
  const auto answer = send(from("203.0.113.1", sign_in()));
  ASSERT_THAT(answer, HasStatus(200));
  const auto cookie = answer.header("Set-Cookie").value_or("");
  EXPECT_THAT(cookie, testing::HasSubstr("; HttpOnly; SameSite=Strict"));
  EXPECT_THAT(answer, HasHeader("Cache-Control", "no-store"));
  const Session session(answer);
  EXPECT_THAT(send(session.in(get("/admin/api/queue"))), HasStatus(200));
  EXPECT_THAT(send(session.in(post("/admin/api/logout"))),
              IsError(403, "csrf_token_wrong", "null"));
  const auto out = session.in(post("/admin/api/logout")).with("X-CSRF-Token", session.token);
  EXPECT_THAT(send(out.with("Sec-Fetch-Site", "cross-site")), IsError(403, "cross_origin", "null"));
  EXPECT_THAT(send(out), HasStatus(200));
  EXPECT_THAT(send(session.in(get("/admin/api/queue"))),
              IsError(401, "admin_sign_in_required", "null"));
}

TEST_F(Admin, OverHttpsTheCookieIsSecure) {
  const auto answer = send(from("203.0.113.2", sign_in().with("X-Forwarded-Proto", "https")));
  EXPECT_THAT(answer.header("Set-Cookie").value_or(""), testing::HasSubstr("; Secure"));
}

TEST_F(Admin, TheKeysDoNotStandInForEachOther) {
  const auto wrong = from("203.0.113.3", get("/admin/api/accounts"));
  EXPECT_THAT(send(wrong.with_key()), IsError(401, "invalid_admin_key", "null"));
  EXPECT_THAT(send(wrong.with("X-Api-Key", kAdminKey)),
              IsError(401, "admin_sign_in_required", "null"));
  EXPECT_THAT(send(with_admin_key(get("/v1/models"))), IsError(401, "invalid_api_key", "null"));
  const Session session(send(from("203.0.113.4", sign_in())));
  EXPECT_THAT(send(session.in(get("/v1/models"))), IsError(401, "invalid_api_key", "null"));
}

TEST_F(Admin, WrongKeysAreBoundedForEachClient) {
  for (int i = 0; i < 5; ++i) {
    EXPECT_THAT(send(from("203.0.113.5", sign_in("wrong"))),
                IsError(401, "invalid_admin_key", "null"));
  }
  const auto refused = send(from("203.0.113.5", sign_in()));
  EXPECT_THAT(refused, IsError(429, "rate_limit_exceeded", "null"));
  EXPECT_THAT(refused.header("Retry-After").value_or(""), testing::MatchesRegex("[1-6][0-9]?"));
  EXPECT_THAT(send(from("203.0.113.6", sign_in())), HasStatus(200));
}

TEST_F(Admin, NoOtherOriginIsToldAnything) {
  for (const auto* path : {"/admin", "/admin/api/session"}) {
    const auto answer = send(get(path).with("Origin", "https://evil.example.com"));
    EXPECT_FALSE(answer.header("Access-Control-Allow-Origin")) << path;
  }
}

TEST_F(Admin, AnUpstreamWithoutAccountsSaysSo) {
  const auto refused = send(with_admin_key(post("/admin/api/accounts", R"({"provider":"demo"})")));
  EXPECT_THAT(refused, IsError(400, "null", "provider"));
}

class AdminAccounts : public Upstream {
 protected:
  std::string add(std::string_view email, std::string_view password) const {
    const auto answer = send(with_admin_key(post(
        "/admin/api/accounts",
        fmt::format(R"({{"provider":"dreamifly","credentials":{{"email":"{}","password":"{}"}}}})",
                    email, password))));
    EXPECT_THAT(answer, HasStatus(201));
    return std::string(json_of(answer).at("id").as_string());
  }
  static bool holds(const std::filesystem::path& folder, std::string_view text) {
    return std::ranges::any_of(std::filesystem::recursive_directory_iterator(folder),
                               [&](const auto& entry) {
                                 if (!entry.is_regular_file()) return false;
                                 std::ifstream in(entry.path(), std::ios::binary);
                                 const std::string bytes{std::istreambuf_iterator<char>(in), {}};
                                 return bytes.contains(text);
                               });
  }
};

TEST_F(AdminAccounts, OutliveTheProcessAndTheirSecretsNeverComeOut) {
  const std::string password = "canary-password-8d1c";
  FakeOptions options;
  options.accounts = {{.email = "painter@example.com", .password = password}};
  start(std::move(options), {{"ADMIN_KEY", kAdminKey}, {"LOG_LEVEL", "debug"}});
  const auto id = add("painter@example.com", password);
  const auto checked = send(with_admin_key(post("/admin/api/accounts/" + id + "/check")));
  EXPECT_EQ(json_of(checked).at("finding").at("state").as_string(), "ready") << checked.body;

  const auto listed = send(with_admin_key(get("/admin/api/accounts")));
  for (const auto* text : {&checked.body, &listed.body}) EXPECT_FALSE(text->contains(password));
  EXPECT_FALSE(gateway->standard_error().contains(password));
  EXPECT_FALSE(gateway->standard_output().contains(password));
  EXPECT_FALSE(holds(gateway->data_dir(), password)) << "sealed at rest";
  EXPECT_TRUE(gateway->wait_for_event("admin"));
}

TEST(AdminDoor, AccountsAreThereAfterARestartAndSessionsAreNot) {
  FakeOptions options;
  options.accounts = {{.email = "painter@example.com", .password = "a password"}};
  FakeDreamifly fake(std::move(options));
  const TemporaryDirectory folder;
  GatewayOptions gateway{.environment = {{"DREAMIFLY_BASE_URL", fake.base_url()},
                                         {"DREAMIFLY_SITE_KEY", "test-key"},
                                         {"ADMIN_KEY", kAdminKey}},
                         .data_dir = folder.path() / "data"};
  const auto body = R"({"provider":"dreamifly","label":"Painter","weight":4,)"
                    R"("credentials":{"email":"painter@example.com","password":"a password"}})";
  std::optional<Session> session;
  {
    const auto first = GatewayProcess::serving(gateway);
    session.emplace(ask(first->port(), sign_in()));
    EXPECT_THAT(ask(first->port(), with_admin_key(post("/admin/api/accounts", body))),
                HasStatus(201));
    EXPECT_EQ(first->stop().exit_code, 0);
  }
  const auto second = GatewayProcess::serving(gateway);
  EXPECT_THAT(ask(second->port(), session->in(get("/admin/api/accounts"))), HasStatus(401));
  const auto listed = json_of(ask(second->port(), with_admin_key(get("/admin/api/accounts"))));
  ASSERT_EQ(listed.at("data").as_array().size(), 1u);
  EXPECT_EQ(listed.at("data").at(0).at("label").as_string(), "Painter");
  EXPECT_EQ(listed.at("data").at(0).at("weight").to_number<int>(), 4);
  EXPECT_EQ(second->stop().exit_code, 0);
}

}  // namespace
}  // namespace gw::test
