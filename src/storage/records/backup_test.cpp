#include "storage/records/backup.hpp"

#include "storage/records/raw_database.hpp"
#include "storage/records/sqlite_store.hpp"
#include "tests/support/run.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>
#include <sys/stat.h>

namespace gw {
namespace {

using test::run;
using testing::HasSubstr;

std::string bytes(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

class Backup : public testing::Test {
 protected:
  std::unique_ptr<SqliteStore> open() { return SqliteStore::open(file, workers).value(); }
  void add(SqliteStore& store, const std::string& id, const std::string& prompt = "a lighthouse") {
    PictureRow row;
    row.file.id = {id};
    row.owner = {"owner"};
    row.prompt = prompt;
    ASSERT_TRUE(run(io, store.write({.pictures = {row}})));
  }
  bool has(SqliteStore& store, const std::string& id) {
    return run(io, store.picture({"owner"}, {id})).value().has_value();
  }
  std::vector<std::string> names() const {
    std::vector<std::string> found;
    for (const auto& entry : std::filesystem::directory_iterator(folder.path()))
      found.push_back(entry.path().filename());
    std::ranges::sort(found);
    return found;
  }

  TemporaryDirectory folder;
  std::filesystem::path file = folder.path() / "records.db";
  std::filesystem::path target = folder.path() / "backup.db";
  WallTime now{std::chrono::seconds(1'790'000'000)};
  asio::io_context io{1};
  WorkerPool workers{io.get_executor(), 2};
};

TEST_F(Backup, OfADatabaseInUseIsRestoredAsItWas) {
  auto store = open();
  add(*store, "before");
  ASSERT_TRUE(back_up(file, target));
  add(*store, "after");
  store.reset();
  struct stat status{};
  ASSERT_EQ(::stat(target.c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777u, 0600u);

  const auto kept = restore_backup(target, file, now);
  ASSERT_TRUE(kept) << kept.error().message();
  EXPECT_EQ(*kept, folder.path() / "records.db.before-restore-20260921T141320Z");
  store = open();
  EXPECT_TRUE(has(*store, "before"));
  EXPECT_FALSE(has(*store, "after"));
  EXPECT_EQ(
      run(io, store->pictures({.owner = {"owner"}, .text = "lighthouse"})).value().pictures.size(),
      1u);
  const auto former = SqliteStore::open(**kept, workers).value();
  EXPECT_TRUE(has(*former, "after")) << "nothing is lost by a mistaken restore";
}

TEST_F(Backup, KeepsTheLogOfAFormerDatabaseThatWasNotClosed) {
  auto store = open();
  add(*store, "before");
  ASSERT_TRUE(back_up(file, target));
  add(*store, "in-the-log");
  // As a kill leaves it.
  const auto killed = folder.path() / "killed.db";
  std::filesystem::copy_file(file, killed);
  std::filesystem::copy_file(file.string() + "-wal", killed.string() + "-wal");
  const auto kept = restore_backup(target, killed, now);
  ASSERT_TRUE(kept) << kept.error().message();
  EXPECT_FALSE(has(*SqliteStore::open(killed, workers).value(), "in-the-log"));
  EXPECT_TRUE(has(*SqliteStore::open(**kept, workers).value(), "in-the-log"));
}

TEST_F(Backup, ReplacesNoFile) {
  const auto store = open();
  std::ofstream(target) << "precious";
  const auto copied = back_up(file, target);
  ASSERT_FALSE(copied);
  EXPECT_EQ(copied.error().kind(), ErrorKind::conflict);
  EXPECT_EQ(bytes(target), "precious");
}

TEST_F(Backup, LeavesNothingBehindWhenItFails) {
  const auto store = open();
  EXPECT_FALSE(back_up(file, folder.path() / "none" / "backup.db"));
  EXPECT_FALSE(back_up(folder.path() / "missing.db", target));
  std::ofstream(folder.path() / "letter.db") << "no database";
  EXPECT_FALSE(back_up(folder.path() / "letter.db", target));
  EXPECT_THAT(names(),
              testing::ElementsAre("letter.db", "records.db", "records.db-shm", "records.db-wal"));
}

TEST_F(Backup, DoesNotHoldWhatWasErased) {
  const auto store = open();
  add(*store, "secret", "an unmistakable sentence about zebras");
  ASSERT_TRUE(run(io, store->erase({"owner"}, std::nullopt)));
  ASSERT_TRUE(back_up(file, target));
  EXPECT_THAT(bytes(target), testing::Not(HasSubstr("unmistakable sentence")));
}

TEST_F(Backup, ThatIsNoneIsRefusedAndNothingChanges) {
  {
    const auto store = open();
    add(*store, "mine");
  }
  const auto before = bytes(file);
  std::ofstream(target) << "no database at all, and no backup";
  std::ofstream(folder.path() / "empty.db").close();
  const auto whole = folder.path() / "whole.db";
  ASSERT_TRUE(back_up(file, whole));
  std::ofstream(folder.path() / "half.db", std::ios::binary)
      << bytes(whole).substr(0, bytes(whole).size() / 2);
  const auto count = names().size();
  for (const auto& [name, reason] : {std::pair{"backup.db", "is no database"},
                                     {"empty.db", "is empty"},
                                     {"half.db", "is damaged"},
                                     {"none.db", "is not there"}}) {
    const auto restored = restore_backup(folder.path() / name, file, now);
    ASSERT_FALSE(restored) << name;
    EXPECT_THAT(restored.error().message(), HasSubstr(reason));
  }
  EXPECT_TRUE(bytes(file) == before);
  EXPECT_EQ(names().size(), count);
}

TEST_F(Backup, IsRestoredWhereThereWasNoDatabase) {
  {
    const auto store = open();
    add(*store, "mine");
    ASSERT_TRUE(back_up(file, target));
  }
  const auto elsewhere = folder.path() / "elsewhere.db";
  const auto kept = restore_backup(target, elsewhere, now);
  ASSERT_TRUE(kept);
  EXPECT_FALSE(*kept);
  EXPECT_TRUE(has(*SqliteStore::open(elsewhere, workers).value(), "mine"));
}

TEST_F(Backup, AlsoReplacesADatabaseThatIsDamaged) {
  {
    const auto store = open();
    ASSERT_TRUE(back_up(file, target));
  }
  std::ofstream(file) << "ruined";
  const auto kept = restore_backup(target, file, now);
  ASSERT_TRUE(kept) << kept.error().message();
  EXPECT_EQ(bytes(**kept), "ruined");
  EXPECT_TRUE(SqliteStore::open(file, workers));
}

}  // namespace
}  // namespace gw
