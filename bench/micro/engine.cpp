// The engine with a backlog: what one task costs on each of its arrows. The two backlogs of each
// benchmark show whether a cost grows with what waits.
#include "core/engine/engine.hpp"

#include "bench/micro/timed.hpp"

#include <benchmark/benchmark.h>

#include <deque>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace gw::bench {
namespace {

constexpr std::size_t kSlots = 64;
constexpr std::size_t kCallers = 1'000;
const HostId kHost{"upstream.example.com"};

class NoJournal final : public Journal {
 public:
  void append(const JournalEntry& entry) override { benchmark::DoNotOptimize(entry.task); }
  Task<void> synced() override { co_return Done(); }
};

// Remembers what it was told to draw; the benchmark does the drawing.
class Draws final : public EngineDriver {
 public:
  void start(TaskId task, std::shared_ptr<const TaskSpec>) override { leased.push_back(task); }
  void wake_at(std::optional<SteadyTime> at) override { benchmark::DoNotOptimize(at); }
  void check(const HostId&, const AccountId& account) override {
    benchmark::DoNotOptimize(account);
  }
  std::optional<Price> price(const TaskSpec&) const override { return std::nullopt; }

  std::deque<TaskId> leased;
};

enum class Work { distinct, equal };

std::vector<Wanted> make_requests(std::size_t count, Work work, Repeat repeat) {
  std::vector<Wanted> requests(count);
  for (std::size_t i = 0; i < count; ++i) {
    auto spec = std::make_shared<TaskSpec>();
    const auto caller = work == Work::distinct ? i % kCallers : 0;
    spec->caller = CallerId{"caller-" + std::to_string(caller)};
    spec->host = kHost;
    spec->order.prompt = "a lighthouse at dawn, number " + std::to_string(i);
    for (std::size_t byte = 0; byte < 8 && work == Work::distinct; ++byte) {
      spec->fingerprint[byte] = static_cast<std::uint8_t>(i >> (8 * byte));
    }
    requests[i].tasks.push_back(std::move(spec));
    requests[i].repeat = repeat;
  }
  return requests;
}

class Rig final {
 public:
  explicit Rig(std::size_t tasks)
      : engine_({.max_queued = 2 * tasks, .max_queued_bytes = std::size_t{1} << 40}, clock_,
                journal_, draws_) {
    engine_.add_host(kHost, kSlots);
    tickets_.reserve(tasks);
  }

  void admit(std::vector<Wanted> requests) {
    for (auto& request : requests) {
      auto admitted = engine_.admit(std::move(request));
      tickets_.push_back(std::move(admitted.value().front()));
    }
  }
  // Task ids count from one, so the ticket of a task is found by its number.
  void draw_all() {
    while (!draws_.leased.empty()) {
      const auto task = draws_.leased.front();
      draws_.leased.pop_front();
      engine_.sending(task);
      engine_.answered(task, Picture{picture_, ImageFormat::png, {64, 64}});
      engine_.saved(task, StoredPicture{PictureId{"abcdefghijklmnopqrstuvwxyz"}, ImageFormat::png,
                                        picture_->size(), clock_.wall()});
      auto& ticket = tickets_[task.value - 1];
      ticket.delivered();
      const Ticket left = std::move(ticket);
    }
  }
  void leave_all() { tickets_.clear(); }

  const EngineCounts& counts() const { return engine_.counts(); }

 private:
  SystemClock clock_;
  NoJournal journal_;
  Draws draws_;
  Engine engine_;
  SharedBytes picture_ = share("picture");
  std::vector<Ticket> tickets_;
};

void count_tasks(benchmark::State& state) {
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

void admit(benchmark::State& state, Work work) {
  const auto tasks = static_cast<std::size_t>(state.range(0));
  for (auto _ : state) {
    Rig rig(tasks);
    auto requests = make_requests(tasks, work, Repeat::perhaps);
    timed(state, [&] { rig.admit(std::move(requests)); });
  }
  count_tasks(state);
}

void draw(benchmark::State& state) {
  const auto tasks = static_cast<std::size_t>(state.range(0));
  for (auto _ : state) {
    Rig rig(tasks);
    rig.admit(make_requests(tasks, Work::distinct, Repeat::perhaps));
    timed(state, [&] { rig.draw_all(); });
    if (rig.counts().settled.at(TaskState::done) != tasks)
      state.SkipWithError("not all were drawn");
  }
  count_tasks(state);
}

void leave(benchmark::State& state, Work work) {
  const auto tasks = static_cast<std::size_t>(state.range(0));
  for (auto _ : state) {
    Rig rig(tasks);
    rig.admit(make_requests(tasks, work, Repeat::perhaps));
    timed(state, [&] { rig.leave_all(); });
    if (rig.counts().parked + kSlots != tasks) state.SkipWithError("not all were parked");
  }
  count_tasks(state);
}

void come_back(benchmark::State& state) {
  const auto tasks = static_cast<std::size_t>(state.range(0));
  for (auto _ : state) {
    Rig rig(tasks);
    rig.admit(make_requests(tasks, Work::distinct, Repeat::perhaps));
    rig.leave_all();
    auto repeats = make_requests(tasks, Work::distinct, Repeat::marked);
    timed(state, [&] { rig.admit(std::move(repeats)); });
    if (rig.counts().adopted != tasks) state.SkipWithError("not all were adopted");
  }
  count_tasks(state);
}

void each_backlog(benchmark::internal::Benchmark* benchmark) {
  benchmark->ArgName("queued")->Arg(1'000)->Arg(100'000)->UseManualTime();
}
// One caller who asks for the same picture over and over: every request is compared with the
// others.
void each_equal_backlog(benchmark::internal::Benchmark* benchmark) {
  benchmark->ArgName("queued")->Arg(1'000)->Arg(10'000)->UseManualTime();
}

BENCHMARK_CAPTURE(admit, distinct, Work::distinct)->Name("engine/admit")->Apply(each_backlog);
BENCHMARK(draw)->Name("engine/lease+send+answer+settle")->Apply(each_backlog);
BENCHMARK_CAPTURE(leave, distinct, Work::distinct)
    ->Name("engine/client leaves")
    ->Apply(each_backlog);
BENCHMARK(come_back)->Name("engine/repeat joins parked task")->Apply(each_backlog);
BENCHMARK_CAPTURE(admit, equal, Work::equal)
    ->Name("engine/admit equal requests")
    ->Apply(each_equal_backlog);
BENCHMARK_CAPTURE(leave, equal, Work::equal)
    ->Name("engine/client of equal requests leaves")
    ->Apply(each_equal_backlog);

}  // namespace
}  // namespace gw::bench
