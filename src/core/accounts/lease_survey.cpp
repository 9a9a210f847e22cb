#include "core/accounts/lease_survey.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

namespace gw {
namespace {

using namespace std::chrono_literals;

constexpr auto kLongestRetryAfter = 60s;

}  // namespace

NobodyFree all_at_work() {
  return {.why = NobodyFree::Why::busy,
          .at = {},
          .error = Error(ErrorKind::no_account_available,
                         "the gateway's accounts are all at work at the upstream")};
}

void LeaseSurvey::later(SteadyTime at, AccountState state) {
  if (at_ && *at_ <= at) return;
  at_ = at;
  state_ = state;
}

NobodyFree LeaseSurvey::verdict(SteadyTime now) const {
  if (at_) return {.why = NobodyFree::Why::later, .at = at_, .error = not_yet(now)};
  return {.why = NobodyFree::Why::unfit, .at = {}, .error = never()};
}

Error LeaseSurvey::not_yet(SteadyTime now) const {
  auto error = state_ == AccountState::resting
                   ? Error(ErrorKind::quota_exhausted,
                           "the gateway's accounts have used up their allowance at the upstream")
                   : Error(ErrorKind::no_account_available,
                           "the gateway's accounts cannot be used at the upstream just now");
  const auto left = std::max<SteadyTime::duration>(*at_ - now, 1s);
  error = std::move(error).with_detail(
      fmt::format("{} for {} s more", to_string(state_),
                  std::chrono::ceil<std::chrono::seconds>(left).count()));
  if (left > kLongestRetryAfter) return std::move(error).without_retry();
  return std::move(error).with_retry_after(std::chrono::ceil<std::chrono::milliseconds>(left));
}

Error LeaseSurvey::never() const {
  if (poor_ > 0) {
    return Error(ErrorKind::quota_exhausted,
                 "no account of the gateway has the points that this picture costs")
        .without_retry();
  }
  const bool broken = std::ranges::any_of(broken_, [](int count) { return count > 0; });
  if (other_model_ > 0 && tried_ == 0 && !broken) {
    return Error(ErrorKind::no_account_available,
                 "no account of the gateway is used for this model")
        .with_param("model")
        .without_retry();
  }
  auto error = Error(ErrorKind::no_account_available,
                     "no account of the gateway can be used at the upstream")
                   .with_detail(counts());
  // Only people help those that are broken; those that were tried may do better another time.
  return tried_ == 0 ? std::move(error).without_retry() : error;
}

std::string LeaseSurvey::counts() const {
  auto text = fmt::format("{} tried", tried_);
  for (std::size_t state = 0; state < broken_.size(); ++state) {
    if (broken_[state] > 0)
      text += fmt::format(", {} {}", broken_[state], to_string(static_cast<AccountState>(state)));
  }
  return text;
}

}  // namespace gw
