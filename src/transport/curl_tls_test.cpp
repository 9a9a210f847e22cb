#include "tests/support/fake_edge.hpp"
#include "tests/support/run.hpp"
#include "transport/edge/classify.hpp"
#include "transport/http_client.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace gw {
namespace {

using namespace std::chrono_literals;
using Stage = TransferFault::Stage;
using test::FakeEdge;
using test::FakeEdgeOptions;
using testing::Contains;
using testing::Not;
using testing::Pair;

class CurlTlsTest : public testing::TestWithParam<int> {
 protected:
  static FakeEdgeOptions options() {
    FakeEdgeOptions options;
    options.http2 = GetParam() == 20;
    return options;
  }
  Transfer perform(OutgoingRequest request) {
    request.total_time = 20s;
    return test::run(io_, client_->perform(std::move(request)));
  }
  OutgoingRequest post(std::string body) {
    OutgoingRequest request;
    request.method = "POST";
    request.url = edge_.url("/api/generate");
    request.headers = {{"Accept", "application/json"},
                       {"Content-Type", "application/json"},
                       {"Authorization", "Bearer x"},
                       {"Cookie", "cf_clearance=abc"}};
    request.body = std::move(body);
    return request;
  }
  std::vector<std::string> names_seen() {
    std::vector<std::string> names;
    const auto requests = edge_.requests();
    for (const auto& [name, value] : requests.back().headers) names.push_back(name);
    return names;
  }

  asio::io_context io_;
  FakeEdge edge_{options()};
  std::unique_ptr<HttpClient> client_ = make_curl_client(io_, {.ca_file = edge_.ca_file()});
};

TEST_P(CurlTlsTest, talks_to_a_server_whose_authority_it_was_told_to_trust) {
  const auto answer = perform(post("{}"));
  ASSERT_TRUE(answer) << answer.error().error.detail();
  EXPECT_EQ(answer->status, 200);
  EXPECT_EQ(answer->http_version, GetParam());
  EXPECT_EQ(edge_.requests().at(0).http_version, GetParam());
  EXPECT_EQ(edge_.requests().at(0).method, "POST");
  EXPECT_EQ(edge_.requests().at(0).target, "/api/generate");
}

TEST_P(CurlTlsTest, sends_nothing_to_a_server_of_an_unknown_authority) {
  client_ = make_curl_client(io_);
  const auto answer = perform(post("{}"));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().stage, Stage::before_send);
  EXPECT_EQ(answer.error().error.kind(), ErrorKind::upstream_unavailable);
  EXPECT_THAT(edge_.requests(), testing::IsEmpty());
}

TEST_P(CurlTlsTest, sends_nothing_to_a_server_of_another_name) {
  auto other = options();
  other.names = "DNS:draw.example.com";
  const FakeEdge elsewhere(other);
  client_ = make_curl_client(io_, {.ca_file = elsewhere.ca_file()});
  auto request = post("{}");
  request.url = elsewhere.url();
  const auto answer = perform(std::move(request));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().stage, Stage::before_send);
  EXPECT_THAT(elsewhere.requests(), testing::IsEmpty());
}

TEST_P(CurlTlsTest, a_file_of_authorities_that_is_not_there_is_a_fault_before_anything_is_sent) {
  client_ = make_curl_client(io_, {.ca_file = "/nowhere/authority.pem"});
  const auto answer = perform(post("{}"));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().stage, Stage::before_send);
}

TEST_P(CurlTlsTest, sends_its_headers_in_one_order) {
  ASSERT_TRUE(perform(post("{}")));
  auto expected =
      std::vector<std::string>{"user-agent",    "accept-encoding", "accept",        "content-type",
                               "authorization", "cookie",          "content-length"};
  if (GetParam() == 11) expected.insert(expected.begin(), "host");
  EXPECT_EQ(names_seen(), expected);
  auto of_a_browser = post("{}");
  of_a_browser.user_agent = "Mozilla/5.0 (of a browser)";
  ASSERT_TRUE(perform(std::move(of_a_browser)));
  EXPECT_EQ(names_seen(), expected);
  EXPECT_EQ(edge_.requests().back().header("user-agent"), "Mozilla/5.0 (of a browser)");
}

TEST_P(CurlTlsTest, sends_megabytes_without_asking_first) {
  const std::string body(3'000'000, 'b');
  ASSERT_TRUE(perform(post(body)));
  EXPECT_EQ(edge_.requests().back().body.size(), body.size());
  EXPECT_THAT(edge_.requests().back().headers, Not(Contains(Pair("expect", testing::_))));
}

