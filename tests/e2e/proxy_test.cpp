// The gateway behind a proxy of its operator's: the way out, and a password that stays inside.
#include "tests/e2e/upstream_fixture.hpp"
#include "tests/support/fake_proxy.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <utility>

namespace gw::test {
namespace {

using testing::Each;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr const char* kPassword = "canary-proxy-4c81";

class BehindAProxy : public Upstream {
 protected:
  static FakeProxyOptions asking() {
    FakeProxyOptions options;
    options.user = "me";
    options.password = kPassword;
    return options;
  }
  std::map<std::string, std::string> way(const std::string& password) const {
    return {{"UPSTREAM_PROXY", fmt::format("http://me:{}@127.0.0.1:{}", password, proxy.port())}};
  }
  void expect_no_password(const std::string& text) const {
    EXPECT_THAT(text, Not(HasSubstr(kPassword)));
  }

  FakeProxy proxy{asking()};
};

TEST_F(BehindAProxy, EveryCallGoesThroughItAndThePasswordNowhereElse) {
  start({}, way(kPassword));
  EXPECT_EQ(send(draw_small("a mill")).status, 200);
  EXPECT_THAT(proxy.calls(), Not(IsEmpty()));
  EXPECT_THAT(proxy.calls(), Each(Field(&ProxyCall::password, kPassword)));
  ASSERT_THAT(fake->calls(), SizeIs(1));
  expect_no_password(gateway->standard_error());
  expect_no_password(gateway->standard_output());
}

TEST_F(BehindAProxy, AWrongPasswordIsSaidInWordsAndNotRepeated) {
  start({}, way("canary-proxy-wrong"));
  EXPECT_GE(send(draw_small("a mill")).status, 500);
  EXPECT_THAT(fake->calls(), IsEmpty());
  EXPECT_THAT(gateway->standard_error(), HasSubstr("does not accept its user name and password"));
  EXPECT_THAT(gateway->standard_error(), Not(HasSubstr("canary-proxy-wrong")));
}

TEST_F(BehindAProxy, TheCommandsDoNotShowThePasswordEither) {
  start({}, way(kPassword));
  auto environment = way(kPassword);
  environment["DREAMIFLY_BASE_URL"] = fake->base_url();
  environment["DREAMIFLY_SITE_KEY"] = "test-key";
  environment["PORT"] = "0";
  for (const auto* command : {"check-config", "doctor"}) {
    const auto run = run_gateway({.environment = environment, .arguments = {command}});
    EXPECT_THAT(run.standard_output, HasSubstr("http://***@127.0.0.1")) << command;
    expect_no_password(run.standard_output + run.standard_error);
  }
}

TEST_F(Upstream, TheStartNamesTheLibrariesOfThisMachine) {
  start();
  ASSERT_TRUE(gateway->wait_for_log([](const boost::json::object& line) {
    const auto* libcurl = line.if_contains("libcurl");
    return line.at("event").as_string() == "started" && libcurl &&
           libcurl->as_string().find(".") != boost::json::string::npos &&
           line.at("tls").as_string().starts_with("OpenSSL");
  }));
}

}  // namespace
}  // namespace gw::test
