#include "core/engine/host_slots.hpp"

#include <algorithm>

namespace gw {

std::optional<Lease> HostSlots::acquire(SteadyTime now) {
  if (now < paused_until_) return std::nullopt;
  forget_expired(now);
  if (taken() < limit_) {
    ++held_;
    ++unsent_;
    return Lease{};
  }
  if (probing_ || unsent_ > 0 || held_ >= limit_) return std::nullopt;
  const auto ripe =
      std::ranges::find_if(unsure_, [&](const Unsure& slot) { return slot.probe_at <= now; });
  if (ripe == unsure_.end()) return std::nullopt;
  const Lease lease{.probe = true, .unsure_until = ripe->free_at};
  unsure_.erase(ripe);
  ++held_;
  ++unsent_;
  probing_ = true;
  probe_conclusive_ = true;
  return lease;
}

void HostSlots::mark_sent(Lease& lease) {
  lease.sent = true;
  --unsent_;
}

void HostSlots::give_back(const Lease& lease) {
  close(lease);
  if (!lease.probe) {
    probe_conclusive_ = false;
    return;
  }
  probing_ = false;
  if (probe_conclusive_) return drop_oldest(lease.unsure_until);
  unsure_.push_back({.probe_at = {}, .free_at = lease.unsure_until});
}

// A probe proves that some place is free, not which: of all that was sent, the oldest is done.
void HostSlots::drop_oldest(SteadyTime probed) {
  const auto oldest = std::ranges::min_element(unsure_, {}, &Unsure::free_at);
  if (oldest != unsure_.end()) oldest->free_at = std::max(oldest->free_at, probed);
}

void HostSlots::give_back_unsure(const Lease& lease, SteadyTime probe_at, SteadyTime free_at) {
  give_back(lease);
  unsure_.push_back({probe_at, free_at});
}

void HostSlots::add_unsure(SteadyTime probe_at, SteadyTime free_at) {
  unsure_.push_back({probe_at, free_at});
}

void HostSlots::give_back_refused(const Lease& lease, SteadyTime probe_at) {
  if (!lease.probe) return give_back(lease);
  close(lease);
  probing_ = false;
  unsure_.push_back({probe_at, lease.unsure_until});
}

void HostSlots::give_back_unsent(const Lease& lease, SteadyTime now) {
  give_back_refused(lease, now);
}

void HostSlots::close(const Lease& lease) {
  --held_;
  if (!lease.sent) --unsent_;
}

void HostSlots::pause(SteadyTime until) {
  paused_until_ = std::max(paused_until_, until);
}

std::optional<SteadyTime> HostSlots::next_change(SteadyTime now) const {
  std::optional<SteadyTime> next;
  const auto consider = [&](SteadyTime at) {
    if (at > now && (!next || at < *next)) next = at;
  };
  consider(paused_until_);
  for (const auto& slot : unsure_) {
    consider(slot.free_at);
    if (!probing_) consider(slot.probe_at);
  }
  return next;
}

std::size_t HostSlots::free(SteadyTime now) const {
  if (now < paused_until_) return 0;
  const auto expired =
      std::ranges::count_if(unsure_, [&](const Unsure& slot) { return slot.free_at <= now; });
  const auto in_use = taken() - static_cast<std::size_t>(expired);
  return in_use < limit_ ? limit_ - in_use : 0;
}

void HostSlots::forget_expired(SteadyTime now) {
  std::erase_if(unsure_, [&](const Unsure& slot) { return slot.free_at <= now; });
}

}  // namespace gw
