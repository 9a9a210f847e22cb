#include "transport/edge/classify.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

// The cases of cloudflare-upstream §8, by their numbers; the pages are ours.
namespace gw::edge {
namespace {

using namespace std::chrono_literals;
using Headers = std::vector<std::pair<std::string, std::string>>;

// 2026-11-22T23:17:00Z
const WallTime kNow{std::chrono::seconds(1'795'389'420)};

const Headers kEdge = {{"server", "cloudflare"}, {"cf-ray", "8c1f0a2b3c4d5e6f-FRA"}};
const std::string kChallengePage =
    "<!DOCTYPE html><html><head><title>Just a moment...</title></head><body><script>"
    "window._cf_chl_opt={cType:'managed'};</script></body></html>";
const std::string kChallengeScript =
    "<script src=\"/cdn-cgi/challenge-platform/h/g/orchestrate/chl_page/v1\"></script>";

IncomingAnswer answer(int status, std::string type, std::string body, Headers headers = kEdge) {
  IncomingAnswer answer;
  answer.status = status;
  answer.headers = std::move(headers);
  if (!type.empty()) answer.headers.emplace_back("content-type", std::move(type));
  if (!body.empty()) answer.body.blocks = {std::move(body)};
  return answer;
}

IncomingAnswer with(IncomingAnswer answer, std::string name, std::string value) {
  answer.headers.emplace_back(std::move(name), std::move(value));
  return answer;
}

IncomingAnswer html(int status, std::string body, Headers headers = kEdge) {
  return answer(status, "text/html; charset=UTF-8", std::move(body), std::move(headers));
}

IncomingAnswer json(int status, std::string body, Headers headers = kEdge) {
  return answer(status, "application/json", std::move(body), std::move(headers));
}

std::string page_of(int code) {
  return "<html><head><style>.cf-error-code{color:red}</style><title>Access denied | example.com "
         "used Cloudflare</title></head><body><div id=\"cf-error-details\"><h1><span>Error</span> "
         "<span class=\"cf-error-code\">" +
         std::to_string(code) + "</span></h1></div></body></html>";
}

std::string structured(int code, int status) {
  return R"({"type":"https://example.com/errors","status":)" + std::to_string(status) +
         R"(,"cloudflare_error":true,"retryable":true,"error_code":)" + std::to_string(code) +
         R"(,"ray_id":"9c1f0a2b3c4d5e6f","detail":"<script>alert(1)</script>"})";
}

struct Case {
  std::string name;
  IncomingAnswer answer;
  Kind kind;
  int code = 0;
  bool heuristic = false;
};

void PrintTo(const Case& row, std::ostream* out) {
  *out << row.name;
}

class Answers : public testing::TestWithParam<Case> {};

TEST_P(Answers, are_what_the_rules_say) {
  const auto& row = GetParam();
  const auto finding = classify(row.answer, kNow);
  EXPECT_EQ(to_string(finding.kind), to_string(row.kind));
  EXPECT_EQ(finding.code, row.code);
  EXPECT_EQ(finding.heuristic, row.heuristic);
  EXPECT_EQ(finding.reason.empty(), row.kind == Kind::none);
}

std::string name_of(const testing::TestParamInfo<Case>& info) {
  return info.param.name;
}

const Headers kNone;

INSTANTIATE_TEST_SUITE_P(
    Challenges, Answers,
    testing::Values(
        Case{"d1_documented", with(html(403, kChallengePage), "cf-mitigated", "challenge"),
             Kind::challenge},
        Case{"d2_in_another_case", with(html(403, ""), "cf-mitigated", "  Challenge "),
             Kind::challenge},
        Case{"d3_on_503", with(html(503, ""), "cf-mitigated", "challenge"), Kind::challenge},
        Case{"d3_on_429", with(html(429, ""), "cf-mitigated", "challenge"), Kind::challenge},
        Case{"d3_on_200", with(html(200, ""), "cf-mitigated", "challenge"), Kind::challenge},
        Case{"d3_without_other_headers", with(html(403, "", kNone), "cf-mitigated", "challenge"),
             Kind::challenge},
        Case{"d3_other_mitigation", with(json(403, "{}"), "cf-mitigated", "block"),
             Kind::account_auth},
        Case{"d4_by_its_options", html(403, kChallengePage), Kind::challenge, 0, true},
        Case{"d4_by_its_script", html(503, kChallengeScript), Kind::challenge, 0, true},
        Case{"d4_by_its_ids", html(403, "<p id=\"challenge-error-text\">x</p>"), Kind::challenge, 0,
             true},
        Case{"d4_by_its_title", html(403, "<TITLE>Just a moment...</TITLE>"), Kind::challenge, 0,
             true},
        Case{"d5_script_in_a_good_page", html(200, kChallengeScript), Kind::unexpected_html},
        Case{"d5_script_in_a_missing_page", html(404, kChallengeScript), Kind::none},
        Case{"d6_in_another_language",
             html(403, "<title>Nur einen Moment…</title><script>window._cf_chl_opt={}</script>"),
             Kind::challenge, 0, true},
        Case{"d7_title_without_an_edge", html(403, "<title>Just a moment...</title>", kNone),
             Kind::none},
        Case{"d7_page_without_an_edge", html(403, kChallengePage, kNone), Kind::none},
        Case{"d21_old_server_name", html(403, kChallengePage, {{"server", "Cloudflare-nginx"}}),
             Kind::challenge, 0, true}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    Codes, Answers,
    testing::Values(
        Case{"d8_page", html(403, page_of(1020)), Kind::blocked, 1020},
        Case{"d8_bare", answer(403, "text/plain", "error code: 1020\n"), Kind::blocked, 1020},
        Case{"d8_bare_without_type", answer(403, "", "error code: 1020"), Kind::blocked, 1020},
        Case{"d8_structured", json(403, structured(1020, 403)), Kind::blocked, 1020},
        Case{"d8_problem", answer(403, "application/problem+json", structured(1020, 403)),
             Kind::blocked, 1020},
        Case{"d8_newer_page",
             html(403,
                  "<div id=\"cf-error-details\"><h1><span>Acceso denegado</span><span "
                  "class=\"code-label\">Codigo <span>1020</span></span></h1></div>"),
             Kind::blocked, 1020},
        Case{"d8_label_and_number",
             html(403, "<div id=\"cf-error-details\"><span>Error</span><span>1006</span></div>"),
             Kind::blocked, 1006},
        Case{"d9_1005", html(403, page_of(1005)), Kind::blocked, 1005},
        Case{"d9_1006", html(403, page_of(1006)), Kind::blocked, 1006},
        Case{"d9_1007", html(403, page_of(1007)), Kind::blocked, 1007},
        Case{"d9_1008", html(403, page_of(1008)), Kind::blocked, 1008},
        Case{"d9_1106", html(403, page_of(1106)), Kind::blocked, 1106},
        Case{"d9_1009", html(403, page_of(1009)), Kind::blocked, 1009},
        Case{"d9_1010", html(403, page_of(1010)), Kind::blocked, 1010},
        Case{"d9_1012", html(403, page_of(1012)), Kind::blocked, 1012},
        Case{"d9_unknown_code_403", html(403, page_of(1777)), Kind::blocked, 1777},
        Case{"d9_unknown_code_500", html(500, page_of(1777)), Kind::origin_error, 1777},
        Case{"d9_wrong_names", html(403, page_of(1013)), Kind::misconfigured, 1013},
        Case{"d10_page", html(429, page_of(1015)), Kind::rate_limited, 1015},
        Case{"d10_bare", answer(429, "text/plain", "error code: 1015"), Kind::rate_limited, 1015},
        Case{"d10_no_code", html(429, "<p>slow down</p>"), Kind::rate_limited},
        Case{"d10_without_an_edge", html(429, "<p>slow down</p>", kNone), Kind::none},
        Case{"d13_empty_403", answer(403, "", ""), Kind::blocked},
        Case{"d13_rule_page", html(403, "<title>Attention Required! | Cloudflare</title>"),
             Kind::blocked},
        Case{"d13_page_of_the_sites_own", html(403, "<h1>Forbidden</h1>"), Kind::none},
        Case{"d13_no_edge", answer(403, "", "", kNone), Kind::none}),
    name_of);

INSTANTIATE_TEST_SUITE_P(
    Site, Answers,
    testing::Values(
        Case{"d11_429", json(429, R"({"error":"too many"})"), Kind::site_rate_limited},
        Case{"d12_403", json(403, R"({"error":"no"})"), Kind::account_auth},
        Case{"d12_401", json(401, R"({"error":"no"})", kNone), Kind::account_auth},
        Case{"d14_520", html(520, "x"), Kind::origin_error, 520},
        Case{"d14_521", html(521, "x"), Kind::origin_error, 521},
        Case{"d14_522", answer(522, "text/plain", "error code: 522"), Kind::origin_error, 522},
        Case{"d14_523", html(523, "x"), Kind::origin_error, 523},
        Case{"d14_524", html(524, "x"), Kind::origin_error, 524},
        Case{"d14_525", html(525, "x"), Kind::origin_error, 525},
        Case{"d14_526", html(526, "x"), Kind::origin_error, 526},
        Case{"d14_530", html(530, "x"), Kind::origin_error, 530},
        Case{"d14_530_with_1033", html(530, page_of(1033)), Kind::origin_error, 1033},
        Case{"d14_bare_1033", answer(530, "text/plain", "error code: 1033"), Kind::origin_error,
             1033},
        Case{"d14_structured_502", json(502, structured(524, 502)), Kind::origin_error, 524},
        Case{"d15_page", html(200, "<h1>Sign in</h1>"), Kind::unexpected_html},
        Case{"d15_page_without_type", answer(200, "", "<h1>Sign in</h1>"), Kind::none},
        Case{"d15_json", json(200, R"({"cloudflare_error":true})"), Kind::none},
        Case{"d15_picture", answer(200, "image/png", "png"), Kind::none},
        Case{"d15_redirect", html(302, ""), Kind::none},
        Case{"d16_captcha", json(400, R"({"error":"Captcha token missing"})"), Kind::site_captcha},
        Case{"d16_nested",
             json(403, R"({"error":{"message":"Turnstile failed","code":"x"}})", kNone),
             Kind::site_captcha},
        Case{"d16_not_a_message", json(400, R"({"prompt":"a captcha"})"), Kind::none},
        Case{"d18_not_the_edges", json(403, R"({"cloudflare_error":false,"error_code":1020})"),
             Kind::account_auth},
        Case{"d18_a_word_for_true", json(500, R"({"cloudflare_error":"true"})"), Kind::none},
        Case{"d18_a_word_for_the_code",
             json(403, R"({"cloudflare_error":true,"error_code":"1020"})"), Kind::blocked},
        Case{"d18_no_code_429", json(429, R"({"cloudflare_error":true})"), Kind::rate_limited},
        Case{"d18_no_code_500", json(500, R"({"cloudflare_error":true,"error_code":-5})"),
             Kind::origin_error},
        Case{"d18_too_deep",
             json(500, R"({"cloudflare_error":true,"a":)" + std::string(10'000, '[') + "}"),
             Kind::none},
        Case{"d18_no_object", json(500, "[true]"), Kind::none},
        Case{"d18_half", json(500, R"({"cloudflare_error":tr)"), Kind::none},
        Case{"plain_failure", json(500, R"({"error":"failed"})"), Kind::none},
        Case{"plain_words", answer(500, "text/plain", "error code: none"), Kind::none},
        Case{"unknown_bare_code", answer(404, "text/plain", "error code: 404"), Kind::none}),
    name_of);

TEST(Classify, d10_retry_after_is_read_and_bounded) {
  const auto told = [](const std::string& value) {
    return classify(with(html(429, page_of(1015)), "retry-after", value), kNow).retry_after;
  };
  EXPECT_EQ(told("17"), 17s);
  EXPECT_EQ(told("0"), 0s);
  EXPECT_EQ(told("Sun, 22 Nov 2026 23:18:30 GMT"), 90s);
  EXPECT_EQ(told("Sunday, 22-Nov-26 23:18:30 GMT"), 90s);
  EXPECT_EQ(told("Sun, 22 Nov 2026 23:00:00 GMT"), 0s) << "past";
  EXPECT_EQ(told("99999999999999999999999999"), 900s);
  EXPECT_EQ(told("Fri, 31 Dec 9999 23:59:59 GMT"), 900s);
  for (const auto* garbage : {"", "soon", "-5", "1.5", "5 s", "+5", ", GMT", "GMT"})
    EXPECT_EQ(told(garbage), std::nullopt) << garbage;
  EXPECT_EQ(classify(html(429, page_of(1015)), kNow).retry_after, std::nullopt);
}

TEST(Classify, d10_a_structured_answer_tells_the_time_too) {
  const auto body = R"({"cloudflare_error":true,"error_code":1015,"retry_after":45})";
  EXPECT_EQ(classify(json(429, body), kNow).retry_after, 45s);
  EXPECT_EQ(classify(with(json(429, body), "retry-after", "20"), kNow).retry_after, 20s);
}

TEST(Classify, d17_a_mark_may_be_split_between_blocks) {
  auto split = html(403, "");
  split.body.blocks = {"<script>window._cf_", "chl_opt={}</script>"};
  EXPECT_EQ(classify(split, kNow).kind, Kind::challenge);
}

TEST(Classify, d17_what_comes_after_64_kilobytes_is_not_looked_at) {
  const std::string mark = "_cf_chl_opt";
  const auto kind = [&](std::size_t before) {
    return classify(html(403, std::string(before, 'x') + mark), kNow).kind;
  };
  EXPECT_EQ(kind((64u << 10) - mark.size()), Kind::challenge);
  EXPECT_EQ(kind((64u << 10) - mark.size() + 1), Kind::none);
}

TEST(Classify, d19_foreign_text_is_not_in_the_finding) {
  const auto finding = classify(json(403, structured(1020, 403)), kNow);
  EXPECT_EQ(finding.reason, "firewall_rule");
  EXPECT_EQ(finding.ray.text(), "8c1f0a2b3c4d5e6f-FRA");
}

TEST(Classify, d20_the_ray_is_read_where_it_has_its_shape) {
  const auto ray = [](const std::string& value) {
    return classify(html(403, "x", {{"cf-ray", value}}), kNow).ray;
  };
  EXPECT_EQ(ray("8c1f0a2b3c4d5e6f-FRA"), (Ray{"8c1f0a2b3c4d5e6f", "FRA"}));
  EXPECT_EQ(ray(" 8C1F0A2B3C4D5E6F "), (Ray{"8C1F0A2B3C4D5E6F", ""}));
  for (const auto* odd : {"x", "8c1f0a2b3c4d5e6f-", "8c1f0a2b3c4d5e6f-fra", "8c1f0a2b3c4d5e6-FRA",
                          "8c1f0a2b3c4d5e6f7-FRA", "8c1f0a2b3c4d5e6f-<b>", "gc1f0a2b3c4d5e6f-FRA"})
    EXPECT_TRUE(ray(odd).empty()) << odd;
  EXPECT_TRUE(classify(html(403, "x", kNone), kNow).ray.empty());
  EXPECT_EQ(classify(json(403, structured(1020, 403), kNone), kNow).ray.text(), "9c1f0a2b3c4d5e6f");
}

TEST(Classify, tells_that_an_edge_stands_there_of_healthy_answers_too) {
  EXPECT_TRUE(classify(json(200, "{}"), kNow).proxied);
  EXPECT_FALSE(classify(json(200, "{}", {{"server", "nginx"}}), kNow).proxied);
}

TEST(Classify, looks_at_a_hostile_page_for_a_bounded_time) {
  std::string page;
  while (page.size() < (64u << 10)) page += "cf-error-details <";
  EXPECT_EQ(classify(html(403, page), kNow).kind, Kind::blocked);
}

}  // namespace
}  // namespace gw::edge
