// The engine's bounds and times. Where a number comes from the design's engine table, the row is
// named.
#pragma once

#include <chrono>
#include <cstddef>

namespace gw {

struct EngineOptions {
  std::size_t max_queued = 1'000;             // tasks that wait for a slot; over it queue_full
  std::size_t max_queued_jobs = 100'000;      // durable ones, counted apart: they wait on disk too
  std::size_t max_queued_bytes = 256u << 20;  // of prompts that wait with them
  std::size_t max_picture_bytes =
      256u << 20;  // of drawn pictures in memory; while spent nothing is leased
  std::chrono::seconds request_time{
      600};                            // deadline: queue and drawing together (API_REQUEST_TIMEOUT)
  std::chrono::seconds park_time{60};  // row "client left, queued"
  std::chrono::seconds adoption_time{150};  // row "adoption": how long a finished orphan is kept
  std::chrono::seconds unsure_probe_after{
      30};  // row "unsure slot": at least; the model's duration if longer
  std::chrono::seconds unsure_free_after{330};  // row "unsure slot"
  std::chrono::seconds hold_time{120};  // what waits for a host that is shut (decision 0026)
};

}  // namespace gw
