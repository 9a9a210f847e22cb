#include "transport/edge/classify.hpp"

#include "base/json.hpp"
#include "base/text.hpp"
#include "transport/edge/codes.hpp"
#include "transport/edge/page.hpp"
#include "transport/edge/retry_after.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <string>
#include <string_view>

namespace gw::edge {
namespace {

constexpr std::size_t kLookedAt = 64u << 10;
constexpr std::size_t kLongestBareError = 64;

enum class Type : std::uint8_t { json, html, plain, none, other };

// What the rules look at.
struct View {
  int status = 0;
  Type type = Type::none;
  bool proxied = false;
  bool mitigated = false;                   // the documented header of a challenge
  std::string text;                         // the body's beginning
  std::string page;                         // the same in lower case, of HTML
  std::optional<boost::json::object> json;  // the whole body, of JSON
};

struct Verdict {
  Kind kind = Kind::none;
  int code = 0;
  std::string_view reason;
  bool heuristic = false;
};
using Rule = std::optional<Verdict> (*)(const View&);

Type type_of(std::string_view content_type) {
  const auto type = to_lower(trim(content_type.substr(0, content_type.find(';'))));
  if (type.empty()) return Type::none;
  if (type == "application/json" || type == "application/problem+json") return Type::json;
  if (type == "text/html" || type == "application/xhtml+xml") return Type::html;
  return type == "text/plain" ? Type::plain : Type::other;
}

std::string beginning_of(const IncomingBody& body) {
  std::string text;
  for (const auto& block : body.blocks) {
    if (text.size() == kLookedAt) break;
    text += std::string_view(block).substr(0, kLookedAt - text.size());
  }
  return text;
}

std::string_view without_blanks(std::string_view text) {
  const auto first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(" \t\r\n") - first + 1);
}

View view_of(const IncomingAnswer& answer) {
  View view;
  view.status = answer.status;
  view.type = type_of(answer.header("content-type"));
  view.proxied = !answer.header("cf-ray").empty() ||
                 to_lower(answer.header("server")).starts_with("cloudflare");
  view.mitigated = equals_ignoring_case(trim(answer.header("cf-mitigated")), "challenge");
  if (answer.status < 400 && view.type != Type::html) return view;
  view.text = beginning_of(answer.body);
  if (view.type == Type::none && without_blanks(view.text).starts_with('<')) view.type = Type::html;
  if (view.type == Type::html) view.page = to_lower(view.text);
  if (view.type == Type::json && answer.body.size() <= kLookedAt) {
    if (auto object = parse_json_object(view.text)) view.json = *std::move(object);
  }
  return view;
}

std::optional<Verdict> by_code(int code, int status) {
  const auto meaning = meaning_of(code, status);
  if (!meaning) return std::nullopt;
  return Verdict{.kind = meaning->kind, .code = code, .reason = meaning->reason};
}

// A status alone says less than the code that is missing.
Verdict without_code(int status) {
  if (status == 403) return {.kind = Kind::blocked, .reason = "unknown"};
  if (status == 429) return {.kind = Kind::rate_limited, .reason = "rate_limit"};
  return {.kind = Kind::origin_error, .reason = "unknown"};
}

std::optional<Verdict> documented_challenge(const View& view) {
  if (!view.mitigated) return std::nullopt;
  return Verdict{.kind = Kind::challenge, .reason = "challenged"};
}

int integer_in(const boost::json::object& object, std::string_view name) {
  const auto* field = object.if_contains(name);
  const auto* number = field ? field->if_int64() : nullptr;
  return number && *number > 0 && *number < 10'000 ? static_cast<int>(*number) : 0;
}

std::optional<Verdict> structured_error(const View& view) {
  if (!view.json) return std::nullopt;
  const auto* mark = view.json->if_contains("cloudflare_error");
  if (!mark || !mark->is_bool() || !mark->get_bool()) return std::nullopt;
  return by_code(integer_in(*view.json, "error_code"), view.status)
      .value_or(without_code(view.status));
}

std::optional<Verdict> bare_error(const View& view) {
  if ((view.type != Type::plain && view.type != Type::none) || view.text.size() > kLongestBareError)
    return std::nullopt;
  constexpr std::string_view kLabel = "error code: ";
  const auto text = without_blanks(view.text);
  if (!text.starts_with(kLabel)) return std::nullopt;
  const auto number = text.substr(kLabel.size());
  if (number.size() < 3 || number.size() > 4) return std::nullopt;
  int code = 0;
  const auto [stop, error] = std::from_chars(number.data(), number.data() + number.size(), code);
  if (error != std::errc() || stop != number.data() + number.size()) return std::nullopt;
  return by_code(code, view.status);
}

// Healthy pages hold the edge's scripts too: without these statuses nothing in a page counts.
bool may_be_challenge_page(const View& view) {
  return view.proxied && view.type == Type::html &&
         (view.status == 403 || view.status == 429 || view.status == 503);
}

std::optional<Verdict> challenge_page(const View& view) {
  if (!may_be_challenge_page(view)) return std::nullopt;
  if (!has_challenge_marks(view.page) && title_of(view.page) != "just a moment...")
    return std::nullopt;
  return Verdict{.kind = Kind::challenge, .reason = "challenged", .heuristic = true};
}

std::optional<Verdict> error_page(const View& view) {
  if (!view.proxied || view.type != Type::html || view.status < 400) return std::nullopt;
  const auto code = error_code_in(view.page);
  return code ? by_code(*code, view.status) : std::nullopt;
}

// A 403 without anything in it does not come from the site, and nothing more is known.
std::optional<Verdict> refusal(const View& view) {
  if (!view.proxied || view.status != 403) return std::nullopt;
  const auto title = title_of(view.page);
  const bool page =
      view.type == Type::html && (title.starts_with("attention required! | cloudflare") ||
                                  title.starts_with("access denied") || is_error_page(view.page));
  if (!page && !view.text.empty()) return std::nullopt;
  return Verdict{.kind = Kind::blocked, .reason = page ? "firewall_rule" : "unknown"};
}

std::optional<Verdict> too_many(const View& view) {
  if (!view.proxied || view.status != 429) return std::nullopt;
  if (view.type == Type::json)
    return Verdict{.kind = Kind::site_rate_limited, .reason = "rate_limit"};
  return Verdict{.kind = Kind::rate_limited, .reason = "rate_limit"};
}

std::optional<Verdict> origin_error(const View& view) {
  if (view.status < 520 || view.status > 530) return std::nullopt;
  return by_code(view.status, view.status);
}

bool speaks_of_captcha(const boost::json::value& value) {
  const auto* text = value.if_string();
  if (text == nullptr) return false;
  const auto lower = to_lower(std::string_view(*text));
  return lower.contains("captcha") || lower.contains("turnstile") ||
         lower.contains("verification token");
}

bool complains_of_captcha(const boost::json::object& object) {
  return std::ranges::any_of(object, [](const auto& field) {
    const auto name = field.key();
    if (name != "error" && name != "message" && name != "code" && name != "detail") return false;
    const auto* inner = field.value().if_object();
    return inner ? std::ranges::any_of(
                       *inner, [](const auto& part) { return speaks_of_captcha(part.value()); })
                 : speaks_of_captcha(field.value());
  });
}

// Looked at before the credentials, because it says more of a 401 or 403 than these do.
std::optional<Verdict> captcha(const View& view) {
  if (!view.json || view.status < 400 || view.status > 499) return std::nullopt;
  if (!complains_of_captcha(*view.json)) return std::nullopt;
  return Verdict{.kind = Kind::site_captcha, .reason = "captcha"};
}

std::optional<Verdict> credentials(const View& view) {
  if (view.status == 401 || (view.status == 403 && view.type == Type::json))
    return Verdict{.kind = Kind::account_auth, .reason = "credentials"};
  return std::nullopt;
}

std::optional<Verdict> page_for_an_answer(const View& view) {
  if (view.status < 200 || view.status > 299 || view.type != Type::html) return std::nullopt;
  return Verdict{.kind = Kind::unexpected_html, .reason = "page"};
}

constexpr Rule kRules[] = {documented_challenge,
                           structured_error,
                           bare_error,
                           challenge_page,
                           error_page,
                           refusal,
                           too_many,
                           origin_error,
                           captcha,
                           credentials,
                           page_for_an_answer};

Ray ray_of(const IncomingAnswer& answer, const View& view) {
  auto ray = parse_ray(answer.header("cf-ray"));
  if (!ray.empty() || !view.json) return ray;
  const auto* field = view.json->if_contains("ray_id");
  const auto* text = field ? field->if_string() : nullptr;
  return text ? parse_ray(std::string_view(*text)) : Ray();
}

std::optional<std::chrono::seconds> wait_of(const IncomingAnswer& answer, const View& view,
                                            WallTime now) {
  if (const auto told = parse_retry_after(answer.header("retry-after"), now)) return told;
  const auto seconds = view.json ? integer_in(*view.json, "retry_after") : 0;
  if (seconds == 0) return std::nullopt;
  return std::min(std::chrono::seconds(seconds), kLongestWait);
}

}  // namespace

Finding classify(const IncomingAnswer& answer, WallTime now) {
  const auto view = view_of(answer);
  Finding finding;
  finding.ray = ray_of(answer, view);
  finding.proxied = view.proxied;
  finding.family = answer.family;
  for (const auto rule : kRules) {
    const auto verdict = rule(view);
    if (!verdict) continue;
    finding.kind = verdict->kind;
    finding.code = verdict->code;
    finding.reason = verdict->reason;
    finding.heuristic = verdict->heuristic;
    finding.retry_after = wait_of(answer, view, now);
    break;
  }
  return finding;
}

}  // namespace gw::edge
