// The record store: what a request costs on the database's thread, and what people wait for.
#include "storage/records/sqlite_store.hpp"
#include "tests/support/run.hpp"
#include "tests/support/temporary_directory.hpp"

#include <benchmark/benchmark.h>

#include <array>
#include <memory>
#include <string>

namespace gw {
namespace {

using test::run;

constexpr int kMany = 100'000;
constexpr int kBatch = 64;

std::string prompt(int number) {
  static constexpr std::array kSubjects{"a lighthouse at dusk", "一只可爱的猫咪坐在窗台上",
                                        "an old fisherman", "a red balloon over the city"};
  return std::string(kSubjects[static_cast<std::size_t>(number) % kSubjects.size()]) +
         ", oil painting, soft light, number " + std::to_string(number) +
         (number % 10'000 == 5 ? ", unicorn 麒麟" : "");
}

RequestRow request(int number) {
  RequestRow row;
  row.info.id = {"request00000000000" + std::to_string(number)};
  row.info.owner = {"owner"};
  row.info.durability = Durability::durable;
  row.info.model = "dall-e-3";
  row.info.provider = "demo";
  row.info.prompt = prompt(number);
  row.info.created = WallTime(std::chrono::milliseconds(number));
  row.caller = {"owner"};
  row.host = {"upstream.example.com:443"};
  row.order.prompt = row.info.prompt;
  row.order.upstream_model = "Qwen-Image";
  return row;
}

TaskRow task(int number, TaskState state) {
  TaskRow row;
  row.id = {static_cast<std::uint64_t>(number) + 1};
  row.request = {"request00000000000" + std::to_string(number)};
  row.durability = Durability::durable;
  row.host = {"upstream.example.com:443"};
  row.state = state;
  row.picture = {"picture000000000000" + std::to_string(number)};
  row.admitted = WallTime(std::chrono::milliseconds(number));
  return row;
}

PictureRow picture(int number) {
  PictureRow row;
  row.file.id = {"picture000000000000" + std::to_string(number)};
  row.file.size = 1'440'000;
  row.file.written = WallTime(std::chrono::milliseconds(number));
  row.owner = {"owner"};
  row.request = {"request00000000000" + std::to_string(number)};
  row.model = number % 1000 == 0 ? "rare" : "dall-e-3";
  row.provider = "demo";
  row.prompt = prompt(number);
  row.cache_key = Sha256{static_cast<std::uint8_t>(number), static_cast<std::uint8_t>(number >> 8)};
  return row;
}

// A store of its own in a folder of its own.
struct Rig {
  SqliteStore& store() { return *records; }

  TemporaryDirectory folder;
  asio::io_context io{1};
  WorkerPool workers{io.get_executor(), 1};
  std::unique_ptr<SqliteStore> records =
      SqliteStore::open(folder.path() / "records.db", workers).value();
};

template <class Fill>
void fill(Rig& rig, Fill one) {
  for (int i = 0; i < kMany; i += 1000) {
    RecordBatch batch;
    for (int k = i; k < i + 1000; ++k) one(batch, k);
    (void)run(rig.io, rig.store().write(std::move(batch))).value();
  }
}

// Filled once, for all that read it.
Rig& library() {
  static Rig rig;
  static const bool filled = [] {
    fill(rig, [](RecordBatch& batch, int number) { batch.pictures.push_back(picture(number)); });
    return true;
  }();
  (void)filled;
  return rig;
}

// A durable request, its task queued and done, its picture in the library.
void write_batch(benchmark::State& state) {
  Rig rig;
  int number = 0;
  for (auto _ : state) {
    RecordBatch batch;
    for (int i = 0; i < kBatch; ++i, ++number) {
      batch.requests.push_back(request(number));
      batch.tasks.push_back(task(number, TaskState::queued));
      batch.tasks.push_back(task(number, TaskState::done));
      batch.pictures.push_back(picture(number));
    }
    (void)run(rig.io, rig.store().write(std::move(batch))).value();
  }
  state.SetItemsProcessed(state.iterations() * kBatch);
}
BENCHMARK(write_batch)->MeasureProcessCPUTime()->Unit(benchmark::kMicrosecond);

// What a plain call leaves: sent, over, forgotten, and its picture.
void write_plain_batch(benchmark::State& state) {
  Rig rig;
  int number = 0;
  for (auto _ : state) {
    RecordBatch batch;
    for (int i = 0; i < kBatch; ++i, ++number) {
      auto sent = task(number, TaskState::sent);
      sent.durability = Durability::ephemeral;
      batch.tasks.push_back(sent);
      batch.forgotten.push_back(sent.id);
      batch.pictures.push_back(picture(number));
    }
    (void)run(rig.io, rig.store().write(std::move(batch))).value();
  }
  state.SetItemsProcessed(state.iterations() * kBatch);
}
BENCHMARK(write_plain_batch)->MeasureProcessCPUTime()->Unit(benchmark::kMicrosecond);

void write_one(benchmark::State& state, RecordBatch::Sync sync) {
  Rig rig;
  int number = 0;
  for (auto _ : state) {
    RecordBatch batch{
        .sync = sync, .requests = {request(number)}, .tasks = {task(number, TaskState::queued)}};
    ++number;
    (void)run(rig.io, rig.store().write(std::move(batch))).value();
  }
}
BENCHMARK_CAPTURE(write_one, lazy, RecordBatch::Sync::lazy)->UseRealTime();
BENCHMARK_CAPTURE(write_one, fsync, RecordBatch::Sync::fsync)->UseRealTime();

void open_work(benchmark::State& state) {
  Rig rig;
  fill(rig, [](RecordBatch& batch, int number) {
    batch.requests.push_back(request(number));
    batch.tasks.push_back(task(number, TaskState::queued));
  });
  for (auto _ : state) {
    const auto work = run(rig.io, rig.store().open_work()).value();
    if (work.tasks.size() != kMany) state.SkipWithError("tasks are missing");
  }
}
BENCHMARK(open_work)->Unit(benchmark::kMillisecond)->UseRealTime()->Iterations(3);

void reopen(benchmark::State& state) {
  Rig rig;
  fill(rig, [](RecordBatch& batch, int number) {
    batch.requests.push_back(request(number));
    batch.tasks.push_back(task(number, TaskState::queued));
    batch.pictures.push_back(picture(number));
  });
  for (auto _ : state) {
    rig.records.reset();
    rig.records = SqliteStore::open(rig.folder.path() / "records.db", rig.workers).value();
  }
}
BENCHMARK(reopen)->Unit(benchmark::kMillisecond)->UseRealTime()->Iterations(3);

void page(benchmark::State& state, const PictureQuery& wanted) {
  auto& rig = library();
  auto query = wanted;
  query.owner = {"owner"};
  std::size_t found = 0;
  for (auto _ : state) found = run(rig.io, rig.store().pictures(query)).value().pictures.size();
  state.counters["found"] = static_cast<double>(found);
}
BENCHMARK_CAPTURE(page, first, {})->Unit(benchmark::kMillisecond)->UseRealTime();
BENCHMARK_CAPTURE(page, rare_model, {.model = "rare"})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(page, no_favourites, {.favourites = true})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(page, frequent_word, {.text = "lighthouse"})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(page, rare_word, {.text = "unicorn"})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(page, frequent_chinese, {.text = "猫"})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(page, rare_chinese, {.text = "麒麟"})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();
BENCHMARK_CAPTURE(page, found_nowhere, {.text = "elephant 大象"})
    ->Unit(benchmark::kMillisecond)
    ->UseRealTime();

}  // namespace
}  // namespace gw
