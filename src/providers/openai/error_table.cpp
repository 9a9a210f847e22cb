#include "providers/openai/error_table.hpp"

namespace gw::openai {
namespace {

constexpr std::string_view kRejected =
    "the upstream refuses to draw this: the prompt or a picture is against its content policy";
constexpr std::string_view kSpent = "the upstream account's allowance is used up";
constexpr std::string_view kNoModel = "the upstream does not offer this model at present";
constexpr std::string_view kTooManyCalls = "the upstream's rate limit for this gateway is reached";
constexpr std::string_view kFull = "all places of the upstream are taken";
constexpr std::string_view kTooLarge = "the request is larger than the upstream accepts";
constexpr std::string_view kInvalid = "the upstream refused the request as invalid";
constexpr std::string_view kTooLate = "the upstream did not answer in time";
constexpr std::string_view kAway = "the upstream is not available";
constexpr std::string_view kNoService = "the upstream has no such service";

constexpr ErrorRow content(std::string_view code, std::string_view text = {}) {
  return {.code = code,
          .text = text,
          .kind = ErrorKind::content_rejected,
          .message = kRejected,
          .scope = Scope::request,
          .param = "prompt",
          .repeat = Repeat::useless};
}

constexpr ErrorRow spent(int status, std::string_view code) {
  return {.status = status,
          .code = code,
          .kind = ErrorKind::quota_exhausted,
          .message = kSpent,
          .scope = Scope::account,
          .repeat = Repeat::useless,
          .verdict = Verdict::resting};
}

constexpr ErrorRow no_model(int status, std::string_view code, std::string_view text = {}) {
  return {.status = status,
          .code = code,
          .text = text,
          .kind = ErrorKind::not_found,
          .message = kNoModel,
          .scope = Scope::request,
          .param = "model",
          .our_code = "model_not_found"};
}

constexpr ErrorRow credentials(int status, Verdict verdict) {
  return {.status = status,
          .kind = ErrorKind::no_account_available,
          .message = kCredentials,
          .scope = Scope::account,
          .repeat = Repeat::useless,
          .verdict = verdict};
}

// Each key has calls of its own.
constexpr ErrorRow too_many_calls(int status, std::string_view code) {
  return {.status = status,
          .code = code,
          .kind = ErrorKind::rate_limited,
          .message = kTooManyCalls,
          .act = Act::wait,
          .scope = Scope::account,
          .verdict = Verdict::cooling};
}

// Nothing was drawn or counted.
constexpr ErrorRow wait(int status, std::string_view code, ErrorKind kind,
                        std::string_view message) {
  return {.status = status, .code = code, .kind = kind, .message = message, .act = Act::wait};
}

constexpr ErrorRow too_large(int status, std::string_view code) {
  return {.status = status,
          .code = code,
          .kind = ErrorKind::too_large,
          .message = kTooLarge,
          .scope = Scope::request,
          .param = "image"};
}

constexpr ErrorRow invalid(int status) {
  return {.status = status,
          .kind = ErrorKind::invalid_request,
          .message = kInvalid,
          .scope = Scope::request,
          .words = Words::theirs};
}

constexpr ErrorRow kErrorRows[] = {
    content("content_policy_violation"),
    content("moderation_blocked"),
    content("content_filter"),
    content("contentFilter"),
    content("ResponsibleAIPolicyViolation"),
    content("sensitive_words_detected"),
    content("content_moderation"),
    content("", "rejected by the safety system"),
    content("", "rejected as a result of our safety system"),

    spent(0, "insufficient_quota"),
    spent(0, "billing_hard_limit_reached"),
    spent(0, "billing_not_active"),
    spent(0, "insufficient_user_quota"),
    spent(0, "pre_consume_token_quota_failed"),
    spent(402, ""),

    no_model(0, "model_not_found"),
    no_model(0, "model_not_allowed"),
    no_model(404, "", "model"),

    {.status = 403,
     .code = "unsupported_country_region_territory",
     .kind = ErrorKind::upstream_blocked,
     .message = "the upstream does not serve the gateway's place on earth"},
    credentials(401, Verdict::needs_sign_in),
    // May be about the model alone.
    credentials(403, Verdict::nothing),

    too_many_calls(0, "rate_limit_exceeded"),
    too_many_calls(429, ""),
    wait(0, "queue_full", ErrorKind::queue_full, kFull),
    wait(0, "server_is_overloaded", ErrorKind::queue_full, kFull),
    wait(0, "overloaded_error", ErrorKind::queue_full, kFull),
    wait(0, "shutting_down", ErrorKind::upstream_unavailable, kAway),

    {.code = "queue_timeout",
     .kind = ErrorKind::queue_timeout,
     .message = "no place of the upstream became free in time"},
    {.code = "upstream_timeout", .kind = ErrorKind::upstream_timeout, .message = kTooLate},
    {.code = "upstream_unavailable", .kind = ErrorKind::upstream_unavailable, .message = kAway},
    {.code = "no_account_available",
     .kind = ErrorKind::no_account_available,
     .message = "the upstream has no account of its own that can draw this"},

    too_large(0, "upload_too_large"),
    too_large(413, ""),
    invalid(400),
    invalid(422),

    {.status = 404, .message = kNoService},
    {.status = 405, .message = kNoService},
    {.status = 504, .kind = ErrorKind::upstream_timeout, .message = kTooLate},
    {.status = 503, .kind = ErrorKind::upstream_unavailable, .message = kAway},
    {.message = kFailed},
};

constexpr FrontRow kFrontRows[] = {
    {200, 299, ErrorKind::upstream_error, "something else than the upstream answered", Job::unsure},
    {300, 399, ErrorKind::upstream_error, "the upstream redirects the gateway elsewhere",
     Job::not_running, Act::fail,
     "the server redirects; set OPENAI_UPSTREAM_BASE_URL to the final address"},
    {401, 401, ErrorKind::no_account_available, kCredentials},
    {403, 403, ErrorKind::upstream_blocked,
     "a server in front of the upstream refuses this gateway"},
    {404, 405, ErrorKind::upstream_error, kNoService, Job::not_running, Act::fail,
     "is OPENAI_UPSTREAM_BASE_URL a server of this API?"},
    {413, 413, ErrorKind::too_large, kTooLarge},
    {429, 429, ErrorKind::rate_limited, kTooManyCalls, Job::not_running, Act::wait},
    {400, 499, ErrorKind::upstream_error, "a server in front of the upstream refused the request"},
    // Whether it had passed the request on is not told.
    {504, 504, ErrorKind::upstream_timeout,
     "the upstream did not answer the server in front of it in time", Job::unsure},
    {503, 503, ErrorKind::upstream_unavailable, kAway, Job::unsure},
    {0, 999, ErrorKind::upstream_error, "the upstream failed behind the server in front of it",
     Job::unsure},
};

constexpr ParamName kImageParams[] = {
    {"prompt", "prompt"},   {"model", "model"},           {"size", "size"},
    {"quality", "quality"}, {"background", "background"}, {"image", "image"},
    {"image[]", "image"},   {"images", "image"},          {"mask", "mask"},
    {"seed", "seed"},       {"steps", "steps"},           {"negative_prompt", "negative_prompt"},
};

constexpr std::string_view kKnownCodes[] = {
    "invalid_value",           "unsupported_value",       "missing_required_parameter",
    "unknown_parameter",       "string_above_max_length", "invalid_image_file",
    "invalid_image_format",    "image_parse_error",       "image_too_large",
    "image_too_small",         "empty_image_file",        "unsupported_image_media_type",
    "context_length_exceeded", "invalid_prompt",
};

}  // namespace

std::span<const ErrorRow> error_rows() {
  return kErrorRows;
}
std::span<const FrontRow> front_rows() {
  return kFrontRows;
}
std::span<const ParamName> image_params() {
  return kImageParams;
}
std::span<const std::string_view> known_codes() {
  return kKnownCodes;
}

}  // namespace gw::openai
