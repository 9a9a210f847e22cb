// Makes a library of many pictures out of one that has one: rows and files, of the same owner.
//   fill_library <data dir> <how many>
#include "base/image_format.hpp"
#include "base/random.hpp"
#include "base/worker_pool.hpp"
#include "storage/blobs/filesystem_store.hpp"
#include "storage/records/raw_database.hpp"
#include "storage/records/sqlite_store.hpp"
#include "tests/support/run.hpp"

#include <array>
#include <cstdio>
#include <filesystem>
#include <stdexcept>
#include <string>

namespace gw {
namespace {

using test::run;

template <class T>
T need(Result<T> result) {
  if (!result) throw std::runtime_error(result.error().message() + ": " + result.error().detail());
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

CallerId owner_in(const std::filesystem::path& records) {
  records::RawDatabase database(records.string(), SQLITE_OPEN_READONLY);
  return {need(database.ask("SELECT owner FROM pictures LIMIT 1"))};
}

std::string prompt(std::size_t number) {
  static constexpr std::array kSubjects{"a lighthouse at dusk", "一只可爱的猫咪坐在窗台上",
                                        "an old fisherman", "a red balloon over the city"};
  return std::string(kSubjects[number % kSubjects.size()]) + ", oil painting, soft light, number " +
         std::to_string(number);
}

// `first` is the picture to make copies of; the files' times follow the rows'.
void fill(const std::filesystem::path& folder, std::size_t count) {
  const auto owner = owner_in(folder / "records.db");
  asio::io_context io{1};
  WorkerPool workers(io.get_executor(), 2);
  const auto records = need(SqliteStore::open(folder / "records.db", workers));
  const auto blobs = need(FilesystemStore::open(folder / "images", workers));
  auto row = need(run(io, records->pictures({.owner = owner}))).pictures.at(0);
  const auto extension = "." + std::string(file_extension(row.file.format));
  const auto bytes = need(run(io, blobs->read(row.file.id.value + extension, 0, row.file.size)));
  SystemRandom random;
  for (std::size_t done = 0; done < count;) {
    RecordBatch batch;
    for (int i = 0; i < 1000 && done < count; ++i, ++done) {
      row.file.id = {random.token(26)};
      row.prompt = prompt(done);
      need(run(io, blobs->write(row.file.id.value + extension, bytes)));
      row.file.written = std::chrono::system_clock::now();
      batch.pictures.push_back(row);
    }
    need(run(io, records->write(std::move(batch))));
  }
}

}  // namespace
}  // namespace gw

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fputs("usage: fill_library <data dir> <how many>\n", stderr);
    return 2;
  }
  try {
    gw::fill(argv[1], std::stoul(argv[2]));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "fill_library: %s\n", error.what());
    return 1;
  }
}
