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

void ScriptedUpstream::call(TaskId task, std::function<void()> sending, Reply reply) {
  const auto mood = draw_mood(random_);
  const auto preparation = random_.between(milliseconds(0), milliseconds(300));
  if (mood == Mood::never_reached) {
    timeline_.after(preparation, [reply = std::move(reply)] {
      reply(failure(ErrorKind::upstream_unavailable, Act::fail));
    });
    return;
  }
  timeline_.after(preparation, [this, task, mood, sending = std::move(sending),
                                reply = std::move(reply)]() mutable {
    sending();
    accept(task, mood, std::move(reply));
  });
}

void ScriptedUpstream::accept(TaskId task, Mood mood, Reply reply) {
  if (running_ >= limit_) {
    ++refusals_;
    timeline_.after(milliseconds(20), [reply = std::move(reply)] { reply(refusal()); });
    return;
  }
  ++running_;
  ++accepted_[task];
  // The upstream ends every job within 300 s, whoever listens (dreamifly-protocol §3.7).
  const auto duration =
      random_.between(milliseconds(200), milliseconds(random_.chance(5) ? 300'000 : 40'000));
  if (mood == Mood::loses_answer) {
    const auto broken = random_.between(milliseconds(0), milliseconds(duration / milliseconds(1)));
    timeline_.after(broken, [reply = std::move(reply)] { reply(lost()); });
    timeline_.after(duration, [this] { --running_; });
    return;
  }
  timeline_.after(duration, [this, task, mood, reply = std::move(reply)] {
    --running_;
    if (mood == Mood::fails) return reply(failure(ErrorKind::upstream_error, Act::fail));
    ++pictures_answered_;
    reply(Picture{
        share("picture of task " + std::to_string(task.value)), ImageFormat::png, {64, 64}});
  });
}

}  // namespace gw::sim
