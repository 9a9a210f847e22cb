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

Mood draw_mood(SeededRandom& random) {
  const auto dice = random.below(100);
  if (dice < 75) return Mood::draws;
  if (dice < 85) return Mood::fails;
  return dice < 95 ? Mood::loses_answer : Mood::never_reached;
}

}  // namespace

void ScriptedUpstream::reply_after(Duration delay, Line line, Answer answer) {
  timeline_.after(delay, [line = std::move(line), answer = std::move(answer)] {
    if (line.still_there()) line.reply(answer);
  });
}

void ScriptedUpstream::call(TaskId task, Line line) {
  const auto mood = draw_mood(random_);
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
  ++running_;
  ++accepted_[task];
  // The upstream ends every job within 300 s, whoever listens (dreamifly-protocol §3.7).
  const auto duration =
      random_.between(milliseconds(200), milliseconds(random_.chance(5) ? 300'000 : 40'000));
  timeline_.after(duration, [this] { --running_; });
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

}  // namespace gw::sim
