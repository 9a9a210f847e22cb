#include "api/admin/door.hpp"

#include "tests/support/counting_random.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/recording_log.hpp"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace gw::api {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;
namespace json = boost::json;

constexpr const char* kKey = "sk-test-admin";

http::Request request(std::string method, std::string target, std::string body = {}) {
  http::Request request;
  request.method = std::move(method);
  request.target = std::move(target);
  request.body = std::move(body);
  request.remote_address = "203.0.113.5";
  request.headers.add("Host", "gateway.example.com");
  return request;
}

class AdminDoorTest : public testing::Test {
 protected:
  AdminDoorTest() { make(""); }

  void make(std::string public_base_url) {
    ForwardedOptions forwarded{TrustedProxies::create({"10.0.0.1"}).value(),
                               std::move(public_base_url)};
    door = std::make_unique<AdminDoor>(Secret(kKey), std::move(forwarded), clock, random, log);
  }

  static http::Request with(const http::Request& given, std::string name, std::string value) {
    auto changed = copy(given);
    changed.headers.set(name, value);
    return changed;
  }
  static http::Request copy(const http::Request& given) {
    http::Request other;
    static_cast<http::RequestHead&>(other) = given;
    other.body = given.body;
    return other;
  }
  static http::Request sign_in_request(std::string key = kKey) {
    return request("POST", "/admin/api/login", R"({"key":")" + key + R"("})");
  }

  // As the server does it: guard, then handler.
  Result<http::Response> sign_in(const http::Request& asked) {
    GW_CHECK(door->sign_in_guard()(asked));
    return door->sign_in(asked, context);
  }
  Result<CallerId> enter(const http::Request& asked) { return door->guard()(asked); }
  std::string refusal(const http::Request& asked) {
    const auto entered = enter(asked);
    return entered ? "none" : std::string(entered.error().code());
  }

  struct SignedIn {
    std::string cookie;  // name=value
    std::string token;
    std::string set_cookie;
  };
  SignedIn signed_in(const http::Request& asked = sign_in_request()) {
    const auto response = sign_in(asked).value();
    SignedIn in;
    in.set_cookie = std::string(response.headers.find("Set-Cookie").value());
    in.cookie = in.set_cookie.substr(0, in.set_cookie.find(';'));
    in.token = json::parse(*response.pieces.at(0)).at("csrf_token").as_string().c_str();
    return in;
  }

  test::ManualClock clock;
  test::CountingRandom random;
  test::RecordingLog log;
  RequestContext context;
  std::unique_ptr<AdminDoor> door;
};

TEST_F(AdminDoorTest, TheKeyIsTradedForASession) {
  const auto in = signed_in();
  EXPECT_THAT(in.set_cookie, HasSubstr("; HttpOnly"));
  EXPECT_THAT(in.set_cookie, HasSubstr("; SameSite=Strict"));
  EXPECT_THAT(in.set_cookie, Not(HasSubstr("Secure")));
  EXPECT_THAT(in.set_cookie, Not(HasSubstr("Path=")));
  EXPECT_THAT(in.set_cookie, Not(HasSubstr(in.token))) << "one is not made from the other";

  const auto look = with(request("GET", "/admin/api/accounts"), "Cookie", in.cookie);
  ASSERT_TRUE(enter(look));
  EXPECT_TRUE(enter(look)->value.starts_with("session "));
  EXPECT_TRUE(enter(with(look, "Cookie", "a=b; gw-admin=planted; " + in.cookie)));
  const auto told = door->session(look, context).value();
  EXPECT_EQ(json::parse(*told.pieces.at(0)).at("csrf_token").as_string(), in.token);
}

