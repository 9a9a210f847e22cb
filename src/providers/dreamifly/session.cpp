#include "providers/dreamifly/session.hpp"

#include "providers/dreamifly/errors.hpp"
#include "providers/dreamifly/outgoing.hpp"
#include "providers/dreamifly/session_answers.hpp"

#include <utility>

namespace gw::dreamifly {
namespace {

using namespace std::chrono_literals;

constexpr auto kTrust = 3min;     // how long one look is believed
constexpr auto kCallTime = 20s;   // it hashes passwords slowly on purpose
constexpr auto kWarmEvery = 24h;  // of the week after which an unused session ends

bool only_people_help(const UpstreamFailure& failure) {
  if (!failure.account) return false;
  const auto state = failure.account->state;
  return state == AccountState::banned || state == AccountState::needs_sign_in;
}

SignInOutcome outcome_of(const UpstreamFailure& failure, int status) {
  if (status == 429) return SignInOutcome::too_many;
  return only_people_help(failure) ? SignInOutcome::refused : SignInOutcome::failed;
}

}  // namespace

Session::Session(SessionWorld world, AccountId account, Login login)
    : world_(world),
      account_(std::move(account)),
      login_(std::move(login)),
      cookie_(login_.pasted) {}

Async<std::expected<std::string, UpstreamFailure>> Session::cookie() {
  const auto turn = co_await flight_.take();
  if (untold_) co_return std::unexpected(*std::exchange(untold_, std::nullopt));
  if (trusted()) co_return cookie_->header();
  auto usable = co_await make_usable();
  hopeless_ = !usable && only_people_help(usable.error());
  if (!usable) co_return std::unexpected(std::move(usable).error());
  co_return cookie_->header();
}

Async<void> Session::warm() {
  auto usable = co_await cookie();
  if (!usable && only_people_help(usable.error())) untold_ = std::move(usable).error();
}

Async<Session::Step> Session::make_usable() {
  if (!cookie_ && !recalled_) co_await recall();
  if (cookie_) {
    if (auto checked = co_await check(); !checked || cookie_) co_return checked;
  }
  if (auto signed_in = co_await sign_in(); !signed_in) co_return signed_in;
  // Believed only when the server itself says so: a banned account signs in fine.
  if (auto checked = co_await check(); !checked) co_return checked;
  if (!cookie_) co_return std::unexpected(forgotten_session());
  co_await keep();
  co_return Step();
}

// Of an earlier process, if it is of the same login.
Async<void> Session::recall() {
  recalled_ = true;
  if (!world_.keeper) co_return;
  const auto kept = co_await world_.keeper->load(account_);
  if (!kept) co_return;
  const auto& text = kept->reveal();
  const auto mark = text.substr(0, text.find('\n'));
  if (mark.size() == text.size() || mark != login_mark(world_.options, login_)) co_return;
  if (auto cookie = read_pasted_session(std::string_view(text).substr(mark.size() + 1)))
    cookie_ = *std::move(cookie);
}

Async<void> Session::keep() {
  if (!world_.keeper) co_return;
  Secret session(login_mark(world_.options, login_) + '\n' + cookie_->header());
  co_await world_.keeper->save(account_, std::move(session));
}

// Leaves no cookie when the session is dead and a password is at hand.
Async<Session::Step> Session::check() {
  constexpr std::string_view kCall = "GET /api/auth/get-session";
  auto asked = request("/api/auth/get-session");
  asked.headers.emplace_back("Cookie", cookie_->header());
  const auto answer = co_await perform(std::move(asked));
  if (!answer) co_return std::unexpected(judge_free_fault(kCall, answer.error()));
  const auto health = judge_session(*answer);
  if (!health) co_return std::unexpected(health.error());
  checked_.reset();
  switch (*health) {
    case SessionHealth::live:
      checked_ = world_.clock.now();
      email_ = session_email(*answer);
      break;
    case SessionHealth::banned:
      co_return std::unexpected(banned_account());
    case SessionHealth::dead:
      if (!login_.signs_in()) co_return std::unexpected(dead_pasted_session());
      cookie_.reset();
      break;
  }
  co_return Step();
}

Async<Session::Step> Session::sign_in() {
  constexpr std::string_view kCall = "POST /api/auth/sign-in/email";
  if (const auto fault = world_.client.refusal())
    co_return std::unexpected(judge_free_fault(kCall, *fault));
  const auto left = world_.pace.take(world_.clock.now());
  if (left > 0s)
    co_return std::unexpected(
        sign_in_must_wait(std::chrono::ceil<std::chrono::milliseconds>(left)));
  auto asked = request("/api/auth/sign-in/email");
  asked.method = "POST";
  asked.headers.emplace_back("Content-Type", "application/json");
  asked.body = sign_in_body(login_.email, login_.password.reveal());
  const auto answer = co_await perform(std::move(asked));
  if (!answer) {
    world_.pace.ended(SignInOutcome::failed);
    co_return std::unexpected(judge_free_fault(kCall, answer.error()));
  }
  auto cookie = judge_sign_in(*answer);
  if (!cookie) {
    world_.pace.ended(outcome_of(cookie.error(), answer->status));
    if (answer->status == 429) world_.pace.wait(world_.clock.now() + cookie.error().pause);
    co_return std::unexpected(std::move(cookie).error());
  }
  world_.pace.ended(SignInOutcome::signed_in);
  cookie_ = *std::move(cookie);
  co_return Step();
}

// What an edge stopped has shown nothing of the session.
Async<Transfer> Session::perform(OutgoingRequest request) {
  auto answer = co_await world_.client.perform(std::move(request));
  const bool stopped =
      !answer && answer.error().edge && answer.error().stage == TransferFault::Stage::before_send;
  if (!stopped) warm_ = world_.clock.now();
  co_return answer;
}

bool Session::trusted() const {
  return cookie_ && checked_ && world_.clock.now() - *checked_ < kTrust;
}

bool Session::wants_warming() const {
  return !hopeless_ && (!warm_ || world_.clock.now() - *warm_ >= kWarmEvery);
}

OutgoingRequest Session::request(std::string_view path) const {
  auto request = request_to(world_.options, path);
  request.partition = account_.value;
  request.headers.emplace_back("Accept", "application/json");
  // Its login routes refuse a POST without one where a cookie comes along, and any foreign one.
  request.headers.emplace_back("Origin", world_.options.base_url);
  request.total_time = kCallTime;
  request.max_answer_bytes = 256u << 10;
  return request;
}

}  // namespace gw::dreamifly
