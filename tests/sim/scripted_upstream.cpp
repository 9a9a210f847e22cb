#include "tests/sim/scripted_upstream.hpp"

namespace gw::sim {
namespace {

using std::chrono::milliseconds;

Answer failure(ErrorKind kind, Act act) {
  UpstreamFailure failure;
  failure.error = Error(kind, "scripted");
  failure.act = act;
  return std::unexpected(std::move(failure));
}

Answer refusal() {
  UpstreamFailure failure;
  failure.error = Error(ErrorKind::upstream_unavailable, "scripted: all places are taken");
  failure.act = Act::wait;
  failure.scope = Scope::host;
  failure.concurrency_refusal = true;
  return std::unexpected(std::move(failure));
}

Answer lost() {
  UpstreamFailure failure;
  failure.error = Error(ErrorKind::upstream_error, "scripted: the answer was lost");
  failure.slot_unsure = true;
  return std::unexpected(std::move(failure));
}

// The server behind the front is at fault: one repeat, after a pause.
Answer breakdown() {
  UpstreamFailure failure;
  failure.error = Error(ErrorKind::upstream_error, "scripted: it broke down");
  failure.act = Act::once;
  failure.scope = Scope::host;
  failure.pause = std::chrono::seconds(5);
  return std::unexpected(std::move(failure));
}

Mood draw_mood(SeededRandom& random, bool with_account) {
  const auto dice = random.below(100);
  if (dice < 70) return Mood::draws;
  if (dice < 75) return Mood::fails;
  if (dice < 80) return Mood::breaks_down;
  if (dice < 82) return Mood::hides_behind_edge;
  if (dice < 90 && with_account)
    return random.chance(30) ? Mood::takes_for_nobody : Mood::turns_account_away;
  return dice < 96 ? Mood::loses_answer : Mood::never_reached;
}

}  // namespace

void ScriptedUpstream::reply_after(Duration delay, Line line, Answer answer) {
  timeline_.after(delay, [line = std::move(line), answer = std::move(answer)] {
    if (line.still_there()) line.reply(answer);
  });
}

void ScriptedUpstream::call(TaskId task, Line line) {
  const auto mood = draw_mood(random_, !line.account.value.empty());
  const auto preparation = random_.between(milliseconds(0), milliseconds(300));
  if (mood == Mood::never_reached) {
    return reply_after(preparation, std::move(line),
                       failure(ErrorKind::upstream_unavailable, Act::fail));
  }
  timeline_.after(preparation, [this, task, mood, line = std::move(line)] {
    if (!line.still_there()) return;
    line.send([this, task, mood, line](bool sent) {
      if (sent) return accept(task, mood, line);
      line.reply(std::unexpected(
          not_recorded(Error(ErrorKind::storage_unavailable, "scripted: the disk is full"))));
    });
  });
}

void ScriptedUpstream::accept(TaskId task, Mood mood, Line line) {
  if (running_ >= limit_) {
    ++refusals_;
    return reply_after(milliseconds(20), std::move(line), refusal());
  }
  if (mood == Mood::takes_for_nobody || mood == Mood::turns_account_away ||
      mood == Mood::hides_behind_edge)
    return turn_away(mood, std::move(line));
  ++running_;
  ++accepted_[task];
  // The upstream ends every job within 300 s, whoever listens (dreamifly-protocol §3.7).
  const auto duration =
      random_.between(milliseconds(200), milliseconds(random_.chance(5) ? 300'000 : 40'000));
  timeline_.after(duration, [this] { --running_; });
  if (mood == Mood::draws || mood == Mood::loses_answer)
    any_paid_twice_ = ++paid_[task] > 1 || any_paid_twice_;
  if (mood == Mood::breaks_down) return reply_after(duration, std::move(line), breakdown());
  if (mood == Mood::loses_answer) {
    const auto broken = random_.between(milliseconds(0), milliseconds(duration / milliseconds(1)));
    return reply_after(broken, std::move(line), lost());
  }
  if (mood == Mood::fails)
    return reply_after(duration, std::move(line), failure(ErrorKind::upstream_error, Act::fail));
  timeline_.after(duration, [this, task, line = std::move(line)] {
    if (!line.still_there()) return;
    ++pictures_answered_;
    line.reply(Picture{
        share("picture of task " + std::to_string(task.value)), ImageFormat::png, {64, 64}});
  });
}

// Before anything is taken in.
void ScriptedUpstream::turn_away(Mood mood, Line line) {
  UpstreamFailure failure;
  failure.error = Error(ErrorKind::no_account_available, "scripted: not this account");
  failure.scope = Scope::account;
  failure.unpaid = true;
  if (mood == Mood::takes_for_nobody) failure.act = Act::relogin;
  if (mood == Mood::turns_account_away) {
    failure.act = Act::other;
    failure.account = finding();
  }
  if (mood == Mood::hides_behind_edge) {
    failure.error = Error(ErrorKind::upstream_challenged, "scripted: an edge wants a human");
    failure.act = Act::wait;
    failure.scope = Scope::host;
    failure.shut = HostShut{.reason = failure.error, .by_edge = true};
    if (random_.chance(50)) failure.shut->for_at_least = std::chrono::seconds(30);
    failure.challenged = !failure.shut->for_at_least;
  }
  reply_after(milliseconds(50), std::move(line), std::unexpected(std::move(failure)));
}

AccountFinding ScriptedUpstream::finding() {
  static constexpr std::array kStates{AccountState::cooling, AccountState::resting,
                                      AccountState::banned, AccountState::needs_sign_in};
  AccountFinding finding;
  finding.state = kStates.at(random_.below(kStates.size()));
  finding.reason = "scripted";
  if (finding.state == AccountState::resting)
    finding.rest = std::chrono::seconds(10 + random_.below(200));
  finding.own_trouble = random_.chance(70);
  return finding;
}

}  // namespace gw::sim
