#include "providers/openai/errors.hpp"

#include "providers/openai/error_table.hpp"

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <utility>
#include <vector>

namespace gw::openai {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

using Headers = std::vector<std::pair<std::string, std::string>>;

IncomingAnswer reply(int status, std::string body, Headers headers = {},
                     std::string type = "application/json") {
  IncomingAnswer answer;
  answer.status = status;
  answer.headers = std::move(headers);
  answer.headers.emplace_back("content-type", std::move(type));
  if (!body.empty()) answer.body.blocks.push_back(std::move(body));
  return answer;
}

std::string envelope(const std::string& code, const std::string& message = "words",
                     const std::string& type = "some_error", const std::string& param = "") {
  return fmt::format(R"({{"error":{{"message":"{}","type":"{}","param":{},"code":{}}}}})", message,
                     type, param.empty() ? "null" : '"' + param + '"',
                     code.empty() ? "null" : '"' + code + '"');
}

Options options() {
  Options options;
  options.base_url = "https://inner.example.com/v1";
  options.api_key = Secret("sk-test-upstream");
  return options;
}

UpstreamFailure judged(const IncomingAnswer& answer) {
  return judge_answer(answer, options(), Service::images);
}

// --- one case for each row of the table

struct Case {
  const char* name;
  int status;
  std::string body;
  ErrorKind kind;
  Act act = Act::fail;
  const char* param = "";
  const char* code = "";
};

void PrintTo(const Case& row, std::ostream* out) {
  *out << row.name;
}

const Case kCases[] = {
    {"Content", 400, envelope("content_policy_violation"), ErrorKind::content_rejected, Act::fail,
     "prompt"},
    {"Moderation", 400, envelope("moderation_blocked", "no", "image_generation_user_error"),
     ErrorKind::content_rejected, Act::fail, "prompt"},
    {"ContentFilter", 400, envelope("content_filter"), ErrorKind::content_rejected, Act::fail,
     "prompt"},
    {"AzuresContentFilter", 400, envelope("contentFilter"), ErrorKind::content_rejected, Act::fail,
     "prompt"},
    {"ResponsibleAi", 400, envelope("ResponsibleAIPolicyViolation"), ErrorKind::content_rejected,
     Act::fail, "prompt"},
    {"SensitiveWords", 500, envelope("sensitive_words_detected"), ErrorKind::content_rejected,
     Act::fail, "prompt"},
    {"ContentModeration", 403, envelope("content_moderation"), ErrorKind::content_rejected,
     Act::fail, "prompt"},
    {"SafetySystem", 400, envelope("", "Your request was rejected by the safety system. Sorry."),
     ErrorKind::content_rejected, Act::fail, "prompt"},
    {"OldSafetySystem", 400,
     envelope("", "Your request was rejected as a result of our safety system."),
     ErrorKind::content_rejected, Act::fail, "prompt"},
    {"QuotaByCode", 429, envelope("insufficient_quota"), ErrorKind::quota_exhausted},
    {"QuotaByType", 429, envelope("", "spent", "insufficient_quota"), ErrorKind::quota_exhausted},
    {"HardLimit", 400, envelope("billing_hard_limit_reached"), ErrorKind::quota_exhausted},
    {"BillingNotActive", 429, envelope("billing_not_active"), ErrorKind::quota_exhausted},
    {"UserQuota", 403, envelope("insufficient_user_quota"), ErrorKind::quota_exhausted},
    {"PreConsumed", 403, envelope("pre_consume_token_quota_failed"), ErrorKind::quota_exhausted},
    {"PaymentRequired", 402, envelope(""), ErrorKind::quota_exhausted},
    {"NoModel", 404, envelope("model_not_found"), ErrorKind::not_found, Act::fail, "model",
     "model_not_found"},
    {"NoModelAnywhere", 503, envelope("model_not_found"), ErrorKind::not_found, Act::fail, "model",
     "model_not_found"},
    {"ModelNotAllowed", 403, envelope("model_not_allowed"), ErrorKind::not_found, Act::fail,
     "model", "model_not_found"},
    {"NoModelInWords", 404, envelope("", "The model `x` does not exist"), ErrorKind::not_found,
     Act::fail, "model", "model_not_found"},
    {"Country", 403, envelope("unsupported_country_region_territory"), ErrorKind::upstream_blocked},
    {"WrongKey", 401, envelope("invalid_api_key"), ErrorKind::no_account_available},
    {"Forbidden", 403, envelope(""), ErrorKind::no_account_available},
    {"RateLimit", 429, envelope("rate_limit_exceeded"), ErrorKind::rate_limited, Act::wait},
    {"RateLimitByType", 400, envelope("", "slow", "rate_limit_exceeded"), ErrorKind::rate_limited,
     Act::wait},
    {"TooManyRequests", 429, envelope(""), ErrorKind::rate_limited, Act::wait},
    {"QueueFull", 503, envelope("queue_full"), ErrorKind::queue_full, Act::wait},
    {"Overloaded", 503, envelope("server_is_overloaded"), ErrorKind::queue_full, Act::wait},
    {"OverloadedType", 529, envelope("", "busy", "overloaded_error"), ErrorKind::queue_full,
     Act::wait},
    {"ShuttingDown", 503, envelope("shutting_down"), ErrorKind::upstream_unavailable, Act::wait},
    {"QueueTimeout", 504, envelope("queue_timeout"), ErrorKind::queue_timeout},
    {"UpstreamTimeout", 504, envelope("upstream_timeout"), ErrorKind::upstream_timeout},
    {"Unavailable", 503, envelope("upstream_unavailable"), ErrorKind::upstream_unavailable},
    {"NoAccount", 503, envelope("no_account_available"), ErrorKind::no_account_available},
    {"UploadTooLarge", 413, envelope("upload_too_large"), ErrorKind::too_large, Act::fail, "image"},
    {"TooLarge", 413, envelope(""), ErrorKind::too_large, Act::fail, "image"},
    {"Invalid", 400, envelope("invalid_value", "Invalid size", "invalid_request_error", "size"),
     ErrorKind::invalid_request, Act::fail, "size", "invalid_value"},
    {"Unprocessable", 422, envelope("", "Invalid mask", "invalid_request_error", "mask"),
     ErrorKind::invalid_request, Act::fail, "mask"},
    {"NoService", 404, envelope("", "no such path"), ErrorKind::upstream_error},
    {"WrongMethod", 405, envelope(""), ErrorKind::upstream_error},
    {"GatewayTimeout", 504, envelope(""), ErrorKind::upstream_timeout},
    {"ServiceUnavailable", 503, envelope(""), ErrorKind::upstream_unavailable},
    {"ServerError", 500, envelope("", "oops", "server_error"), ErrorKind::upstream_error},
    {"UpstreamError", 502, envelope("upstream_error"), ErrorKind::upstream_error},
};

class ErrorRows : public testing::TestWithParam<Case> {};

TEST_P(ErrorRows, MeanWhatTheTableSays) {
  const auto& row = GetParam();
  const auto failure = judged(reply(row.status, row.body));
  EXPECT_EQ(failure.error.kind(), row.kind);
  EXPECT_EQ(failure.act, row.act);
  EXPECT_EQ(failure.error.param(), row.param);
  EXPECT_EQ(failure.error.code(), row.code);
  EXPECT_FALSE(failure.slot_unsure) << "the upstream has answered";
  EXPECT_FALSE(failure.error.message().empty());
  EXPECT_THAT(failure.error.detail(), HasSubstr("upstream " + std::to_string(row.status)));
}

INSTANTIATE_TEST_SUITE_P(Table, ErrorRows, testing::ValuesIn(kCases),
                         [](const auto& test) { return test.param.name; });

TEST(ErrorTable, HasACaseForEachRow) {
  EXPECT_GE(std::size(kCases), error_rows().size());
}

// --- servers in front

struct Front {
  int status;
  ErrorKind kind;
  bool unsure;
};

class FrontRows : public testing::TestWithParam<Front> {};

TEST_P(FrontRows, MeanWhatTheTableSays) {
  const auto& [status, kind, unsure] = GetParam();
  const auto failure = judged(reply(status, "<html>", {}, "text/html; charset=utf-8"));
  EXPECT_EQ(failure.error.kind(), kind);
  EXPECT_EQ(failure.slot_unsure, unsure);
  EXPECT_EQ(failure.act, status == 429 ? Act::wait : Act::fail);
  EXPECT_THAT(failure.error.detail(), HasSubstr("text/html"));
}

INSTANTIATE_TEST_SUITE_P(Table, FrontRows,
                         testing::Values(Front{200, ErrorKind::upstream_error, true},
                                         Front{302, ErrorKind::upstream_error, false},
                                         Front{401, ErrorKind::no_account_available, false},
                                         Front{403, ErrorKind::upstream_blocked, false},
                                         Front{404, ErrorKind::upstream_error, false},
                                         Front{413, ErrorKind::too_large, false},
                                         Front{429, ErrorKind::rate_limited, false},
                                         Front{418, ErrorKind::upstream_error, false},
                                         Front{500, ErrorKind::upstream_error, true},
                                         Front{502, ErrorKind::upstream_error, true},
                                         Front{503, ErrorKind::upstream_unavailable, true},
                                         Front{504, ErrorKind::upstream_timeout, true}));

TEST(Judging, KnowsWhatAnEdgeAnsweredInItsPlace) {
  TransferFault fault;
  fault.error = Error(ErrorKind::upstream_challenged, "a human is wanted");
  fault.edge = EdgeTrouble{
      .advice = EdgeTrouble::Advice::hold, .challenged = true, .shut = true, .shut_for = {}};
  const auto failure = judge_fault(fault);
  EXPECT_EQ(failure.error.kind(), ErrorKind::upstream_challenged);
  EXPECT_EQ(failure.act, Act::wait);
  EXPECT_TRUE(failure.shut);
}

// --- what is told, and to whom

TEST(Judging, HandsOnWordsAboutTheRequest) {
  const auto failure = judged(reply(
      400, envelope("invalid_value", "Invalid size '7x7'.", "invalid_request_error", "size")));
  EXPECT_EQ(failure.error.message(), "the upstream says: Invalid size '7x7'.");
}

TEST(Judging, KeepsOtherWordsForTheLog) {
  const auto failure =
      judged(reply(400, envelope("", "no host db.internal", "invalid_request_error", "size")));
  EXPECT_EQ(failure.error.kind(), ErrorKind::invalid_request);
  EXPECT_EQ(failure.error.message(), "the upstream does not accept this value of `size`");
  EXPECT_THAT(failure.error.detail(), HasSubstr("db.internal"));
}

TEST(Judging, DoesNotBlameAClientForOurOwnParameters) {
  for (const auto* param : {"partial_images", "stream", "n", "response_format"}) {
    const auto failure = judged(reply(
        400, envelope("unknown_parameter", "Unknown parameter", "invalid_request_error", param)));
    EXPECT_EQ(failure.error.kind(), ErrorKind::upstream_error) << param;
  }
}

TEST(Judging, NamesNoParameterThatIsNotNamed) {
  const auto told = judged(reply(400, envelope("", "The picture is empty.")));
  EXPECT_EQ(told.error.kind(), ErrorKind::invalid_request);
  EXPECT_EQ(told.error.param(), "");
  const auto untold = judged(reply(400, envelope("", "see https://example.com")));
  EXPECT_EQ(untold.error.kind(), ErrorKind::upstream_error);
}

TEST(Judging, NeverShowsTheKey) {
  for (const int status : {400, 401, 500}) {
    const auto failure = judged(reply(
        status, envelope("invalid_api_key", "Incorrect API key provided: sk-test-upstream.")));
    EXPECT_THAT(failure.error.message(), Not(HasSubstr("sk-test")));
    EXPECT_THAT(failure.error.detail(), Not(HasSubstr("sk-test")));
    EXPECT_THAT(failure.error.detail(), HasSubstr("***"));
  }
}

TEST(Judging, NeverShowsTheHost) {
  const auto failure =
      judged(reply(400, envelope("", "inner.example.com does not know this", "x", "prompt")));
  EXPECT_THAT(failure.error.message(), Not(HasSubstr("inner")));
}

TEST(Judging, ReadsOtherFormsOfTheEnvelope) {
  EXPECT_EQ(judged(reply(400, R"({"error":"rejected by the safety system"})")).error.kind(),
            ErrorKind::content_rejected);
  EXPECT_EQ(judged(reply(429, R"({"message":"x","code":"insufficient_quota"})")).error.kind(),
            ErrorKind::quota_exhausted);
  EXPECT_THAT(judged(reply(400, R"({"detail":"too short"})")).error.message(),
              HasSubstr("too short"));
  EXPECT_EQ(judged(reply(500, R"({"error":{"code":500,"message":"x","type":""}})")).error.kind(),
            ErrorKind::upstream_error);
  EXPECT_EQ(judged(reply(500, "{}")).error.kind(), ErrorKind::upstream_error);
  EXPECT_EQ(judged(reply(500, std::string(100'000, ' '))).error.kind(), ErrorKind::upstream_error);
}

TEST(Judging, OfChatNamesChatsParameters) {
  const auto failure =
      judge_answer(reply(400, envelope("context_length_exceeded", "Too many tokens.",
                                       "invalid_request_error", "messages")),
                   options(), Service::chat);
  EXPECT_EQ(failure.error.param(), "messages");
  EXPECT_EQ(failure.error.code(), "context_length_exceeded");
  const auto refused =
      judge_answer(reply(400, envelope("content_filter")), options(), Service::chat);
  EXPECT_EQ(refused.error.param(), "");
}

// --- when to come back

TEST(Judging, WaitsAsLongAsTheUpstreamSays) {
  const auto body = envelope("rate_limit_exceeded");
  EXPECT_EQ(judged(reply(429, body)).pause, 5s);
  EXPECT_EQ(judged(reply(429, body, {{"retry-after", "7"}})).pause, 7s);
  EXPECT_EQ(judged(reply(429, body, {{"retry-after", "0.5"}})).pause, 500ms);
  EXPECT_EQ(judged(reply(429, body, {{"retry-after", "7"}, {"retry-after-ms", "1500"}})).pause,
            1500ms);
  EXPECT_EQ(judged(reply(429, body, {{"retry-after", "86400"}})).pause, 60s);
  EXPECT_EQ(judged(reply(429, body, {{"retry-after", "1e300"}})).pause, 60s);
  EXPECT_EQ(judged(reply(429, body, {{"retry-after", "-3"}})).pause, 5s);
  EXPECT_EQ(judged(reply(429, body, {{"retry-after", "nan"}})).pause, 5s);
  EXPECT_EQ(judged(reply(429, body, {{"retry-after", "Wed, 21 Oct 2026 07:28:00 GMT"}})).pause, 5s);
}

TEST(Judging, TellsClientsWhatRepeatingIsGoodFor) {
  EXPECT_TRUE(judged(reply(400, envelope("moderation_blocked"))).error.retry_useless());
  EXPECT_TRUE(judged(reply(429, envelope("insufficient_quota"))).error.retry_useless());
  EXPECT_TRUE(judged(reply(401, envelope(""))).error.retry_useless());
  EXPECT_EQ(judged(reply(429, envelope(""), {{"retry-after", "9"}})).error.retry_after(), 9s);
}

TEST(Judging, OfAnEventIsFinal) {
  const auto blocked = judge_event({.code = "moderation_blocked"}, options());
  EXPECT_EQ(blocked.error.kind(), ErrorKind::content_rejected);
  const auto full = judge_event({.code = "queue_full"}, options());
  EXPECT_EQ(full.error.kind(), ErrorKind::queue_full);
  EXPECT_EQ(full.act, Act::fail);
  const auto invalid = judge_event(
      {.type = "invalid_request_error", .param = "size", .message = "Invalid size"}, options());
  EXPECT_EQ(invalid.error.kind(), ErrorKind::invalid_request);
  EXPECT_EQ(judge_event({}, options()).error.kind(), ErrorKind::upstream_error);
}

TEST(Judging, OfAFaultKnowsWhetherTheSlotIsFree) {
  TransferFault fault;
  fault.stage = TransferFault::Stage::before_send;
  EXPECT_FALSE(judge_fault(fault).slot_unsure);
  EXPECT_TRUE(judge_fault(fault).unpaid);
  fault.stage = TransferFault::Stage::unsure;
  EXPECT_TRUE(judge_fault(fault).slot_unsure);
  EXPECT_FALSE(judge_fault(fault).unpaid);
  EXPECT_TRUE(judge_fault(fault).transport_fault);
}

// What another upstream may be asked instead.
TEST(Judging, KnowsWhatWasNotPaid) {
  EXPECT_TRUE(judged(reply(429, envelope("insufficient_quota"))).unpaid);
  EXPECT_TRUE(judged(reply(401, envelope("invalid_api_key"))).unpaid);
  EXPECT_TRUE(judged(reply(503, envelope("queue_full"))).unpaid);
  EXPECT_TRUE(judged(reply(403, "<html>", {}, "text/html")).unpaid);
  EXPECT_FALSE(judged(reply(400, envelope("content_policy_violation"))).unpaid)
      << "nobody is asked again for what was rejected";
  EXPECT_FALSE(judged(reply(500, envelope("server_error"))).unpaid);
  EXPECT_FALSE(judged(reply(502, "<html>", {}, "text/html")).unpaid);
  EXPECT_FALSE(judged(reply(200, "<html>", {}, "text/html")).unpaid);
  EXPECT_FALSE(judge_event({.code = "insufficient_quota"}, options()).unpaid) << "it had begun";
}

TEST(Judging, KnowsWhatIsNotWorking) {
  EXPECT_TRUE(judged(reply(500, envelope("server_error"))).transport_fault);
  EXPECT_TRUE(judged(reply(502, "<html>", {}, "text/html")).transport_fault);
  EXPECT_FALSE(judged(reply(503, envelope("queue_full"))).transport_fault);
  EXPECT_FALSE(judged(reply(500, envelope("sensitive_words_detected"))).transport_fault);
  EXPECT_FALSE(judged(reply(404, "<html>", {}, "text/html")).transport_fault);
}

TEST(Judging, KnowsAServerThatRefusesResponseFormat) {
  ImageOrder order;
  order.prompt = "a cat";
  EXPECT_TRUE(refuses_response_format(
      reply(400, envelope("unknown_parameter", "Unknown parameter: 'response_format'.")), order));
  EXPECT_TRUE(
      refuses_response_format(reply(422, envelope("", "response_format is not supported")), order));
  EXPECT_FALSE(refuses_response_format(reply(400, envelope("", "Invalid size")), order));
  EXPECT_FALSE(refuses_response_format(reply(500, envelope("", "response_format")), order));
  // What a client writes must not change what others are asked with.
  ImageOrder quoted;
  quoted.prompt = "a sign that says response_format";
  EXPECT_FALSE(refuses_response_format(
      reply(400, envelope("", "Invalid prompt: a sign that says response_format")), quoted));
}

}  // namespace
}  // namespace gw::openai
