// What is SQLite's own; what every store must do is in tests/contract/record_store_*.
#include "storage/records/sqlite_store.hpp"

#include "storage/records/raw_database.hpp"
#include "tests/support/run.hpp"
#include "tests/support/temporary_directory.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sys/stat.h>

namespace gw {
namespace {

using test::run;
using testing::HasSubstr;

class SqliteStoreTest : public testing::Test {
 protected:
  std::unique_ptr<SqliteStore> open(const std::filesystem::path& path) {
    return SqliteStore::open(path, workers).value();
  }
  static RecordBatch pictures(int first, int count) {
    RecordBatch batch;
    for (int i = first; i < first + count; ++i) {
      batch.pictures.emplace_back();
      batch.pictures.back().file.id = {"pic" + std::to_string(i)};
      batch.pictures.back().owner = {"owner"};
      batch.pictures.back().prompt = "a lighthouse";
    }
    return batch;
  }
  std::string ask(const std::string& sql) {
    records::RawDatabase database(file.string(), SQLITE_OPEN_READONLY);
    return database.ask(sql.c_str()).value();
  }

  TemporaryDirectory folder;
  std::filesystem::path file = folder.path() / "records.db";
  asio::io_context io{1};
  WorkerPool workers{io.get_executor(), 2};
};

TEST_F(SqliteStoreTest, TheFilesAreForUsAlone) {
  const auto store = open(file);
  ASSERT_TRUE(run(io, store->write(pictures(0, 1))));
  for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
    struct stat status{};
    ASSERT_EQ(::stat(entry.path().c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777u, 0600u) << entry.path();
  }
}

TEST_F(SqliteStoreTest, AnyPathWillDoButOneWithAQuotationMark) {
  for (const auto* name : {"with two  spaces", "a=b db=c", "图片", "100%20", "it's?x=1#y"}) {
    const auto path = folder.path() / name;
    std::filesystem::create_directory(path);
    {
      const auto store = open(path / "records.db");
      ASSERT_TRUE(run(io, store->write(pictures(0, 1)))) << name;
    }
    EXPECT_TRUE(open(path / "records.db")) << name;
    EXPECT_TRUE(std::filesystem::exists(path / "records.db")) << name;
  }
  const auto refused = SqliteStore::open(folder.path() / "a\"b.db", workers);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message(), HasSubstr("quotation mark"));
}

TEST_F(SqliteStoreTest, AProcessThatWasKilledLosesNothingThatWasWritten) {
  auto store = open(file);
  ASSERT_TRUE(run(io, store->write(pictures(0, 3))));
  // The files as a kill leaves them: the log has not gone into the database.
  const auto copy = folder.path() / "copy.db";
  std::filesystem::copy_file(file, copy);
  std::filesystem::copy_file(file.string() + "-wal", copy.string() + "-wal");
  const auto survivor = open(copy);
  EXPECT_EQ(run(io, survivor->pictures({.owner = {"owner"}})).value().pictures.size(), 3u);
}

TEST_F(SqliteStoreTest, OnlyAnFsyncedBatchWaitsForTheDisk) {
  // The count of such commits is what makes even an empty one write.
  const auto store = open(file);
  ASSERT_TRUE(run(io, store->write({.sync = RecordBatch::Sync::fsync})));
  ASSERT_TRUE(run(io, store->write(pictures(0, 1))));
  EXPECT_EQ(ask("SELECT value FROM counters WHERE name = 'syncs'"), "1");
}

TEST_F(SqliteStoreTest, ReadingDoesNotWaitBehindWriting) {
  const auto store = open(file);
  ASSERT_TRUE(run(io, store->write(pictures(0, 1))));
  bool written = false;
  bool found_before = false;
  const auto write = [](SqliteStore& records, bool& done) -> Async<void> {
    (void)co_await records.write(pictures(1, 5'000));
    done = true;
  };
  const auto read = [](SqliteStore& records, const bool& done, bool& before) -> Async<void> {
    const auto found = co_await records.picture({"owner"}, {"pic0"});
    before = found && *found && !done;
  };
  asio::co_spawn(io, write(*store, written), asio::detached);
  asio::co_spawn(io, read(*store, written, found_before), asio::detached);
  io.restart();
  io.run();
  EXPECT_TRUE(written);
  EXPECT_TRUE(found_before);
}

TEST_F(SqliteStoreTest, AStoreMayGoWhileItsWorkIsUnderWay) {
  auto store = open(file);
  const auto write = [](SqliteStore& records) -> Async<void> {
    (void)co_await records.write(pictures(0, 100));
  };
  asio::co_spawn(io, write(*store), asio::detached);
  io.restart();
  io.run_one();  // it is given to the pool
  store.reset();
  io.run();
  EXPECT_EQ(
      run(io, open(file)->pictures({.owner = {"owner"}, .limit = 1000})).value().pictures.size(),
      100u);
}

}  // namespace
}  // namespace gw
