// The engine, its dispatcher and the store of results on a real loop that a test turns.
#pragma once

#include "base/task_group.hpp"
#include "base/worker_pool.hpp"
#include "core/engine/dispatcher.hpp"
#include "core/engine/engine.hpp"
#include "core/finishing.hpp"
#include "core/library/results.hpp"
#include "tests/support/counting_random.hpp"
#include "tests/support/fake_codec.hpp"
#include "tests/support/fake_provider.hpp"
#include "tests/support/memory_blob_store.hpp"
#include "tests/support/recording_journal.hpp"
#include "tests/support/recording_log.hpp"

#include <chrono>
#include <exception>
#include <stdexcept>

namespace gw::test {

// With a ManualClock the loop's own timers mean nothing: time passes by clock.advance() and
// engine.advance().
class EngineLoop final {
 public:
  explicit EngineLoop(const Clock& clock, EngineOptions options = {})
      : blobs(clock),
        results({}, blobs, clock, random, log),
        dispatcher(io.get_executor(), results, log),
        engine(options, clock, journal, dispatcher),
        clients(io.get_executor(), [this](std::exception_ptr) { ++bugs; }) {
    dispatcher.bind(engine, journal, finisher);
  }
  ~EngineLoop() { close(); }
  EngineLoop(const EngineLoop&) = delete;
  EngineLoop& operator=(const EngineLoop&) = delete;

  void add(FakeProvider& provider) {
    engine.add_host(provider.host(), provider.host_limit());
    dispatcher.add_provider(provider);
  }

  // Ends whatever still waits or draws; to be called while all that it uses is still there.
  void close() {
    clients.cancel();
    clients.spawn(dispatcher.stop(SteadyTime::min()));
    until([this] { return clients.size() == 0; });
  }

  // All that can happen without waiting.
  void turn() {
    io.restart();
    io.poll();
  }
  // Also what comes from other threads and timers; the patience is for a broken test only.
  template <class Condition>
  void until(Condition holds) {
    io.restart();
    while (!holds()) {
      if (io.run_one_for(std::chrono::seconds(10)) == 0)
        throw std::logic_error("what the test waits for does not happen");
    }
  }

  asio::io_context io{1};
  RecordingLog log;
  RecordingJournal journal;
  CountingRandom random;
  MemoryBlobStore blobs;
  ResultStore results;
  FakeCodec codec;
  WorkerPool workers{io.get_executor(), 1};
  Finisher finisher{results, codec, workers};
  Dispatcher dispatcher;
  Engine engine;
  int bugs = 0;
  TaskGroup clients;
};

}  // namespace gw::test
