#include "core/engine/host_door.hpp"

#include <algorithm>

namespace gw {
namespace {

// One SDK sleeps for whatever it is told.
constexpr std::chrono::seconds kLongestRetryAfter{60};

}  // namespace

std::string_view to_string(DoorState state) {
  switch (state) {
    case DoorState::open:
      return "open";
    case DoorState::shut:
      return "shut";
    case DoorState::ajar:
      return "ajar";
  }
  return "shut";
}

void HostDoor::shut(HostShut shut, SteadyTime now) {
  std::optional<SteadyTime> until;
  if (shut.for_at_least) until = now + *shut.for_at_least;
  const bool was_shut = state(now) == DoorState::shut;
  if (!shut_) since_ = now;
  if (was_shut && !until_ && until) return;  // only somebody's act ends it
  if (was_shut && until && until_ && *until <= *until_) return;
  shut_ = std::move(shut);
  until_ = until;
  trial_out_ = false;
}

void HostDoor::open() {
  shut_.reset();
  until_.reset();
  trial_out_ = false;
}

void HostDoor::try_one(SteadyTime now) {
  if (shut_) until_ = now;
}

DoorState HostDoor::state(SteadyTime now) const {
  if (!shut_) return DoorState::open;
  return until_ && *until_ <= now ? DoorState::ajar : DoorState::shut;
}

bool HostDoor::lets_through(SteadyTime now) const {
  const auto is = state(now);
  return is == DoorState::open || (is == DoorState::ajar && !trial_out_);
}

bool HostDoor::pass(SteadyTime now) {
  if (state(now) != DoorState::ajar) return false;
  return trial_out_ = true;
}

Error HostDoor::refusal(SteadyTime now) const {
  auto left = kLongestRetryAfter;
  if (until_) {
    const auto rest = std::chrono::ceil<std::chrono::seconds>(*until_ - now);
    left = std::clamp(rest, std::chrono::seconds(1), kLongestRetryAfter);
  }
  return Error(shut_->reason).with_retry_after(left);
}

bool HostDoor::hold_is_over(SteadyTime now, std::chrono::seconds hold) const {
  return shut_ && now >= since_ + hold;
}

std::optional<SteadyTime> HostDoor::next_change(SteadyTime now, std::chrono::seconds hold) const {
  if (!shut_) return std::nullopt;
  std::optional<SteadyTime> next;
  for (const auto at : {until_.value_or(now), since_ + hold}) {
    if (at > now && (!next || at < *next)) next = at;
  }
  return next;
}

}  // namespace gw
