// The queue alone: one caller with everything, and a thousand callers who take turns.
#include "core/engine/fair_queue.hpp"

#include "bench/micro/timed.hpp"

#include <benchmark/benchmark.h>

#include <string>
#include <vector>

namespace gw::bench {
namespace {

std::vector<CallerId> make_callers(std::size_t count) {
  std::vector<CallerId> callers;
  for (std::size_t i = 0; i < count; ++i) callers.push_back({"caller-" + std::to_string(i)});
  return callers;
}

void fill(FairQueue& queue, const std::vector<CallerId>& callers, std::size_t tasks) {
  for (std::size_t i = 0; i < tasks; ++i) {
    queue.push(callers[i % callers.size()], Place{i}, TaskId{i});
  }
}

void push_and_pop(benchmark::State& state) {
  const auto tasks = static_cast<std::size_t>(state.range(0));
  const auto callers = make_callers(static_cast<std::size_t>(state.range(1)));
  for (auto _ : state) {
    FairQueue queue;
    timed(state, [&] {
      fill(queue, callers, tasks);
      while (auto task = queue.pop()) benchmark::DoNotOptimize(*task);
    });
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}

BENCHMARK(push_and_pop)
    ->Name("queue/push+pop")
    ->ArgNames({"tasks", "callers"})
    ->ArgsProduct({{1'000, 100'000}, {1, 1'000}})
    ->UseManualTime();

}  // namespace
}  // namespace gw::bench
