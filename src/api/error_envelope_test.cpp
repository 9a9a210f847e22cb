#include "api/error_envelope.hpp"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

namespace gw::api {
namespace {

using namespace std::chrono_literals;

boost::json::object error_in(const http::Response& response) {
  return boost::json::parse(*response.pieces.at(0)).at("error").as_object();
}

std::string header(const http::Response& response, std::string_view name) {
  return std::string(response.headers.find(name).value_or(""));
}

struct Row {
  ErrorKind kind;
  int status;
  const char* type;
  const char* code;    // "": null
  const char* repeat;  // x-should-retry
  const char* after;   // Retry-After
};

class Envelope : public testing::TestWithParam<Row> {};

TEST_P(Envelope, HasItsStatusItsFourKeysAndItsRetryAdvice) {
  const auto& row = GetParam();
  const auto response = render_error(Error(row.kind, "what happened"), "req_1");
  EXPECT_EQ(response.status, row.status);
  EXPECT_EQ(status_of(row.kind), row.status);
  EXPECT_EQ(header(response, "Content-Type"), "application/json");
  const auto error = error_in(response);
  EXPECT_EQ(error.size(), 4u);
  EXPECT_EQ(error.at("type").as_string(), row.type);
  EXPECT_TRUE(error.at("param").is_null());
  if (std::string_view(row.code).empty()) {
    EXPECT_TRUE(error.at("code").is_null());
  } else {
    EXPECT_EQ(error.at("code").as_string(), row.code);
  }
  EXPECT_EQ(header(response, "x-should-retry"), row.repeat);
  EXPECT_EQ(header(response, "Retry-After"), row.after);
}

std::vector<std::string> rows_of_the_readme() {
  const auto root = std::filesystem::path(__FILE__).parent_path().parent_path().parent_path();
  std::ifstream readme(root / "README.md");
  std::vector<std::string> rows;
  for (std::string line; std::getline(readme, line);) {
    if (line.starts_with("| ")) rows.push_back(line);
  }
  return rows;
}

TEST_P(Envelope, IsInTheReadmesTable) {
  const auto& row = GetParam();
  if (row.kind == ErrorKind::cancelled) return;  // nobody is there to read it
  const auto status = std::to_string(row.status);
  const auto code = *row.code == 0 ? std::string("–") : '`' + std::string(row.code) + '`';
  const auto is_told = [&](const std::string& line) {
    const auto statuses = line.substr(0, line.find('|', 1));
    return statuses.contains(status) && line.contains(code);
  };
  EXPECT_TRUE(std::ranges::any_of(rows_of_the_readme(), is_told)) << status << ' ' << code;
}

constexpr auto* kRequest = "invalid_request_error";
constexpr auto* kServer = "server_error";

INSTANTIATE_TEST_SUITE_P(
    Kinds, Envelope,
    testing::Values(
        Row{ErrorKind::internal, 500, kServer, "", "false", ""},
        Row{ErrorKind::invalid_request, 400, kRequest, "", "", ""},
        Row{ErrorKind::unauthenticated, 401, kRequest, "invalid_api_key", "", ""},
        Row{ErrorKind::forbidden, 403, kRequest, "", "", ""},
        Row{ErrorKind::not_found, 404, kRequest, "", "", ""},
        Row{ErrorKind::method_not_allowed, 405, kRequest, "method_not_supported", "", ""},
        Row{ErrorKind::conflict, 409, kRequest, "conflict", "false", ""},
        Row{ErrorKind::too_large, 413, kRequest, "upload_too_large", "", ""},
        Row{ErrorKind::header_too_large, 431, kRequest, "header_too_large", "", ""},
        Row{ErrorKind::unsupported_media_type, 415, kRequest, "unsupported_content_type", "", ""},
        Row{ErrorKind::request_timeout, 408, kRequest, "request_timeout", "", ""},
        Row{ErrorKind::rate_limited, 429, "rate_limit_error", "rate_limit_exceeded", "", "5"},
        Row{ErrorKind::quota_exhausted, 429, "insufficient_quota", "insufficient_quota", "false",
            ""},
        Row{ErrorKind::content_rejected, 400, kRequest, "content_policy_violation", "", ""},
        Row{ErrorKind::queue_full, 503, kServer, "queue_full", "", "5"},
        Row{ErrorKind::queue_timeout, 504, kServer, "queue_timeout", "", ""},
        Row{ErrorKind::upstream_timeout, 504, kServer, "upstream_timeout", "false", ""},
        Row{ErrorKind::upstream_error, 502, kServer, "upstream_error", "false", ""},
        Row{ErrorKind::upstream_unavailable, 503, kServer, "upstream_unavailable", "", "5"},
        Row{ErrorKind::upstream_challenged, 503, kServer, "upstream_challenged", "", "60"},
        Row{ErrorKind::upstream_blocked, 503, kServer, "upstream_blocked", "false", ""},
        Row{ErrorKind::no_account_available, 503, kServer, "no_account_available", "", "30"},
        Row{ErrorKind::storage_unavailable, 503, kServer, "storage_unavailable", "false", ""},
        Row{ErrorKind::shutting_down, 503, kServer, "shutting_down", "", "5"},
        Row{ErrorKind::cancelled, 499, kServer, "cancelled", "false", ""}));

TEST(RenderError, CodeAndParamOfTheErrorAreShown) {
  const auto response = render_error(
      Error::not_found("no such model").with_code("model_not_found").with_param("model"), "req_1");
  EXPECT_EQ(error_in(response).at("code").as_string(), "model_not_found");
  EXPECT_EQ(error_in(response).at("param").as_string(), "model");
  EXPECT_EQ(error_in(response).at("message").as_string(), "no such model");
}

TEST(RenderError, AnInternalErrorTellsTheRequestIdAndNothingElse) {
  const auto response = render_error(
      Error(ErrorKind::internal, "secret in the message").with_detail("secret in the detail"),
      "req_42");
  EXPECT_EQ(response.pieces.at(0)->find("secret"), std::string::npos);
  EXPECT_NE(response.pieces.at(0)->find("req_42"), std::string::npos);
}

TEST(RenderError, DetailsNeverLeave) {
  const auto response =
      render_error(Error(ErrorKind::upstream_error, "it failed").with_detail("10.0.0.7"), "req_1");
  EXPECT_EQ(response.pieces.at(0)->find("10.0.0.7"), std::string::npos);
}

TEST(RenderError, RetryAfterIsRoundedUpToSeconds) {
  const auto response =
      render_error(Error(ErrorKind::queue_full, "full").with_retry_after(1'001ms), "req_1");
  EXPECT_EQ(header(response, "Retry-After"), "2");
  EXPECT_EQ(header(response, "x-should-retry"), "");
}

TEST(RenderError, ALongDelayIsCutToAMinuteAndNotToBeWaitedFor) {
  const auto response =
      render_error(Error(ErrorKind::rate_limited, "wait").with_retry_after(2h), "req_1");
  EXPECT_EQ(header(response, "Retry-After"), "60");
  EXPECT_EQ(header(response, "x-should-retry"), "false");
}

TEST(RenderError, AUselessRepeatIsSaidToBeUseless) {
  const auto response = render_error(Error(ErrorKind::queue_full, "full").without_retry(), "req_1");
  EXPECT_EQ(header(response, "x-should-retry"), "false");
}

TEST(RenderError, AMissingKeyIsAskedForAsBearer) {
  EXPECT_EQ(header(render_error(Error(ErrorKind::unauthenticated, "no key"), "req_1"),
                   "WWW-Authenticate"),
            "Bearer");
}

TEST(RenderError, WhateverTheMessageTheBodyIsJsonInUtf8) {
  const auto response = render_error(
      Error(ErrorKind::invalid_request, "bad \xFF \" \n 猫").with_param("p\xFE"), "req_1");
  EXPECT_NO_THROW(error_in(response));
}

TEST(Unrouted, NamesMethodAndPath) {
  http::RequestHead head;
  head.method = "GET";
  head.target = "/v1/nothing?x=1";
  const auto error = unrouted(head, "");
  EXPECT_EQ(error.kind(), ErrorKind::not_found);
  EXPECT_EQ(error.message(), "there is no GET /v1/nothing here; the API is under /v1");
}

TEST(Unrouted, NamesTheMethodsThatThePathTakes) {
  http::RequestHead head;
  head.method = "PUT";
  head.target = "/v1/models";
  const auto error = unrouted(head, "GET, HEAD");
  EXPECT_EQ(error.kind(), ErrorKind::method_not_allowed);
  EXPECT_EQ(error.message(), "/v1/models does not take PUT, only GET, HEAD");
}

TEST(Unrouted, WhatComesFromOutsideIsCutAndCleaned) {
  http::RequestHead head;
  head.method = std::string(500, 'M');
  head.target = "/\"`\x01\x7F" + std::string(5'000, 'a');
  const auto error = unrouted(head, "");
  EXPECT_LT(error.message().size(), 250u);
  EXPECT_EQ(error.message().find_first_of("\"`\x01\x7F"), std::string::npos);
}

}  // namespace
}  // namespace gw::api
