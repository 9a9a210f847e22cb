#include "app/housekeeping.hpp"

#include "base/event.hpp"
#include "core/ports/clearance_door.hpp"

#include <boost/asio/redirect_error.hpp>

#include <cstdint>
#include <malloc.h>
#include <utility>

namespace gw::app {
namespace {

using std::chrono::seconds;

constexpr seconds kSweepEvery{30};
constexpr seconds kTryDiskEvery{5};  // while it took no picture the last time
constexpr seconds kTrimEvery{5};
constexpr std::uint64_t kManyUploads = 8'000'000;  // bytes
constexpr seconds kSweepRecordsEvery{600};
constexpr seconds kSweepInputsEvery{60};
constexpr std::chrono::hours kAnswersKept{24};  // of an Idempotency-Key (openai-contract §2)
constexpr seconds kRefreshEvery{60};
constexpr seconds kTendEdgesEvery{60};
constexpr seconds kRefreshFirst{5};  // while there is not a single model

}  // namespace

void Housekeeping::start(TaskGroup& group) {
  members_.push_back(group.spawn(sweep_library()));
  members_.push_back(group.spawn(sweep_records()));
  members_.push_back(group.spawn(sweep_inputs()));
  members_.push_back(group.spawn(give_memory_back()));
  members_.push_back(group.spawn(refresh_providers()));
  members_.push_back(group.spawn(tend_edges()));
}

void Housekeeping::stop() {
  for (const auto& member : members_) member.cancel();
  members_.clear();
}

Async<bool> Housekeeping::pause(seconds time) {
  Event::Timer timer(io_, time);
  boost::system::error_code error;
  co_await timer.async_wait(asio::redirect_error(use_awaitable, error));
  co_return !error;
}

Async<void> Housekeeping::sweep_records() {
  do {
    if (const auto swept = co_await sweep_records_once(); !swept)
      parts_.log.warn("records_not_swept", {{"detail", swept.error().detail()}});
  } while (co_await pause(kSweepRecordsEvery));
}

Task<void> Housekeeping::sweep_records_once() {
  const auto now = parts_.clock.wall();
  co_return co_await parts_.records.sweep(now - parts_.config.library.time_to_live,
                                          now - kAnswersKept);
}

Async<void> Housekeeping::sweep_inputs() {
  do {
    if (const auto swept = co_await parts_.inputs.sweep(parts_.records); !swept)
      parts_.log.warn("inputs_not_swept", {{"detail", swept.error().detail()}});
  } while (co_await pause(kSweepInputsEvery));
}

Async<void> Housekeeping::sweep_library() {
  auto next = parts_.clock.now() + kSweepEvery;
  while (co_await pause(kTryDiskEvery)) {
    if (parts_.results.accepting() && parts_.clock.now() < next) continue;
    next = parts_.clock.now() + kSweepEvery;
    if (const auto swept = co_await parts_.library.sweep(); !swept)
      parts_.log.warn("sweep_failed", {{"detail", swept.error().detail()}});
  }
}

// Pictures leave holes of megabytes; what nobody uses goes back to the system (see main.cpp for why
// it stays so long). Those that uploads leave lie between what their requests keep while they wait,
// so they cannot wait for a quiet moment: a quarter of a megabyte each was seen.
Async<void> Housekeeping::give_memory_back() {
  std::uint64_t trimmed_at = 0;
  std::uint64_t uploaded_at = 0;
  while (co_await pause(kTrimEvery)) {
    parts_.client.close_idle();
    const auto& counters = parts_.server.counters();
    const bool busy = counters.requests_waiting > 0 || parts_.engine.known_tasks() > 0;
    const auto served = counters.accepted + parts_.engine.counts().admitted;
    const bool uploads = parts_.spool.received() - uploaded_at >= kManyUploads;
    if (!uploads && (busy || served == trimmed_at)) continue;
    trimmed_at = served;
    uploaded_at = parts_.spool.received();
    ::malloc_trim(0);
  }
}

Async<void> Housekeeping::refresh_providers() {
  auto wait = kRefreshEvery;
  do {
    for (auto* provider : parts_.providers) co_await provider->refresh();
    wait = parts_.knows_models() ? kRefreshEvery : kRefreshFirst;
  } while (co_await pause(wait));
}

Async<void> Housekeeping::tend_edges() {
  do {
    for (auto* provider : parts_.providers) {
      if (auto* edge = provider->clearance_door()) co_await edge->tend(is_wanted(provider->host()));
    }
  } while (co_await pause(kTendEdgesEvery));
}

// Somebody waits for a picture of this host, or was refused one since the last time.
bool Housekeeping::is_wanted(const HostId& host) {
  const auto view = parts_.engine.host(host);
  if (!view) return false;
  const auto before = std::exchange(turned_away_[host], view->turned_away);
  return view->ready > 0 || before != view->turned_away;
}

}  // namespace gw::app
