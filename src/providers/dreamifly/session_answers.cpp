#include "providers/dreamifly/session_answers.hpp"

#include "base/json.hpp"
#include "base/text.hpp"
#include "providers/dreamifly/errors.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

namespace gw::dreamifly {
namespace {

using std::chrono::seconds;

constexpr std::size_t kLargestBody = 64u << 10;
constexpr seconds kLeastPause{10};     // the server's own window, when it names no time
constexpr seconds kLongestPause{300};  // as any cooling

constexpr std::string_view kNotSignedIn =
    "the gateway's account at the upstream cannot sign in; its operator has to look at it";
constexpr std::string_view kOrigin =
    "the server knows itself under another address than DREAMIFLY_BASE_URL, and so takes no "
    "sign-in from there: use its own address, or give the account a session_cookie";

struct Row {
  std::string_view code;
  std::string_view reason;
};

// Every one of them would say the same again, and asking again would be held against us.
constexpr Row kRefusals[] = {
    {"INVALID_EMAIL_OR_PASSWORD", "wrong e-mail address or password"},
    {"EMAIL_NOT_VERIFIED",
     "the account's address is not verified: follow the link in the server's mail"},
    {"VALIDATION_ERROR", "the server takes the account's e-mail address for none"},
    {"INVALID_EMAIL", "the server takes the account's e-mail address for none"},
    {"INVALID_ORIGIN", kOrigin},
    {"MISSING_OR_NULL_ORIGIN", kOrigin},
};

// `reason` is for the operator.
UpstreamFailure trouble(AccountState state, std::string_view message, std::string reason) {
  UpstreamFailure failure;
  failure.error = Error(ErrorKind::no_account_available, std::string(message)).with_detail(reason);
  failure.act = Act::other;
  failure.scope = Scope::account;
  AccountFinding finding;
  finding.state = state;
  finding.reason = std::move(reason);
  failure.account = std::move(finding);
  return failure;
}

// Only people can mend it.
UpstreamFailure lasting_trouble(AccountState state, std::string_view message, std::string reason) {
  auto failure = trouble(state, message, std::move(reason));
  failure.error = std::move(failure.error).without_retry();
  return failure;
}

// Login routes have a shape of their own: {"code", "message"}, sometimes labelled text/plain.
std::string code_of(const IncomingBody& body) {
  if (body.size() > kLargestBody) return {};
  const auto object = parse_json_object(body.joined());
  if (!object) return {};
  const auto* code = object->if_contains("code");
  return code && code->is_string() ? std::string(std::string_view(code->get_string()))
                                   : std::string();
}

std::optional<seconds> seconds_in(std::string_view text) {
  int value = 0;
  const auto* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end || value < 0) return std::nullopt;
  return seconds(value);
}

seconds told_pause(const IncomingAnswer& answer) {
  const auto told = seconds_in(answer.header("x-retry-after"))
                        .or_else([&] { return seconds_in(answer.header("retry-after")); })
                        .value_or(kLeastPause);
  return std::clamp(told, seconds(1), kLongestPause);
}

UpstreamFailure unclear(const IncomingAnswer& answer, std::string_view code) {
  if (!is_json(answer)) return judge_free_answer("POST /api/auth/sign-in/email", answer);
  return trouble(AccountState::cooling, kNotSignedIn,
                 fmt::format("sign-in: status {} {}", answer.status, code.substr(0, 100)));
}

}  // namespace

std::string sign_in_body(std::string_view email, std::string_view password) {
  return fmt::format(R"({{"email":{},"password":{}}})", json_quote(email), json_quote(password));
}

std::expected<SessionCookie, UpstreamFailure> judge_sign_in(const IncomingAnswer& answer) {
  if (answer.status == 429) return std::unexpected(sign_in_must_wait(told_pause(answer)));
  const auto code = code_of(answer.body);
  if (answer.status == 200 && is_json(answer)) {
    for (const auto& [name, value] : answer.headers) {
      if (name != "set-cookie") continue;
      if (auto cookie = read_set_cookie(value)) return *std::move(cookie);
    }
    return std::unexpected(
        trouble(AccountState::cooling, kNotSignedIn, "sign-in: 200 without a session cookie"));
  }
  const auto row = std::ranges::find(kRefusals, code, &Row::code);
  if (row == std::end(kRefusals)) return std::unexpected(unclear(answer, code));
  return std::unexpected(lasting_trouble(AccountState::needs_sign_in, kNotSignedIn,
                                         fmt::format("sign-in: {}: {}", row->code, row->reason)));
}

std::expected<SessionHealth, UpstreamFailure> judge_session(const IncomingAnswer& answer) {
  if (answer.status != 200 || !is_json(answer)) {
    return std::unexpected(judge_free_answer("GET /api/auth/get-session", answer));
  }
  const auto text = answer.body.joined();
  if (trim(text) == "null") return SessionHealth::dead;
  const auto object = parse_json_object(text);
  const auto* session = object ? object->if_contains("session") : nullptr;
  const auto* user = object ? object->if_contains("user") : nullptr;
  if (!session || !session->is_object() || !user || !user->is_object()) {
    return std::unexpected(judge_free_answer("GET /api/auth/get-session", answer));
  }
  const auto* active = user->get_object().if_contains("isActive");
  return active && active->is_bool() && !active->get_bool() ? SessionHealth::banned
                                                            : SessionHealth::live;
}

std::string session_email(const IncomingAnswer& answer) {
  const auto object = parse_json_object(answer.body.joined());
  const auto* user = object ? object->if_contains("user") : nullptr;
  const auto* email = user && user->is_object() ? user->get_object().if_contains("email") : nullptr;
  return email && email->is_string() ? std::string(std::string_view(email->get_string()))
                                     : std::string();
}

UpstreamFailure banned_account() {
  return lasting_trouble(AccountState::banned, "the upstream has disabled the gateway's account",
                         "the account is banned; only the upstream's operator can lift that");
}

UpstreamFailure dead_pasted_session() {
  return lasting_trouble(AccountState::needs_sign_in,
                         "the gateway's session at the upstream has ended; its operator has to "
                         "renew it",
                         "the session_cookie is dead, or its name is not the one this server looks "
                         "for: paste a new one");
}

UpstreamFailure forgotten_session() {
  return trouble(AccountState::cooling, kNotSignedIn,
                 "sign-in: the server does not know the session it has just given");
}

// Others that are signed in may have the work meanwhile.
UpstreamFailure sign_in_must_wait(std::chrono::milliseconds left) {
  auto failure =
      trouble(AccountState::busy, "the gateway's account is about to sign in at the upstream",
              "it waits for its turn to sign in");
  failure.act = Act::wait;
  failure.pause = left;
  failure.account->rest = std::chrono::ceil<seconds>(left);
  return failure;
}

}  // namespace gw::dreamifly
