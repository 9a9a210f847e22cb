// The engine with its time and its driver in a test's hands: nothing happens that the test does not
// do.
#pragma once

#include "core/engine/engine.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/recording_journal.hpp"

#include <algorithm>
#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace gw::test {

// One request of a client, of one picture.
struct Ask {
  std::string caller = "alice";
  int work = 1;  // the same number: the same request
  std::string key = {};
  Repeat repeat = Repeat::perhaps;
  WaitFor wait_for = WaitFor::picture;
  std::string prompt = {};
  std::chrono::seconds typical{30};
  std::string host = "upstream.example.com";
  Previews previews = Previews::unwanted;
};

inline std::shared_ptr<TaskSpec> spec_of(const Ask& ask, int index = 0) {
  auto spec = std::make_shared<TaskSpec>();
  spec->caller = CallerId{ask.caller};
  spec->key = CallerId{ask.caller};
  spec->host = HostId{ask.host};
  spec->order.prompt = ask.prompt;
  spec->typical_duration = ask.typical;
  spec->fingerprint[0] = static_cast<std::uint8_t>(ask.work);
  spec->index = index;
  spec->idempotency_key = ask.key;
  return spec;
}

inline UpstreamFailure refused(ErrorKind kind = ErrorKind::upstream_error) {
  UpstreamFailure failure;
  failure.error = Error(kind, "scripted");
  return failure;
}

// The upstream says that all its places are taken.
inline UpstreamFailure busy() {
  auto failure = refused(ErrorKind::upstream_unavailable);
  failure.act = Act::wait;
  failure.scope = Scope::host;
  failure.concurrency_refusal = true;
  return failure;
}

// The connection broke: nobody knows whether the upstream still draws.
inline UpstreamFailure lost() {
  auto failure = refused();
  failure.slot_unsure = true;
  return failure;
}

class EngineRig final : public EngineDriver {
 public:
  explicit EngineRig(std::size_t limit = 1, EngineOptions options = {})
      : engine(options, clock, journal, *this) {
    engine.add_host(host, limit);
  }

  Result<std::vector<Ticket>> try_ask(const Ask& ask, int n = 1) {
    Wanted wanted;
    for (int i = 0; i < n; ++i) wanted.tasks.push_back(spec_of(ask, i));
    wanted.repeat = ask.repeat;
    wanted.wait_for = ask.wait_for;
    wanted.wake = [this] { ++wakes; };
    wanted.previews = ask.previews;
    return engine.admit(std::move(wanted));
  }
  Ticket ask(const Ask& ask = {}) { return std::move(try_ask(ask).value().front()); }

  // What the driver would report. `draw` is the whole way of a leased task.
  void send(TaskId task) {
    engine.sending(task);
    engine.leaving(task);
  }
  void send(const Ticket& ticket) { send(ticket.task()); }
  void answer(TaskId task, std::string bytes = "picture") {
    engine.answered(task, Picture{share(std::move(bytes)), ImageFormat::png, {8, 8}});
  }
  void answer(const Ticket& ticket) { answer(ticket.task()); }
  void fail_with(const Ticket& ticket, UpstreamFailure failure) {
    engine.answered(ticket.task(), std::unexpected(std::move(failure)));
  }
  void save(TaskId task) {
    engine.saved(task, StoredPicture{PictureId{"p" + std::to_string(task.value)}, ImageFormat::png,
                                     7, clock.wall()});
  }
  void draw(TaskId task) {
    send(task);
    answer(task);
    save(task);
  }
  void draw(const Ticket& ticket) { draw(ticket.task()); }

  TaskState state(TaskId task) const { return engine.record(task).state; }
  TaskState state(const Ticket& ticket) const { return state(ticket.task()); }
  const HostSlots& slots() const { return engine.slots(host); }

  // Time goes by, and the engine's alarm rings whenever it asked for it.
  void pass(std::chrono::milliseconds time) {
    const auto end = clock.now() + time;
    while (alarm && *alarm <= end) {
      turn_to(*std::exchange(alarm, std::nullopt));
      engine.advance();
    }
    turn_to(end);
  }

  void start(TaskId task, std::shared_ptr<const TaskSpec>) override { started.push_back(task); }
  void wake_at(std::optional<SteadyTime> at) override { alarm = at; }
  void check(const HostId&, const AccountId& account) override { to_check.push_back(account); }
  std::optional<Price> price(const TaskSpec&) const override { return costs; }

  const HostId host{"upstream.example.com"};
  ManualClock clock;
  RecordingJournal journal;
  std::vector<TaskId> started;  // in order, a repeated try again
  std::optional<SteadyTime> alarm;
  std::vector<AccountId> to_check;  // in order
  std::optional<Price> costs;       // of every task
  int wakes = 0;
  Engine engine;

 private:
  void turn_to(SteadyTime time) {
    const auto ahead = std::max(time - clock.now(), SteadyTime::duration{});
    clock.advance(std::chrono::ceil<std::chrono::milliseconds>(ahead));
  }
};

}  // namespace gw::test