TEST_F(AdminDoorTest, NobodyEntersWithoutOne) {
  const auto look = request("GET", "/admin/api/accounts");
  EXPECT_EQ(refusal(look), "admin_sign_in_required");
  EXPECT_EQ(refusal(with(look, "Cookie", "gw-admin=")), "admin_sign_in_required");
  EXPECT_EQ(refusal(with(look, "Cookie", "gw-admin")), "admin_sign_in_required");
  EXPECT_EQ(refusal(with(look, "X-Api-Key", kKey)), "admin_sign_in_required");
  EXPECT_EQ(refusal(with(look, "Authorization", "Bearer sk-test-1")), "invalid_admin_key");
  EXPECT_EQ(refusal(with(look, "Authorization", std::string("Basic ") + kKey)),
            "admin_sign_in_required");
  auto both = with(look, "Cookie", signed_in().cookie);
  EXPECT_EQ(refusal(with(both, "Authorization", "Bearer wrong")), "invalid_admin_key");
}

TEST_F(AdminDoorTest, AChangeNeedsTheTokenOfItsOwnSession) {
  const auto in = signed_in();
  const auto other = signed_in();
  for (const auto* method : {"POST", "PATCH", "DELETE", "PUT"}) {
    const auto change = with(request(method, "/admin/api/accounts"), "Cookie", in.cookie);
    EXPECT_EQ(refusal(change), "csrf_token_wrong") << method;
    EXPECT_EQ(refusal(with(change, "X-CSRF-Token", other.token)), "csrf_token_wrong");
    EXPECT_EQ(refusal(with(change, "X-CSRF-Token", in.token)), "none");
  }
}

TEST_F(AdminDoorTest, AnotherSitesPageChangesNothing) {
  const auto in = signed_in();
  auto change = with(request("POST", "/admin/api/accounts"), "Cookie", in.cookie);
  change.headers.set("X-CSRF-Token", in.token);
  for (const auto* site : {"cross-site", "same-site", ""})
    EXPECT_EQ(refusal(with(change, "Sec-Fetch-Site", site)), "cross_origin") << site;
  for (const auto* site : {"same-origin", "none"})
    EXPECT_EQ(refusal(with(change, "Sec-Fetch-Site", site)), "none") << site;
  for (const auto* origin :
       {"https://evil.example.com", "null", "", "https://gateway.example.com.evil.example"})
    EXPECT_EQ(refusal(with(change, "Origin", origin)), "cross_origin") << origin;
  for (const auto* origin : {"https://gateway.example.com", "http://Gateway.example.com"})
    EXPECT_EQ(refusal(with(change, "Origin", origin)), "none") << origin;
  const auto planted = sign_in(with(sign_in_request(), "Sec-Fetch-Site", "cross-site"));
  EXPECT_EQ(planted.error().code(), "cross_origin");
}

TEST_F(AdminDoorTest, AScriptBringsTheKeyItself) {
  const auto change =
      with(request("POST", "/admin/api/accounts"), "Authorization", std::string("Bearer ") + kKey);
  EXPECT_EQ(enter(change), CallerId{"key"});
  const auto told = door->session(change, context).value();
  EXPECT_EQ(json::parse(*told.pieces.at(0)).at("by").as_string(), "key");
  EXPECT_EQ(told.headers.find("Set-Cookie"), std::nullopt);
}

TEST_F(AdminDoorTest, TheCookieIsSecureOverHttps) {
  auto forwarded = with(sign_in_request(), "X-Forwarded-Proto", "https");
  EXPECT_THAT(signed_in(forwarded).set_cookie, Not(HasSubstr("Secure")))
      << "anybody may say so, and only the proxy is believed";
  forwarded.remote_address = "10.0.0.1";
  const auto in = signed_in(forwarded);
  EXPECT_THAT(in.set_cookie, testing::StartsWith("__Secure-gw-admin="));
  EXPECT_THAT(in.set_cookie, HasSubstr("; Secure"));

  make("https://gateway.example.com/pictures");
  EXPECT_THAT(signed_in().set_cookie, HasSubstr("; Secure"));
  const auto lan = with(sign_in_request(), "Host", "192.0.2.9:8088");
  EXPECT_THAT(signed_in(lan).set_cookie, Not(HasSubstr("Secure")))
      << "the operator came another way, and his browser would not keep it";
}

