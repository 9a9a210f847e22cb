#include "providers/dreamifly/errors.hpp"

#include "providers/dreamifly/error_table.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <string>

namespace gw::dreamifly {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

// 2026-11-22T23:17:00Z
const WallTime kNow{std::chrono::seconds(1'795'389'420)};

IncomingAnswer answer(int status, std::string body, std::string type = "application/json") {
  IncomingAnswer answer;
  answer.status = status;
  answer.headers = {{"content-type", std::move(type)}};
  if (!body.empty()) answer.body.blocks = {std::move(body)};
  return answer;
}

struct Expected {
  std::string name;
  int status;
  std::string body;
  Act act;
  Scope scope;
  ErrorKind kind;
  std::string param = "";
  bool unpaid = false;
  std::optional<AccountState> account = std::nullopt;
};

void PrintTo(const Expected& row, std::ostream* out) {
  *out << row.name;
}

class EveryRow : public testing::TestWithParam<Expected> {};

TEST_P(EveryRow, is_judged_as_the_protocol_says) {
  const auto& row = GetParam();
  const auto refusal = judge_answer(answer(row.status, row.body), kNow);
  EXPECT_EQ(refusal.failure.act, row.act);
  EXPECT_EQ(refusal.failure.scope, row.scope);
  EXPECT_EQ(refusal.failure.error.kind(), row.kind);
  EXPECT_EQ(refusal.failure.error.param(), row.param);
  EXPECT_FALSE(refusal.failure.error.message().empty());
  EXPECT_FALSE(refusal.failure.slot_unsure);
  EXPECT_EQ(refusal.failure.concurrency_refusal, row.act == Act::wait);
  EXPECT_EQ(refusal.failure.pause > 0s, row.act == Act::wait || row.act == Act::once);
  if (const auto delay = refusal.failure.error.retry_after()) EXPECT_LE(*delay, 60s);
  EXPECT_EQ(refusal.failure.unpaid, row.unpaid);
  EXPECT_EQ(refusal.failure.status, row.status);
  EXPECT_FALSE(refusal.failure.transport_fault);
  const auto& found = refusal.failure.account;
  EXPECT_EQ(found ? std::optional(found->state) : std::nullopt, row.account);
  if (found) EXPECT_TRUE(found->own_trouble);
  if (row.scope == Scope::host) EXPECT_FALSE(found) << "it would be the same for any account";
}

INSTANTIATE_TEST_SUITE_P(
    Errors, EveryRow,
    testing::Values(
        Expected{"no_header", 401, R"({"error":"Missing or invalid Authorization header"})",
                 Act::fail, Scope::host, ErrorKind::upstream_error, "", true},
        Expected{"bad_token", 401, R"({"error":"Invalid API key"})", Act::fail, Scope::host,
                 ErrorKind::upstream_error, "", true},
        Expected{
            "login_for_pictures", 401,
            R"({"error":"图改图功能仅限登录用户使用，请先登录后再使用","code":"LOGIN_REQUIRED_FOR_I2I"})",
            Act::relogin, Scope::account, ErrorKind::no_account_available, "", true},
        Expected{"login", 401,
                 R"({"error":"该模型仅限登录用户使用，请先登录后再使用","code":"LOGIN_REQUIRED"})",
                 Act::relogin, Scope::account, ErrorKind::no_account_available, "", true},
        Expected{"blacklisted", 403,
                 R"({"error":"您的IP地址已被加入黑名单，无法使用此服务","code":"IP_BLACKLISTED"})",
                 Act::fail, Scope::host, ErrorKind::upstream_blocked, "", true},
        Expected{"banned", 403,
                 R"({"error":"您的账号已被封禁，无法使用此服务","code":"USER_BANNED"})", Act::other,
                 Scope::account, ErrorKind::no_account_available, "", true, AccountState::banned},
        Expected{
            "host_busy", 429,
            R"({"error":"当前有 1 个","code":"IP_CONCURRENCY_LIMIT_EXCEEDED","currentConcurrency":1,"maxConcurrency":1})",
            Act::wait, Scope::host, ErrorKind::queue_full, "", true},
        Expected{
            "account_busy", 429,
            R"({"error":"您当前有 2 个","code":"CONCURRENCY_LIMIT_EXCEEDED","currentCount":2,"maxConcurrent":2})",
            Act::wait, Scope::account, ErrorKind::queue_full, "", true},
        Expected{
            "host_allowance", 429,
            R"({"error":"今日","code":"IP_DAILY_LIMIT_EXCEEDED","dailyCount":27,"maxDailyRequests":3})",
            Act::fail, Scope::host, ErrorKind::quota_exhausted, "", true},
        Expected{
            "account_allowance", 429,
            R"({"error":"您今日","code":"DAILY_LIMIT_EXCEEDED","dailyCount":50,"maxDailyRequests":50})",
            Act::other, Scope::account, ErrorKind::quota_exhausted, "", true,
            AccountState::resting},
        Expected{"points", 402,
                 R"({"error":"积分不足。","code":"INSUFFICIENT_POINTS","requiredPoints":10})",
                 Act::other, Scope::account, ErrorKind::quota_exhausted, "", true,
                 AccountState::ready},
        Expected{"booking", 500, R"({"error":"x","code":"POINTS_DEDUCTION_FAILED"})", Act::once,
                 Scope::host, ErrorKind::upstream_error},
        Expected{"size", 400, R"({"error":"Invalid image dimensions"})", Act::fail, Scope::request,
                 ErrorKind::invalid_request, "size"},
        Expected{
            "steps", 400,
            R"({"error":"Invalid steps value. Only 10 or 20 steps are allowed for this model."})",
            Act::fail, Scope::request, ErrorKind::invalid_request, "steps"},
        Expected{"pixels", 400, R"({"error":"x","code":"IMAGE_PIXEL_LIMIT_EXCEEDED"})", Act::fail,
                 Scope::request, ErrorKind::invalid_request, "size"},
        Expected{"our_json", 500,
                 R"({"error":"Expected property name or '}' in JSON at position 1"})", Act::fail,
                 Scope::request, ErrorKind::upstream_error, "", true},
        Expected{"model_or_mode", 500, R"({"error":"模型 No-Such 的工作流未找到或为空"})",
                 Act::fail, Scope::request, ErrorKind::invalid_request, "model"},
        Expected{"not_offered", 500, R"({"error":"模型 Flux-2 的服务URL未配置，请检查环境变量"})",
                 Act::fail, Scope::request, ErrorKind::not_found, "model"},
        Expected{"references", 500,
                 R"-({"error":"Cannot read properties of undefined (reading 'inputs')"})-",
                 Act::fail, Scope::request, ErrorKind::invalid_request, "image"},
        Expected{"gpu_failed", 500, R"({"error":"ComfyUI服务错误 (500): CUDA out of memory"})",
                 Act::once, Scope::host, ErrorKind::upstream_error},
        Expected{"gpu_busy", 500, R"({"error":"ComfyUI服务不可用 (503): busy。请检查"})", Act::once,
                 Scope::host, ErrorKind::upstream_error},
        Expected{"gpu_unreachable", 500,
                 R"({"error":"无法连接到ComfyUI服务 (http://10.1.2.3:8188)。请检查"})", Act::once,
                 Scope::host, ErrorKind::upstream_error},
        Expected{"gpu_404", 500,
                 R"({"error":"API 端点不存在 (404): http://10.1.2.3:8188/prompt。"})", Act::once,
                 Scope::host, ErrorKind::upstream_error},
        Expected{"gpu_shape", 500, R"({"error":"无效的响应格式: 缺少images数据"})", Act::once,
                 Scope::host, ErrorKind::upstream_error},
        Expected{"gpu_html", 500,
                 R"({"error":"Unexpected token '<', \"<html>\" is not valid JSON"})", Act::once,
                 Scope::host, ErrorKind::upstream_error},
        Expected{"gpu_empty", 500, R"({"error":"Unexpected end of JSON input"})", Act::once,
                 Scope::host, ErrorKind::upstream_error},
        Expected{"gpu_old_json", 500, R"({"error":"Unexpected token < in JSON at position 0"})",
                 Act::once, Scope::host, ErrorKind::upstream_error},
        Expected{"grok", 500, R"({"error":"Grok API 错误 (403): refused"})", Act::fail,
                 Scope::request, ErrorKind::upstream_error},
        Expected{"replicate", 500, R"({"error":"Prediction failed: x"})", Act::fail, Scope::request,
                 ErrorKind::upstream_error},
        Expected{"vendor_network", 500, R"({"error":"fetch failed"})", Act::fail, Scope::request,
                 ErrorKind::upstream_error},
        Expected{"anything_else", 500, R"({"error":"secret at 10.1.2.3"})", Act::fail, Scope::host,
                 ErrorKind::upstream_error},
        Expected{"new_400", 400, R"({"error":"x","code":"NEW"})", Act::fail, Scope::request,
                 ErrorKind::invalid_request},
        Expected{"new_401", 401, R"({"error":"x","code":"NEW"})", Act::fail, Scope::host,
                 ErrorKind::upstream_error},
        Expected{"new_403", 403, R"({"error":"x","code":"NEW"})", Act::fail, Scope::host,
                 ErrorKind::upstream_blocked},
        Expected{"new_429", 429, R"({"error":"x","code":"NEW"})", Act::once, Scope::host,
                 ErrorKind::upstream_unavailable},
        Expected{"new_status", 418, R"({"error":"x"})", Act::fail, Scope::host,
                 ErrorKind::upstream_error}),
    [](const auto& each) { return each.param.name; });

// No row stands behind another one that takes its answers away.
TEST(ErrorTable, has_no_row_that_is_never_found) {
  for (const auto& row : error_rows()) {
    const auto body =
        R"({"error":")" + std::string(row.text) + R"(","code":")" + std::string(row.code) + R"("})";
    const auto failure = judge_answer(answer(row.status, body), kNow).failure;
    SCOPED_TRACE(body);
    EXPECT_EQ(failure.act, row.act);
    EXPECT_EQ(failure.scope, row.scope);
    EXPECT_EQ(failure.error.kind(), row.kind);
    EXPECT_EQ(failure.pause, row.pause);
    EXPECT_THAT(failure.error.message(), StartsWith(std::string(row.message)));
    EXPECT_EQ(judge_answer(answer(row.status, body), kNow).cause, row.cause);
  }
}

TEST(ErrorTable, of_front_servers_ends_with_a_row_for_everything) {
  for (int status = 0; status < 1'000; ++status) {
    const auto failure = judge_answer(answer(status, "x", "text/plain"), kNow).failure;
    EXPECT_FALSE(failure.error.message().empty()) << status;
    // A repeat by itself only where it is sure that no job was started.
    EXPECT_FALSE(failure.slot_unsure && failure.act != Act::fail) << status;
  }
}

TEST(Errors, know_what_an_account_has_to_do_with_it) {
  const auto cause = [](std::string code, int status) {
    return judge_answer(answer(status, R"({"error":"x","code":")" + code + "\"}"), kNow).cause;
  };
  EXPECT_EQ(cause("LOGIN_REQUIRED", 401), Cause::login_required);
  EXPECT_EQ(cause("LOGIN_REQUIRED_FOR_I2I", 401), Cause::login_required);
  EXPECT_EQ(cause("DAILY_LIMIT_EXCEEDED", 429), Cause::used_up);
  EXPECT_EQ(cause("INSUFFICIENT_POINTS", 402), Cause::used_up);
  EXPECT_EQ(cause("IP_BLACKLISTED", 403), Cause::other);
}

TEST(Errors, of_free_calls_hold_no_slot) {
  for (const auto& odd : {answer(500, R"({"error":"secret"})"), answer(502, "x", "text/plain"),
                          answer(200, "<html></html>", "text/html"),
                          answer(429, R"({"code":"IP_CONCURRENCY_LIMIT_EXCEEDED"})")}) {
    const auto failure = judge_free_answer("GET /api/time", odd);
    EXPECT_FALSE(failure.slot_unsure);
    EXPECT_FALSE(failure.concurrency_refusal);
    EXPECT_EQ(failure.act == Act::once, odd.status >= 500);
    EXPECT_THAT(failure.error.detail(), HasSubstr("GET /api/time"));
    EXPECT_THAT(failure.error.message(), Not(HasSubstr("secret")));
  }
}

TEST(Errors, never_show_the_upstreams_text_to_clients) {
  for (const auto* text : {"无法连接到ComfyUI服务 (http://10.1.2.3:8188)", "secret of 10.1.2.3",
                           "Grok API 错误 10.1.2.3"}) {
    const auto refusal =
        judge_answer(answer(500, std::string(R"({"error":")") + text + "\"}"), kNow);
    EXPECT_THAT(refusal.failure.error.message(), Not(HasSubstr("10.1.2.3")));
    EXPECT_THAT(refusal.failure.error.detail(), HasSubstr("10.1.2.3"));
  }
}

TEST(Errors, tell_when_an_allowance_comes_back_instead_of_a_long_retry_after) {
  const auto host = judge_answer(answer(429, R"({"code":"IP_DAILY_LIMIT_EXCEEDED"})"), kNow);
  EXPECT_THAT(host.failure.error.message(), HasSubstr("until 2026-11-23T20:00Z"));
  EXPECT_FALSE(host.failure.error.retry_after());
  EXPECT_TRUE(host.failure.error.retry_useless());
  ASSERT_TRUE(host.failure.shut);
  EXPECT_EQ(host.failure.shut->for_at_least, 20h + 43min);

  const auto account = judge_answer(answer(429, R"({"code":"DAILY_LIMIT_EXCEEDED"})"), kNow);
  EXPECT_THAT(account.failure.error.message(), HasSubstr("until 2026-11-23T16:00Z"));
  EXPECT_FALSE(account.failure.shut);
  ASSERT_TRUE(account.failure.account);
  EXPECT_EQ(account.failure.account->rest, 16h + 43min);
  EXPECT_EQ(until_account_reset(kNow), 16h + 43min);
}

TEST(Errors, give_a_short_wait_as_retry_after) {
  const auto soon = kNow + 20h + 42min + 30s;
  const auto refusal = judge_answer(answer(429, R"({"code":"IP_DAILY_LIMIT_EXCEEDED"})"), soon);
  EXPECT_EQ(refusal.failure.error.retry_after(), 30s);
  EXPECT_FALSE(refusal.failure.error.retry_useless());
}

TEST(Errors, tell_what_an_account_has_left) {
  const auto left = [](int status, const std::string& body) {
    return judge_answer(answer(status, body), kNow).failure.account->allowance.value();
  };
  EXPECT_EQ(left(402, R"({"code":"INSUFFICIENT_POINTS","requiredPoints":10})").points, 9);
  EXPECT_EQ(
      left(402, R"({"code":"INSUFFICIENT_POINTS","requiredPoints":10,"currentBalance":4})").points,
      4);
  EXPECT_EQ(left(402, "{}").points, std::nullopt);
  const auto day =
      left(429, R"({"code":"DAILY_LIMIT_EXCEEDED","dailyCount":50,"maxDailyRequests":50})");
  EXPECT_EQ(day.drawn_today, 50);
  EXPECT_EQ(day.daily_limit, 49);
  EXPECT_EQ(day.points, std::nullopt) << "not told";
  EXPECT_EQ(day.read, kNow);
}

TEST(Errors, say_how_many_points_are_needed) {
  const auto refusal =
      judge_answer(answer(402, R"({"code":"INSUFFICIENT_POINTS","requiredPoints":9})"), kNow);
  EXPECT_THAT(refusal.failure.error.message(), HasSubstr("9 needed"));
  EXPECT_TRUE(refusal.failure.error.retry_useless());
}

TEST(Errors, name_a_model_that_is_not_offered_as_clients_expect_it) {
  const auto refusal =
      judge_answer(answer(500, R"({"error":"模型 Flux-2 的服务URL未配置"})"), kNow);
  EXPECT_EQ(refusal.failure.error.code(), "model_not_found");
}

TEST(Errors, tell_a_refused_token_from_the_other_401s) {
  EXPECT_EQ(judge_answer(answer(401, R"({"error":"Invalid API key"})"), kNow).cause,
            Cause::token_refused);
  EXPECT_NE(judge_answer(answer(401, R"({"code":"LOGIN_REQUIRED"})"), kNow).cause,
            Cause::token_refused);
}

TEST(Errors, leave_a_host_alone_that_has_blocked_us) {
  const auto shut = [](int status, const std::string& body) {
    return judge_answer(answer(status, body), kNow).failure.shut;
  };
  const auto blocked = shut(403, R"({"code":"IP_BLACKLISTED"})");
  ASSERT_TRUE(blocked);
  EXPECT_EQ(blocked->for_at_least, 10min);
  EXPECT_EQ(blocked->reason.kind(), ErrorKind::upstream_blocked);
  const auto token = shut(401, R"({"error":"Invalid API key"})");
  ASSERT_TRUE(token);
  EXPECT_EQ(token->for_at_least, 1min);
  EXPECT_FALSE(shut(403, R"({"code":"USER_BANNED"})"));
  EXPECT_FALSE(shut(429, R"({"code":"IP_CONCURRENCY_LIMIT_EXCEEDED"})"));
}

TEST(Errors, do_not_know_about_the_slot_when_a_front_server_answers_with_5xx) {
  for (const int status : {200, 500, 502, 503, 504, 520, 524}) {
    const auto refusal = judge_answer(answer(status, "<html></html>", "text/html"), kNow);
    EXPECT_TRUE(refusal.failure.slot_unsure) << status;
    EXPECT_EQ(refusal.failure.act, Act::fail) << status;
    EXPECT_FALSE(refusal.failure.unpaid) << status;
    EXPECT_TRUE(refusal.failure.transport_fault) << status;
    EXPECT_EQ(refusal.failure.status, status);
  }
  EXPECT_TRUE(judge_answer(answer(502, "{}"), kNow).failure.slot_unsure);
}

TEST(Errors, know_that_no_drawing_began_when_a_front_server_refuses) {
  for (const int status : {301, 308, 403, 404, 405, 413, 429, 451}) {
    const auto failure = judge_answer(answer(status, "<html></html>", "text/html"), kNow).failure;
    EXPECT_FALSE(failure.slot_unsure) << status;
    EXPECT_TRUE(failure.unpaid) << status;
    EXPECT_FALSE(failure.transport_fault) << status;
  }
}

TEST(Errors, judge_front_servers_by_status) {
  const auto kind = [](int status) {
    return judge_answer(answer(status, "no", "text/plain"), kNow).failure.error.kind();
  };
  EXPECT_EQ(kind(413), ErrorKind::too_large);
  EXPECT_EQ(kind(403), ErrorKind::upstream_blocked);
  EXPECT_EQ(kind(503), ErrorKind::upstream_unavailable);
  EXPECT_EQ(kind(504), ErrorKind::upstream_timeout);
  EXPECT_EQ(kind(502), ErrorKind::upstream_error);
  EXPECT_EQ(kind(200), ErrorKind::upstream_error);
}

TEST(Errors, bound_a_front_servers_retry_after) {
  auto limited = answer(429, "slow down", "text/plain");
  limited.headers.emplace_back("retry-after", "3600");
  const auto refusal = judge_answer(limited, kNow);
  EXPECT_EQ(refusal.failure.act, Act::once);
  EXPECT_EQ(refusal.failure.error.retry_after(), 60s);
}

TEST(Errors, know_a_challenge) {
  auto challenge = answer(403, "<html></html>", "text/html; charset=UTF-8");
  challenge.headers.emplace_back("cf-mitigated", "challenge");
  const auto refusal = judge_answer(challenge, kNow);
  EXPECT_EQ(refusal.failure.error.kind(), ErrorKind::upstream_challenged);
  EXPECT_FALSE(refusal.failure.slot_unsure);
}

TEST(Errors, take_what_an_edge_answered_for_what_it_means_of_the_host) {
  TransferFault fault;
  fault.error = Error(ErrorKind::upstream_challenged, "a human is wanted");
  fault.edge = EdgeTrouble{
      .advice = EdgeTrouble::Advice::hold, .challenged = true, .shut = true, .shut_for = {}};
  for (const auto& failure : {judge_fault(fault), judge_free_fault("GET /api/time", fault)}) {
    EXPECT_EQ(failure.error.kind(), ErrorKind::upstream_challenged);
    EXPECT_EQ(failure.act, Act::wait);
    EXPECT_TRUE(failure.shut);
  }
  fault.stage = TransferFault::Stage::unsure;
  fault.edge = EdgeTrouble();
  EXPECT_TRUE(judge_fault(fault).slot_unsure);
  const auto free = judge_free_fault("GET /api/time", fault);
  EXPECT_FALSE(free.slot_unsure) << "no drawing was asked for";
  EXPECT_EQ(free.act, Act::once);
}

TEST(Errors, survive_bodies_that_are_not_what_they_say) {
  for (const auto& body :
       {std::string("{bad"), std::string("[]"), std::string("\"x\""),
        std::string(R"({"error":{"a":1},"code":7})"), std::string(), std::string(100'000, ' ')}) {
    EXPECT_EQ(judge_answer(answer(500, body), kNow).failure.error.kind(),
              ErrorKind::upstream_error);
  }
}

TEST(Errors, know_json_by_its_whole_name) {
  EXPECT_TRUE(is_json(answer(200, "", "application/json")));
  EXPECT_TRUE(is_json(answer(200, "", "Application/JSON ; charset=utf-8")));
  EXPECT_FALSE(is_json(answer(200, "", "application/jsonp")));
  EXPECT_FALSE(is_json(answer(200, "", "")));
}

TEST(Errors, keep_a_slot_unsure_only_if_something_was_sent) {
  TransferFault fault;
  fault.error = Error(ErrorKind::upstream_unavailable, "x");
  EXPECT_FALSE(judge_fault(fault).slot_unsure);
  EXPECT_TRUE(judge_fault(fault).unpaid);
  EXPECT_TRUE(judge_fault(fault).transport_fault);
  fault.stage = TransferFault::Stage::unsure;
  EXPECT_TRUE(judge_fault(fault).slot_unsure);
  EXPECT_FALSE(judge_fault(fault).unpaid);
  EXPECT_EQ(judge_fault(fault).act, Act::fail);
  EXPECT_TRUE(judge_free_fault("GET /api/time", fault).transport_fault);
}

}  // namespace
}  // namespace gw::dreamifly
