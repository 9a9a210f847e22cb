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
constexpr seconds kBannedRest{600};    // bans get lifted
constexpr seconds kDeadRest{300};      // a pasted session; one look costs nothing

constexpr std::string_view kNotSignedIn =
    "the gateway's account at the upstream cannot sign in; its operator has to look at it";
constexpr std::string_view kOrigin =
    "the server knows itself under another address than DREAMIFLY_BASE_URL, and so takes no "
    "sign-in from there: use its own address, or set DREAMIFLY_SESSION_COOKIE";

struct Row {
  std::string_view code;
  std::string_view reason;
};

// Every one of them would say the same again, and asking again would be held against us.
constexpr Row kRefusals[] = {
    {"INVALID_EMAIL_OR_PASSWORD",
     "DREAMIFLY_EMAIL or DREAMIFLY_PASSWORD is wrong; mend them and start again"},
    {"EMAIL_NOT_VERIFIED",
     "the account's address is not verified: follow the link in the server's mail, then start "
     "again"},
    {"VALIDATION_ERROR",
     "the server takes DREAMIFLY_EMAIL for no address; mend it and start again"},
    {"INVALID_EMAIL", "the server takes DREAMIFLY_EMAIL for no address; mend it and start again"},
    {"INVALID_ORIGIN", kOrigin},
    {"MISSING_OR_NULL_ORIGIN", kOrigin},
};

Error no_account(std::string_view message, std::string detail) {
  return Error(ErrorKind::no_account_available, std::string(message))
      .with_detail(std::move(detail));
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

Trouble too_many_sign_ins(const IncomingAnswer& answer) {
  const auto told = seconds_in(answer.header("x-retry-after"))
                        .or_else([&] { return seconds_in(answer.header("retry-after")); })
                        .value_or(kLeastPause);
  Trouble trouble;
  trouble.act = Act::wait;
  trouble.kind = Trouble::Rest::told;
  trouble.rest = std::clamp(told, seconds(1), kLongestPause);
  trouble.error = no_account("the upstream takes no further sign-in for the moment",
                             fmt::format("sign-in: 429, X-Retry-After {} s", told.count()));
  return trouble;
}

Trouble refused(const Row& row) {
  Trouble trouble;
  trouble.state = AccountState::needs_sign_in;
  trouble.kind = Trouble::Rest::for_good;
  trouble.error = no_account(kNotSignedIn, fmt::format("sign-in: {}: {}", row.code, row.reason))
                      .without_retry();
  return trouble;
}

Trouble unclear(const IncomingAnswer& answer, std::string_view code, WallTime now) {
  Trouble trouble;
  if (is_json(answer)) {
    trouble.error = no_account(
        kNotSignedIn, fmt::format("sign-in: status {} {}", answer.status, code.substr(0, 100)));
  } else {
    trouble.error = judge_answer(answer, now).failure.error;
  }
  return trouble;
}

}  // namespace

std::string_view to_string(AccountState state) {
  switch (state) {
    case AccountState::unchecked:
      return "unchecked";
    case AccountState::ready:
      return "ready";
    case AccountState::cooling:
      return "cooling";
    case AccountState::needs_sign_in:
      return "needs_sign_in";
    case AccountState::banned:
      return "banned";
  }
  return "unchecked";
}

std::string sign_in_body(std::string_view email, std::string_view password) {
  return fmt::format(R"({{"email":{},"password":{}}})", json_quote(email), json_quote(password));
}

std::expected<SessionCookie, Trouble> judge_sign_in(const IncomingAnswer& answer, WallTime now) {
  if (answer.status == 429) return std::unexpected(too_many_sign_ins(answer));
  const auto code = code_of(answer.body);
  if (answer.status == 200 && is_json(answer)) {
    for (const auto& [name, value] : answer.headers) {
      if (name != "set-cookie") continue;
      if (auto cookie = read_set_cookie(value)) return *std::move(cookie);
    }
    Trouble trouble;
    trouble.error = no_account(kNotSignedIn, "sign-in: 200 without a session cookie");
    return std::unexpected(std::move(trouble));
  }
  const auto row = std::ranges::find(kRefusals, code, &Row::code);
  if (row != std::end(kRefusals)) return std::unexpected(refused(*row));
  return std::unexpected(unclear(answer, code, now));
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

Trouble banned_account() {
  Trouble trouble;
  trouble.state = AccountState::banned;
  trouble.kind = Trouble::Rest::told;
  trouble.rest = kBannedRest;
  trouble.error = no_account("the upstream has disabled the gateway's account",
                             "the account is banned; only the upstream's operator can lift that")
                      .without_retry();
  return trouble;
}

Trouble dead_pasted_session() {
  Trouble trouble;
  trouble.state = AccountState::needs_sign_in;
  trouble.kind = Trouble::Rest::told;
  trouble.rest = kDeadRest;
  trouble.error = no_account(
                      "the gateway's session at the upstream has ended; its operator has to "
                      "renew it",
                      "the session of DREAMIFLY_SESSION_COOKIE is dead, or its name is not "
                      "the one this server looks for: paste a new one")
                      .without_retry();
  return trouble;
}

Trouble forgotten_session() {
  Trouble trouble;
  trouble.error =
      no_account(kNotSignedIn, "sign-in: the server does not know the session it has just given");
  return trouble;
}

}  // namespace gw::dreamifly
