#include "providers/dreamifly/session.hpp"

#include "providers/dreamifly/errors.hpp"
#include "providers/dreamifly/outgoing.hpp"
#include "transport/address.hpp"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace gw::dreamifly {
namespace {

using namespace std::chrono_literals;

constexpr auto kTrust = 3min;           // how long one look is believed
constexpr auto kSignInPace = 4s;        // the server allows three in ten seconds
constexpr auto kCallTime = 20s;         // it hashes passwords slowly on purpose
constexpr auto kCoolingStep = 30s;      // times failures in a row …
constexpr auto kLongestCooling = 300s;  // … up to this
constexpr auto kLongestRetryAfter = 60s;

SessionCookie pasted_cookie(const Options& options) {
  auto cookie = read_pasted_session(options.session_cookie.reveal());
  if (!cookie) throw std::invalid_argument("session cookie: it " + cookie.error());
  if (cookie->name.empty()) {
    const auto address = address_of(options.base_url);
    cookie->name = session_cookie_name(address ? address->scheme : "");
  }
  return *std::move(cookie);
}

UpstreamFailure paced(SteadyTime::duration left) {
  UpstreamFailure failure;
  failure.act = Act::wait;
  failure.scope = Scope::account;
  failure.pause = std::chrono::ceil<std::chrono::milliseconds>(left);
  failure.error = Error(ErrorKind::no_account_available,
                        "the gateway's account is about to sign in at the upstream");
  return failure;
}

}  // namespace

Session::Session(const Options& options, HttpClient& client, const Clock& clock)
    : options_(options), client_(client), clock_(clock) {
  if (!options_.session_cookie.empty()) cookie_ = pasted_cookie(options_);
}

Async<std::expected<std::string, UpstreamFailure>> Session::cookie() {
  if (!configured()) co_return std::string();
  const auto turn = co_await flight_.take();
  if (is_aside()) co_return refuse();
  if (cookie_ && !trusted()) {
    if (auto checked = co_await check(); !checked)
      co_return std::unexpected(std::move(checked).error());
  }
  if (!cookie_) {
    if (auto signed_in = co_await sign_in(); !signed_in)
      co_return std::unexpected(std::move(signed_in).error());
    // Believed only when the server itself says so: a banned account signs in fine.
    if (auto checked = co_await check(); !checked)
      co_return std::unexpected(std::move(checked).error());
    if (!cookie_) {
      set_aside(forgotten_session());
      co_return refuse();
    }
  }
  co_return cookie_->header();
}

// Leaves no cookie when the session is dead and a password is at hand.
Async<Session::Step> Session::check() {
  constexpr std::string_view kPath = "/api/auth/get-session";
  auto asked = request(kPath);
  asked.headers.emplace_back("Cookie", cookie_->header());
  const auto answer = co_await client_.perform(std::move(asked));
  if (!answer)
    co_return std::unexpected(judge_free_fault("GET /api/auth/get-session", answer.error()));
  const auto health = judge_session(*answer);
  if (!health) co_return std::unexpected(health.error());
  checked_.reset();
  switch (*health) {
    case SessionHealth::live:
      checked_ = clock_.now();
      email_ = session_email(*answer);
      aside_.reset();
      failures_ = 0;
      co_return Step();
    case SessionHealth::banned:
      set_aside(banned_account());
      break;
    case SessionHealth::dead:
      if (!options_.password.empty()) {
        cookie_.reset();
        co_return Step();
      }
      set_aside(dead_pasted_session());
      break;
  }
  co_return refuse();
}

Async<Session::Step> Session::sign_in() {
  if (signed_in_ && clock_.now() < *signed_in_ + kSignInPace)
    co_return std::unexpected(paced(*signed_in_ + kSignInPace - clock_.now()));
  signed_in_ = clock_.now();
  auto asked = request("/api/auth/sign-in/email");
  asked.method = "POST";
  asked.headers.emplace_back("Content-Type", "application/json");
  asked.body = sign_in_body(options_.email, options_.password.reveal());
  const auto answer = co_await client_.perform(std::move(asked));
  if (!answer)
    co_return std::unexpected(judge_free_fault("POST /api/auth/sign-in/email", answer.error()));
  auto cookie = judge_sign_in(*answer, clock_.wall());
  if (!cookie) {
    set_aside(std::move(cookie).error());
    co_return refuse();
  }
  cookie_ = *std::move(cookie);
  co_return Step();
}

SessionView Session::view() const {
  if (is_aside()) {
    SessionView view{.state = aside_->trouble.state,
                     .reason = aside_->trouble.error.detail(),
                     .until = aside_->until,
                     .email = email_};
    if (aside_->until == SteadyTime::max()) view.until.reset();
    return view;
  }
  return {.state = trusted() ? AccountState::ready : AccountState::unchecked,
          .reason = {},
          .until = {},
          .email = email_};
}

bool Session::trusted() const {
  return checked_ && clock_.now() - *checked_ < kTrust;
}

void Session::set_aside(Trouble trouble) {
  checked_.reset();
  ++failures_;
  auto until = SteadyTime::max();
  if (trouble.kind == Trouble::Rest::told) until = clock_.now() + trouble.rest;
  if (trouble.kind == Trouble::Rest::growing) {
    until =
        clock_.now() + std::min<std::chrono::seconds>(kCoolingStep * failures_, kLongestCooling);
  }
  aside_ = Aside{.until = until, .trouble = std::move(trouble)};
}

std::unexpected<UpstreamFailure> Session::refuse() const {
  const auto& trouble = aside_->trouble;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(aside_->until - clock_.now());
  UpstreamFailure failure;
  failure.error = trouble.error;
  failure.act = trouble.act;
  failure.scope = Scope::account;
  if (trouble.act == Act::wait) {
    failure.pause = left;
  } else if (!trouble.error.retry_useless()) {
    failure.error =
        Error(failure.error)
            .with_retry_after(std::min<std::chrono::milliseconds>(left, kLongestRetryAfter));
  }
  return std::unexpected(std::move(failure));
}

OutgoingRequest Session::request(std::string_view path) const {
  auto request = request_to(options_, path);
  request.headers.emplace_back("Accept", "application/json");
  // Its login routes refuse a POST without one where a cookie comes along, and any foreign one.
  request.headers.emplace_back("Origin", options_.base_url);
  request.total_time = kCallTime;
  request.max_answer_bytes = 256u << 10;
  return request;
}

}  // namespace gw::dreamifly
