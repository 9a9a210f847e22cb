// The way to the upstream through a proxy of the operator's, and what it says when that fails.
#include "tests/support/fake_edge.hpp"
#include "tests/support/fake_proxy.hpp"
#include "tests/support/run.hpp"
#include "tests/support/scripted_server.hpp"
#include "transport/http_client.hpp"

#include <boost/asio/ip/tcp.hpp>
#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <memory>
#include <string>
#include <utility>

namespace gw {
namespace {

using namespace std::chrono_literals;
using Stage = TransferFault::Stage;
using test::FakeEdge;
using test::FakeProxy;
using test::FakeProxyOptions;
using test::http_answer;
using test::RawRequest;
using test::ScriptedAnswer;
using test::ScriptedServer;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

constexpr const char* kHost = "draw.example.com";  // of the upstream; only the proxy knows it
constexpr const char* kPassword = "p@ss:w/rd%41 ";

enum class Speaks : std::uint8_t { http, socks };

Proxy proxy_at(const FakeProxy& proxy, Speaks speaks, std::string password = {}) {
  return {.url = speaks == Speaks::http ? proxy.http_url() : proxy.socks_url(),
          .user = password.empty() ? "" : "me",
          .password = Secret(std::move(password))};
}

class CurlProxyTest : public testing::TestWithParam<Speaks> {
 protected:
  static test::FakeEdgeOptions edge_options() {
    test::FakeEdgeOptions options;
    options.names = std::string("DNS:") + kHost;
    return options;
  }
  OutgoingRequest post(Proxy proxy) const {
    OutgoingRequest request;
    request.method = "POST";
    request.url = fmt::format("https://{}:{}/draw", kHost, edge_.port());
    request.body = "{}";
    request.proxy = std::move(proxy);
    request.total_time = 20s;
    return request;
  }
  Transfer perform(OutgoingRequest request) {
    return test::run(io_, client_->perform(std::move(request)));
  }
  // A failure before anything was sent; what it says.
  Error refusal(Proxy proxy) {
    const auto answer = perform(post(std::move(proxy)));
    EXPECT_FALSE(answer);
    if (answer) return {};
    EXPECT_EQ(answer.error().stage, Stage::before_send);
    EXPECT_EQ(answer.error().error.kind(), ErrorKind::upstream_unavailable);
    EXPECT_THAT(edge_.requests(), IsEmpty());
    EXPECT_THAT(answer.error().error.message() + answer.error().error.detail(),
                Not(HasSubstr("ss:w")));
    return answer.error().error;
  }
  static FakeProxyOptions asking() {
    FakeProxyOptions options;
    options.user = "me";
    options.password = kPassword;
    return options;
  }

