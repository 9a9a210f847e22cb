#include "providers/common/edge.hpp"

#include <fmt/format.h>

#include <string>
#include <utility>

namespace gw {
namespace {

ZoneState state_of(edge::State state) {
  switch (state) {
    case edge::State::unneeded:
      return ZoneState::unneeded;
    case edge::State::valid:
      return ZoneState::valid;
    case edge::State::probing:
      return ZoneState::probing;
    case edge::State::needed:
      return ZoneState::needed;
    case edge::State::cooling:
      return ZoneState::cooling;
    case edge::State::blocked:
      return ZoneState::blocked;
  }
  return ZoneState::blocked;
}

std::string shown(const edge::MaskedCookie& cookie) {
  const auto ending = cookie.ending.empty() ? std::string() : ", ends in " + cookie.ending;
  return fmt::format("{} ({} characters{})", cookie.name, cookie.length, ending);
}

void add(ClearanceView& view, const edge::Clearance& clearance, WallTime now) {
  for (const auto& cookie : edge::masked(clearance.cookies)) view.cookies.push_back(shown(cookie));
  view.user_agent = clearance.user_agent;
  view.obtained = clearance.obtained_at;
  view.expires = clearance.expires_at;
  view.ends_soon = clearance.ends_soon(now);
}

std::string reason_of(const edge::ZoneDesk& desk, const edge::ZoneRecord& record) {
  if (const auto closed = desk.closed_now()) return closed->reason.message();
  if (record.state == edge::State::valid && record.reason == edge::Reason::rejected)
    return "a newer clearance was rejected; this one still works";
  return {};
}

Error nothing_to_try() {
  return {ErrorKind::conflict, "there is nothing to try: the edge is not in the way"};
}

}  // namespace

ClearanceView Edge::clearance() const {
  const auto record = desk_->zone().snapshot();
  ClearanceView view;
  view.zone = desk_->host();
  view.state = state_of(desk_->zone().state());
  view.reason = reason_of(*desk_, record);
  view.ray = record.ray;
  view.last_probe = desk_->last_probe();
  if (view.state == ZoneState::cooling) view.until = record.cooldown.until;
  if (record.clearance) add(view, *record.clearance, desk_->now());
  return view;
}

EdgeTally Edge::tally() const {
  EdgeTally tally;
  for (const auto& [what, count] : desk_->counts())
    tally.events.push_back(
        {.kind = edge::to_string(what.first), .code = what.second, .count = count});
  for (const auto& [move, count] : desk_->moves()) {
    const auto& [from, to, reason] = move;
    tally.transitions.push_back({.from = state_of(from),
                                 .to = state_of(to),
                                 .reason = edge::to_string(reason),
                                 .count = count});
  }
  return tally;
}

Task<ClearanceView> Edge::paste(PastedClearance pasted) {
  const edge::PasteForm form{.text = pasted.text.reveal(), .user_agent = pasted.user_agent};
  const auto taken = co_await desk_->paste(form, pasted.expires);
  if (!taken) {
    const auto& [field, message] = taken.error();
    co_return fail(
        Error::invalid_request(std::string(field), fmt::format("`{}` {}", field, message)));
  }
  co_return clearance();
}

Task<ClearanceView> Edge::try_again() {
  if (!co_await desk_->try_again()) co_return fail(nothing_to_try());
  co_return clearance();
}

Result<ClearanceView> Edge::try_without() {
  if (!desk_->try_without()) return fail(nothing_to_try());
  return clearance();
}

Task<ClearanceView> Edge::forget() {
  co_await desk_->forget();
  co_return clearance();
}

void Edge::on_changed(Changed changed) {
  desk_->on_changed([told = std::move(changed)](std::optional<edge::Closed> closed) {
    if (!closed) return told(std::nullopt);
    told(HostShut{.reason = std::move(closed->reason),
                  .for_at_least = closed->for_at_least,
                  .by_edge = true});
  });
}

}  // namespace gw
