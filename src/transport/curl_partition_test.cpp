// Accounts share neither connections nor cookies.
#include "tests/support/fake_edge.hpp"
#include "tests/support/run.hpp"
#include "tests/support/scripted_server.hpp"
#include "transport/http_client.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>

namespace gw {
namespace {

using namespace std::chrono_literals;
using test::FakeEdge;
using test::http_answer;
using test::RawRequest;
using test::ScriptedAnswer;
using test::ScriptedServer;

OutgoingRequest post(std::string url, std::string partition) {
  OutgoingRequest request;
  request.method = "POST";
  request.url = std::move(url);
  request.body = "{}";
  request.partition = std::move(partition);
  request.total_time = 20s;
  return request;
}

class CurlPartitionTest : public testing::TestWithParam<int> {
 protected:
  static test::FakeEdgeOptions options() {
    test::FakeEdgeOptions options;
    options.http2 = GetParam() == 20;
    options.canned.headers.emplace_back("set-cookie", "session=abc; Path=/");
    return options;
  }
  void perform(std::string partition) {
    const auto answer = test::run_until_done(
        io_, client_->perform(post(edge_.url("/api/generate"), std::move(partition))));
    ASSERT_TRUE(answer) << answer.error().error.detail();
    EXPECT_EQ(answer->http_version, GetParam());
  }

  asio::io_context io_;
  FakeEdge edge_{options()};
  std::unique_ptr<StreamingHttpClient> client_ =
      make_curl_client(io_, {.ca_file = edge_.ca_file()});
};

TEST_P(CurlPartitionTest, HasConnectionsOfItsOwn) {
  perform("a");
  perform("a");
  EXPECT_EQ(edge_.connections(), 1u) << "kept";
  perform("b");
  EXPECT_EQ(edge_.connections(), 2u);
  perform("");
  EXPECT_EQ(edge_.connections(), 3u) << "nobody's";
  for (const auto* partition : {"b", "", "a"}) perform(partition);
  EXPECT_EQ(edge_.connections(), 3u);
}

TEST_P(CurlPartitionTest, GetsNoCookieBackThatItDidNotSendItself) {
  for (const auto* partition : {"a", "a", "b"}) perform(partition);
  for (const auto& request : edge_.requests()) EXPECT_EQ(request.header("cookie"), "");
}

INSTANTIATE_TEST_SUITE_P(ByVersion, CurlPartitionTest, testing::Values(11, 20),
                         [](const testing::TestParamInfo<int>& info) {
                           return "http" + std::to_string(info.param / 10);
                         });

class CurlPartitionsTest : public testing::Test {
 protected:
  void perform(std::string partition) {
    ASSERT_TRUE(
        test::run_until_done(io_, client_->perform(post(server_.url(), std::move(partition)))));
  }

  asio::io_context io_;
  ScriptedServer server_{
      [](const RawRequest&, std::size_t) { return ScriptedAnswer{http_answer(200, "good")}; }};
  std::unique_ptr<StreamingHttpClient> client_ = make_curl_client(io_);
};

TEST_F(CurlPartitionsTest, ThatAreIdleAreClosedWhileOthersAreNot) {
  const auto stream = test::run_until_done(io_, client_->open(post(server_.url(), "busy")));
  ASSERT_TRUE(stream);
  perform("idle");

  client_->close_idle();

  EXPECT_TRUE(server_.wait_for_closed(1, 10s));
  EXPECT_EQ(test::run_until_done(io_, (*stream)->next()).value(), "good");
  perform("idle");
  EXPECT_EQ(server_.connections(), 3u);
}

TEST_F(CurlPartitionsTest, KeepABoundedNumberOfConnectionsBetweenThem) {
  constexpr std::size_t kAccounts = 300;
  constexpr std::size_t kMost = 128;
  for (std::size_t i = 0; i < kAccounts; ++i) perform(fmt::format("account {}", i));
  EXPECT_EQ(server_.connections(), kAccounts);
  EXPECT_TRUE(server_.wait_for_closed(kAccounts - kMost, 10s));
}

}  // namespace
}  // namespace gw