  asio::io_context io_;
  FakeEdge edge_{edge_options()};
  std::unique_ptr<StreamingHttpClient> client_ =
      make_curl_client(io_, {.ca_file = edge_.ca_file()});
};

TEST_P(CurlProxyTest, LooksUpTheUpstreamsNameItself) {
  const FakeProxy proxy;
  const auto answer = perform(post(proxy_at(proxy, GetParam())));
  ASSERT_TRUE(answer) << answer.error().error.detail();
  EXPECT_EQ(answer->http_version, 20);
  ASSERT_THAT(proxy.calls(), SizeIs(1));
  EXPECT_EQ(proxy.calls().at(0).target, fmt::format("{}:{}", kHost, edge_.port()));
  EXPECT_EQ(proxy.calls().at(0).user, "");
  EXPECT_EQ(edge_.requests().at(0).header("proxy-authorization"), "");
}

TEST_P(CurlProxyTest, GetsTheCredentialsAsTheyAreAndTheUpstreamNever) {
  const FakeProxy proxy(asking());
  const auto answer = perform(post(proxy_at(proxy, GetParam(), kPassword)));
  ASSERT_TRUE(answer) << answer.error().error.detail();
  EXPECT_EQ(proxy.calls().back().user, "me");
  EXPECT_EQ(proxy.calls().back().password, kPassword);
  EXPECT_EQ(edge_.requests().at(0).header("proxy-authorization"), "");
}

TEST_P(CurlProxyTest, ThatRefusesThePasswordSaysSo) {
  const FakeProxy proxy(asking());
  const auto said = HasSubstr("proxy does not accept its user name and password");
  for (const auto* password : {"p@ss:wrong", ""}) {
    const auto error = refusal(proxy_at(proxy, GetParam(), password));
    EXPECT_THAT(error.message(), said) << password;
    EXPECT_THAT(error.detail(), said) << password;
  }
}

TEST_P(CurlProxyTest, ThatIsDownSaysSo) {
  asio::ip::tcp::acceptor unused(io_, {asio::ip::address_v4::loopback(), 0});
  const auto port = unused.local_endpoint().port();
  unused.close();
  const auto* scheme = GetParam() == Speaks::http ? "http" : "socks5h";
  const auto error = refusal({.url = fmt::format("{}://127.0.0.1:{}", scheme, port)});
  EXPECT_THAT(error.message(), HasSubstr("proxy cannot be reached"));
}

// Nobody takes its connections, and there is room for no more of them.
TEST_P(CurlProxyTest, ThatDoesNotAnswerIsDown) {
  asio::ip::tcp::acceptor deaf(io_, asio::ip::tcp::v4());
  deaf.bind({asio::ip::address_v4::loopback(), 0});
  deaf.listen(0);
  asio::ip::tcp::socket waiting(io_);
  waiting.connect(deaf.local_endpoint());
  const auto* scheme = GetParam() == Speaks::http ? "http" : "socks5h";
  auto request =
      post({.url = fmt::format("{}://127.0.0.1:{}", scheme, deaf.local_endpoint().port())});
  request.connect_time = 200ms;
  const auto answer = perform(std::move(request));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().stage, Stage::before_send);
  EXPECT_TRUE(answer.error().timed_out);
  EXPECT_THAT(answer.error().error.message(), HasSubstr("proxy cannot be reached"));
}

TEST_P(CurlProxyTest, ThatReachesNobodySaysSo) {
  FakeProxyOptions options;
  options.reaches = false;
  const FakeProxy proxy(options);
  const auto error = refusal(proxy_at(proxy, GetParam()));
  EXPECT_THAT(error.message(), HasSubstr("proxy cannot reach the upstream"));
}

TEST_P(CurlProxyTest, IsNotBlamedForTheUpstreamsCertificate) {
  const FakeProxy proxy;
  client_ = make_curl_client(io_);
  EXPECT_EQ(refusal(proxy_at(proxy, GetParam())).message(), "the upstream cannot be reached");
}

TEST_P(CurlProxyTest, SharesNoConnectionBetweenCredentials) {
  const FakeProxy proxy;
  for (const auto* password : {"one", "two", "one"})
    ASSERT_TRUE(perform(post(proxy_at(proxy, GetParam(), password))));
  EXPECT_EQ(proxy.connections(), 2u);
  EXPECT_EQ(edge_.connections(), 2u);
}

INSTANTIATE_TEST_SUITE_P(By, CurlProxyTest, testing::Values(Speaks::http, Speaks::socks),
                         [](const auto& info) {
                           return std::string(info.param == Speaks::http ? "http" : "socks5h");
                         });

// Without a tunnel the proxy's refusal comes as an answer to the request itself.
TEST(CurlHttpProxy, ThatRefusesAPlainRequestHasPassedNothingOn) {
  asio::io_context io;
  const auto client = make_curl_client(io);
  const ScriptedServer server(
      [](const RawRequest&, std::size_t) { return ScriptedAnswer{http_answer(200, "drawn")}; });
  FakeProxyOptions options;
  options.user = "me";
  options.password = kPassword;
  const FakeProxy proxy(options);
  const auto post = [&](std::string password) {
    OutgoingRequest request;
    request.method = "POST";
    request.url = fmt::format("http://{}:{}/draw", kHost, server.port());
    request.body = "{}";
    request.proxy = proxy_at(proxy, Speaks::http, std::move(password));
    return request;
  };

  const auto refused = test::run(io, client->perform(post("wrong")));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().stage, Stage::before_send);
  EXPECT_THAT(refused.error().error.message(), HasSubstr("does not accept"));
  const auto stream = test::run(io, client->open(post("wrong")));
  ASSERT_FALSE(stream);
  EXPECT_EQ(stream.error().stage, Stage::before_send);
  EXPECT_THAT(server.requests(), IsEmpty());

  const auto passed = test::run(io, client->perform(post(kPassword)));
  ASSERT_TRUE(passed) << passed.error().error.detail();
  EXPECT_EQ(passed->body.joined(), "drawn");
}

// A server's own 407 behind no proxy, and in a tunnel, is an answer like any other.
TEST(CurlHttpProxy, IsNotSeenInAnAnswerOfTheUpstreams) {
  asio::io_context io;
  const ScriptedServer server(
      [](const RawRequest&, std::size_t) { return ScriptedAnswer{http_answer(407, "")}; });
  const auto client = make_curl_client(io);
  OutgoingRequest request;
  request.url = server.url();
  const auto direct = test::run(io, client->perform(request));
  ASSERT_TRUE(direct);
  EXPECT_EQ(direct->status, 407);
  const FakeProxy proxy;
  request.proxy.url = proxy.socks_url();
  EXPECT_TRUE(test::run(io, client->perform(request)));
}

class ProxyEnvironment final {
 public:
  explicit ProxyEnvironment(const std::string& url) {
    for (const auto* name : kNames) setenv(name, url.c_str(), 1);
  }
  ~ProxyEnvironment() {
    for (const auto* name : kNames) unsetenv(name);
  }
  ProxyEnvironment(const ProxyEnvironment&) = delete;
  ProxyEnvironment& operator=(const ProxyEnvironment&) = delete;

 private:
  static constexpr const char* kNames[] = {"http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy",
                                           "ALL_PROXY"};
};

TEST(ProxyOfTheEnvironment, IsIgnored) {
  asio::io_context io;
  const FakeEdge edge;
  const ScriptedServer server(
      [](const RawRequest&, std::size_t) { return ScriptedAnswer{http_answer(200, "direct")}; });
  const FakeProxy proxy;
  const auto client = make_curl_client(io, {.ca_file = edge.ca_file()});
  for (const auto& way : {proxy.http_url(), proxy.socks_url()}) {
    const ProxyEnvironment environment(way);
    for (const auto& url : {server.url(), edge.url("/")}) {
      OutgoingRequest request;
      request.url = url;
      EXPECT_TRUE(test::run(io, client->perform(std::move(request)))) << url;
    }
  }
  EXPECT_EQ(proxy.connections(), 0u);
}

}  // namespace
}  // namespace gw
