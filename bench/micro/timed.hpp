// For benchmarks whose set-up is larger than what they measure: only the given work is timed.
#pragma once

#include <benchmark/benchmark.h>

#include <ctime>

namespace gw::bench {

// Of this thread: what others do on the machine meanwhile does not count.
inline double cpu_seconds() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

// To be used with UseManualTime(). `work` counts as one iteration.
template <class Work>
void timed(benchmark::State& state, Work work) {
  const auto start = cpu_seconds();
  work();
  state.SetIterationTime(cpu_seconds() - start);
}

}  // namespace gw::bench