TEST_P(CurlTlsTest, reads_megabytes) {
  auto large = test::EdgeAnswer{.headers = {{"content-type", "image/png"}}, .body = {}};
  large.body.assign(3'000'000, 'p');
  edge_.answer_with(large);
  const auto answer = perform(post("{}"));
  ASSERT_TRUE(answer) << answer.error().error.detail();
  EXPECT_EQ(answer->body.size(), large.body.size());
}

TEST_P(CurlTlsTest, a_connection_that_is_dropped_after_the_request_leaves_it_unsure) {
  edge_.drop_next(1);
  const auto answer = perform(post("{}"));
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().stage, Stage::unsure);
  EXPECT_EQ(edge_.requests().size(), 1u) << "never twice";
}

TEST_P(CurlTlsTest, d17_an_edges_page_is_known_whatever_its_coding) {
  edge_.answer_with(test::unmarked_challenge());
  const auto plain = perform(post("{}"));
  ASSERT_TRUE(plain);
  EXPECT_EQ(edge::classify(*plain, {}).kind, edge::Kind::challenge);

  // "<script>_cf_chl_opt</script>" in one stored block: brotli with a 16-bit window.
  auto coded = test::unmarked_challenge();
  const std::string page = "<script>_cf_chl_opt</script>";
  coded.body = std::string("\xb0\x01\x10", 3) + page + '\x03';
  coded.headers.emplace_back("content-encoding", "br");
  edge_.answer_with(coded);
  const auto decoded = perform(post("{}"));
  ASSERT_TRUE(decoded) << decoded.error().error.detail();
  EXPECT_EQ(decoded->body.joined(), page);
  EXPECT_EQ(edge::classify(*decoded, {}).kind, edge::Kind::challenge);
}

TEST_P(CurlTlsTest, what_the_edge_says_is_told_from_what_the_site_says) {
  const auto kind = [&](test::EdgeAnswer said) {
    edge_.answer_with(std::move(said));
    const auto answer = perform(post("{}"));
    EXPECT_TRUE(answer);
    return answer ? edge::classify(*answer, {}) : edge::Finding();
  };
  EXPECT_EQ(kind(test::challenge_page()).kind, edge::Kind::challenge);
  EXPECT_EQ(kind(test::error_page(1020)).code, 1020);
  EXPECT_EQ(kind(test::bare_error(1006)).code, 1006);
  EXPECT_EQ(kind(test::structured_error(1010)).code, 1010);
  EXPECT_EQ(kind(test::limited("7")).retry_after, 7s);
  EXPECT_EQ(kind(test::origin_trouble(524)).kind, edge::Kind::origin_error);
  edge_.let_through();
  const auto good = perform(post("{}"));
  ASSERT_TRUE(good);
  const auto finding = edge::classify(*good, {});
  EXPECT_EQ(finding.kind, edge::Kind::none);
  EXPECT_TRUE(finding.proxied);
  EXPECT_EQ(finding.ray.colo, "TST");
}

INSTANTIATE_TEST_SUITE_P(ByVersion, CurlTlsTest, testing::Values(11, 20),
                         [](const testing::TestParamInfo<int>& info) {
                           return "http" + std::to_string(info.param / 10);
                         });

TEST(FakeEdge, lets_a_clearance_through_with_its_user_agent_alone) {
  asio::io_context io;
  FakeEdge edge;
  const auto client = make_curl_client(io, {.ca_file = edge.ca_file()});
  const auto status = [&](std::string agent, std::string cookie) {
    OutgoingRequest request;
    request.url = edge.url("/");
    request.user_agent = std::move(agent);
    if (!cookie.empty()) request.headers = {{"Cookie", std::move(cookie)}};
    const auto answer = test::run(io, client->perform(std::move(request)));
    return answer ? answer->status : 0;
  };
  edge.challenge();
  edge.accept("abc", "Mozilla/5.0 one");
  EXPECT_EQ(status("Mozilla/5.0 one", ""), 403);
  EXPECT_EQ(status("Mozilla/5.0 two", "cf_clearance=abc"), 403);
  EXPECT_EQ(status("Mozilla/5.0 one", "a=b; cf_clearance=abc"), 200);
  edge.renew_as("def");
  EXPECT_EQ(status("Mozilla/5.0 one", "cf_clearance=abc"), 200);
  edge.revoke("abc");
  EXPECT_EQ(status("Mozilla/5.0 one", "cf_clearance=abc"), 403);
  EXPECT_EQ(status("Mozilla/5.0 one", "cf_clearance=def"), 200);
  EXPECT_EQ(edge.requests().size(), 6u);
  EXPECT_EQ(edge.passed().size(), 3u);
}

}  // namespace
}  // namespace gw