TEST_F(AdminDoorTest, WrongKeysAreBounded) {
  for (int i = 0; i < 5; ++i) {
    const auto refused = sign_in(sign_in_request("wrong"));
    EXPECT_EQ(refused.error().code(), "invalid_admin_key");
  }
  EXPECT_EQ(sign_in(sign_in_request()).error().kind(), ErrorKind::rate_limited);
  const auto script =
      with(request("GET", "/admin/api/queue"), "Authorization", std::string("Bearer ") + kKey);
  EXPECT_EQ(enter(script).error().kind(), ErrorKind::rate_limited);
  EXPECT_EQ(log.count("admin_key_refused"), 5u);
  clock.advance(60s);
  EXPECT_TRUE(sign_in(sign_in_request()));
}

TEST_F(AdminDoorTest, TheLimitIsTheClientsAndNotItsProxys) {
  auto one = with(sign_in_request("wrong"), "X-Forwarded-For", "203.0.113.9");
  one.remote_address = "10.0.0.1";
  for (int i = 0; i < 5; ++i) EXPECT_FALSE(sign_in(with(one, "Host", "a.example.com")));
  EXPECT_EQ(sign_in(with(one, "Host", "a.example.com")).error().kind(), ErrorKind::rate_limited);
  auto another = with(sign_in_request(), "X-Forwarded-For", "203.0.113.10");
  another.remote_address = "10.0.0.1";
  EXPECT_TRUE(sign_in(with(another, "Host", "a.example.com")));
}

TEST_F(AdminDoorTest, AnotherDoorOfTheSameKeyIsNoWayAroundTheLimit) {
  const auto guard = door->limited([](const http::RequestHead& head) -> Result<CallerId> {
    if (head.headers.find("x-api-key").value_or(kKey) == kKey) return CallerId{"metrics"};
    return fail(Error(ErrorKind::unauthenticated, "wrong"));
  });
  const auto look = request("GET", "/metrics");
  for (int i = 0; i < 5; ++i)
    EXPECT_EQ(guard(with(look, "X-Api-Key", "wrong")).error().kind(), ErrorKind::unauthenticated);
  EXPECT_EQ(guard(with(look, "X-Api-Key", kKey)).error().kind(), ErrorKind::rate_limited);
  EXPECT_TRUE(guard(look)) << "who brings no key tries none";
  EXPECT_TRUE(sign_in(sign_in_request())) << "a scraper's mistake does not shut the operator out";
  clock.advance(60s);
  EXPECT_TRUE(guard(with(look, "X-Api-Key", kKey)));
}

TEST_F(AdminDoorTest, SigningOutEndsTheSession) {
  const auto in = signed_in();
  auto out = with(request("POST", "/admin/api/logout"), "Cookie", in.cookie);
  out.headers.set("X-CSRF-Token", in.token);
  ASSERT_TRUE(enter(out));
  const auto response = door->sign_out(out, context).value();
  EXPECT_THAT(std::string(*response.headers.find("Set-Cookie")), HasSubstr("Max-Age=0"));
  EXPECT_EQ(refusal(out), "admin_sign_in_required");
}

TEST_F(AdminDoorTest, WhatIsNoKeyIsNamed) {
  for (const auto* body : {"{}", R"({"key":7})", R"({"key":null})"}) {
    const auto refused = door->sign_in(request("POST", "/admin/api/login", body), context);
    EXPECT_EQ(refused.error().param(), "key") << body;
  }
  const auto form = with(request("POST", "/admin/api/login", "key=x"), "Content-Type",
                         "application/x-www-form-urlencoded");
  EXPECT_EQ(door->sign_in(form, context).error().kind(), ErrorKind::unsupported_media_type);
}

}  // namespace
}  // namespace gw::api
