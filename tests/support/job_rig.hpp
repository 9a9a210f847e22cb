// The JobDesk over the whole core, on a real loop, with a provider that does as it is told; and
// what outlives a process, for tests that end one.
#pragma once

#include "base/task_group.hpp"
#include "base/worker_pool.hpp"
#include "core/engine/dispatcher.hpp"
#include "core/jobs/job_desk.hpp"
#include "core/jobs/recovery.hpp"
#include "tests/support/counting_random.hpp"
#include "tests/support/fake_codec.hpp"
#include "tests/support/fake_provider.hpp"
#include "tests/support/generator_fixture.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/memory_blob_store.hpp"
#include "tests/support/memory_record_store.hpp"
#include "tests/support/recording_log.hpp"
#include "tests/support/row_journal.hpp"
#include "tests/support/run.hpp"

#include <boost/asio/post.hpp>

#include <chrono>
#include <exception>
#include <stdexcept>
#include <string>
#include <utility>

namespace gw::test {

struct JobDisk {
  ManualClock clock{WallTime(std::chrono::seconds(1'700'000'000))};
  CountingRandom random;
  MemoryBlobStore blobs{clock};
  MemoryBlobStore input_blobs{clock};
  MemoryRecordStore records;
};

// One process. Its end is a crash: what is not on the disk is lost.
class JobRig final {
 public:
  explicit JobRig(JobDisk& given, EngineOptions options = {}, std::size_t slots = 1)
      : disk(given), provider(io.get_executor(), upstream(slots)), engine_options(options) {
    journal.written = [this](const auto& jobs) { desk.written(jobs); };
    engine.add_host(provider.host(), provider.host_limit());
    dispatcher.bind(engine, journal, finisher);
    dispatcher.add_provider(provider);
    context.caller = CallerId{"key 1"};
    context.request_id = "req_1";
    context.origin = "https://gateway.example.com";
  }
  ~JobRig() { crash(); }
  JobRig(const JobRig&) = delete;
  JobRig& operator=(const JobRig&) = delete;

  // What App does before the first request.
  void recover() {
    run(results.open());
    run(inputs.open());
    auto work = run(disk.records.open_work()).value();
    const auto last = work.last;
    const auto lost = work.lost;
    auto tasks = run(unfinished_tasks(std::move(work), inputs, results)).value();
    engine.restore(std::move(tasks), lost, last);
    turn();
  }
  void crash() {
    journal.refusing = true;
    // On the loop: what is cancelled from outside may be over before it hears of it.
    asio::post(io, [this] {
      clients.cancel();
      clients.spawn(dispatcher.stop(SteadyTime::min()));
      ending = true;
    });
    until([this] { return ending; });
    until([this] { return clients.size() == 0; });
  }

  template <class T>
  T run(Async<T> coroutine) {
    return run_until_done(io, std::move(coroutine));
  }
  // All that can happen without waiting.
  void turn() {
    io.restart();
    io.poll();
  }
  template <class Condition>
  void until(Condition holds) {
    io.restart();
    while (!holds()) {
      if (io.run_one_for(std::chrono::seconds(10)) == 0)
        throw std::logic_error("what the test waits for does not happen");
    }
  }

  Result<SubmittedJob> try_submit(GenerationRequest request = a_cat(), RepeatMarks marks = {}) {
    return run(desk.submit(std::move(request), std::move(marks), context));
  }
  RequestId submit(GenerationRequest request = a_cat(), RepeatMarks marks = {}) {
    return try_submit(std::move(request), std::move(marks)).value().job.info.id;
  }
  Result<Job> try_get(const RequestId& id) { return run(desk.get(context.caller, id)); }
  Job get(const RequestId& id) { return try_get(id).value(); }
  JobStatus status(const RequestId& id) { return get(id).status; }
  void until_is(const RequestId& id, JobStatus wanted) {
    for (int i = 0; status(id) != wanted; ++i) {
      if (i == 1000) throw std::logic_error("the job does not become what the test waits for");
      // All there is before the next look: each look leaves something behind that is ready too.
      io.restart();
      if (io.poll() == 0) io.run_one_for(std::chrono::milliseconds(100));
    }
  }

  static FakeProvider::Options upstream(std::size_t slots) {
    FakeProvider::Options options;
    options.limit = slots;
    options.models.front().max_references = 2;
    return options;
  }

  JobDisk& disk;
  asio::io_context io{1};
  RecordingLog log;
  ManualClock& clock = disk.clock;
  FakeProvider provider;
  EngineOptions engine_options;
  ResultStore results{{}, disk.blobs, clock, disk.random, log};
  FakeCodec codec;
  WorkerPool workers{io.get_executor(), 1};
  Finisher finisher{results, codec, workers};
  RowJournal journal{disk.records};
  Dispatcher dispatcher{io.get_executor(), results, log};
  Engine engine{engine_options, clock, journal, dispatcher};
  ModelCatalog models = ModelCatalog::create({&provider}, {}).value();
  RouteBook book{models};
  RouteDesk routes{book, engine, engine.durations(), disk.clock, disk.random};
  StyleBook styles;
  Generator generator{routes, styles, engine, results, finisher, io.get_executor(), disk.random};
  InputKeeper inputs{disk.input_blobs, disk.random, clock, io.get_executor(), 10'000'000};
  JobDesk desk{
      {generator, book, engine, journal, disk.records, inputs, results}, io.get_executor(), clock};
  RequestContext context;
  bool ending = false;
  TaskGroup clients{io.get_executor(), [](std::exception_ptr) {}};
};

}  // namespace gw::test
