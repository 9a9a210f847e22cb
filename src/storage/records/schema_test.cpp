#include "storage/records/schema.hpp"

#include "storage/records/inspect.hpp"
#include "storage/records/raw_database.hpp"
#include "storage/records/sqlite_accounts.hpp"
#include "tests/support/recording_log.hpp"
#include "tests/support/run.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

namespace gw::records {
namespace {

using test::run;
using testing::HasSubstr;

class Schema : public testing::Test {
 protected:
  Result<std::unique_ptr<SqliteStore>> open() { return SqliteStore::open(file, workers); }
  // What a former release left: its tables only.
  void make_version(int version) {
    std::ofstream(file).close();
    Connection connection(file, Connection::Use::writing);
    migrate(connection, version);
  }
  void execute(const char* script) { Connection(file, Connection::Use::writing).execute(script); }
  void execute_in_new(const char* script) {
    std::ofstream(file).close();
    RawDatabase database(file.string(), SQLITE_OPEN_READWRITE);
    for (const std::string& statement : split(script)) (void)database.ask(statement.c_str());
  }
  static std::vector<std::string> split(const std::string& script) {
    const auto end = script.find(';');
    return {script.substr(0, end), script.substr(end + 1)};
  }
  std::string bytes() const {
    std::ostringstream text;
    text << std::ifstream(file, std::ios::binary).rdbuf();
    return text.str();
  }
  void expect_refused_untouched(const std::string& sentence) {
    const auto before = bytes();
    const auto store = open();
    ASSERT_FALSE(store);
    EXPECT_EQ(store.error().kind(), ErrorKind::storage_unavailable);
    EXPECT_THAT(store.error().message(), HasSubstr(file.string()));
    EXPECT_THAT(store.error().message(), HasSubstr(sentence));
    EXPECT_TRUE(bytes() == before) << "byte for byte";
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder.path()))
      names.push_back(entry.path().filename());
    EXPECT_THAT(names, testing::ElementsAre("records.db")) << "and nothing beside it";
  }
  // A store that was used and closed.
  void fill() {
    auto store = open().value();
    RecordBatch batch;
    for (std::uint64_t i = 1; i <= 200; ++i) {
      batch.pictures.emplace_back();
      batch.pictures.back().file.id = {"pic" + std::to_string(i)};
      batch.pictures.back().prompt = "a lighthouse, number " + std::to_string(i);
    }
    ASSERT_TRUE(run(io, store->write(std::move(batch))));
  }

  TemporaryDirectory folder;
  std::filesystem::path file = folder.path() / "records.db";
  asio::io_context io{1};
  test::RecordingLog log;
  WorkerPool workers{io.get_executor(), 1};
};

TEST_F(Schema, OpensEveryEarlierVersionAndKeepsItsRows) {
  ASSERT_GE(newest_version(), 4);
  for (int version = 1; version < newest_version(); ++version) {
    SCOPED_TRACE(version);
    make_version(version);
    // As version 1 wrote it; later steps may only add.
    execute(
        "INSERT INTO requests (id, owner, end_user, caller, host, idempotency_key, created, kind,"
        " durability, keeping, model, provider, prompt, style, revised_prompt, form, ignored, n,"
        " background, typical_seconds, fingerprint, order_model, order_prompt,"
        " order_negative_prompt, order_quality, order_width, order_height, order_steps,"
        " order_transparent, inputs, status)"
        " VALUES ('req1', 'owner', '', 'owner', 'host', '', 5, 'generation', 'durable', 'keep',"
        " 'm', 'p', 'from version 1', '', '', 'url', '[]', 1, 'auto', 30, '', 'M', 'from', '',"
        " 'auto', 64, 64, 4, 0, '[]', 'queued');"
        "INSERT INTO tasks (id, request, durability, host, position, seed, state, tries, picture,"
        " width, height, admitted) VALUES (7, 'req1', 'durable', 'host', 0, -1, 'queued', 0, '',"
        " 0, 0, 5);"
        "UPDATE counters SET value = 9 WHERE name = 'last_task'");
    {
      const auto store = open().value();
      const auto work = run(io, store->open_work()).value();
      EXPECT_EQ(work.last, TaskId{9});
      ASSERT_EQ(work.requests.size(), 1u);
      EXPECT_EQ(work.requests[0].info.prompt, "from version 1");
      ASSERT_EQ(work.tasks.size(), 1u);
      EXPECT_EQ(work.tasks[0].seed, ~0ULL);
      EXPECT_TRUE(work.tasks[0].attempts.empty());
      auto task = work.tasks[0];
      task.attempts.emplace_back();
      EXPECT_TRUE(run(io, store->write({.tasks = {task}})));
      EXPECT_EQ(run(io, store->open_work()).value().tasks[0].attempts, task.attempts);
      SqliteAccounts accounts(*store, Secret("sk-test-key"), log);
      EXPECT_TRUE(run(io, accounts.accounts()).value().empty());
      EXPECT_TRUE(run(
          io,
          accounts.put_account(
              {.id = {"acc_a"}, .provider = "p", .label = "l", .credentials = {}, .models = {}})));
      PictureRow picture;
      picture.file.id = {"pic1"};
      EXPECT_TRUE(run(io, store->write({.pictures = {picture}})));
    }
    EXPECT_EQ(inspect(file, Inspected::in_use).value(), newest_version());
    std::filesystem::remove(file);
  }
}

TEST_F(Schema, AStepThatFailsLeavesTheFormerVersion) {
  make_version(1);
  execute("CREATE TABLE answers (in_the_way)");
  const auto store = open();
  ASSERT_FALSE(store);
  EXPECT_THAT(store.error().message(), HasSubstr("answers"));
  EXPECT_EQ(inspect(file, Inspected::in_use).value(), 1);
  execute("DROP TABLE answers");
  EXPECT_TRUE(open());
}

TEST_F(Schema, AnEmptyFileIsANewDatabase) {
  std::ofstream(file).close();
  EXPECT_TRUE(open());
  EXPECT_EQ(inspect(file, Inspected::in_use).value(), newest_version());
}

TEST_F(Schema, ANewerDatabaseIsRefused) {
  fill();
  execute("PRAGMA user_version = 1000");
  expect_refused_untouched("written by a newer dreamifly-2api");
  expect_refused_untouched("version 1000");
}

TEST_F(Schema, AnotherProgramsDatabaseIsRefused) {
  execute_in_new("CREATE TABLE theirs (x); INSERT INTO theirs VALUES (1)");
  expect_refused_untouched("the database of another program");
}

TEST_F(Schema, WhatIsNoDatabaseIsRefused) {
  std::ofstream(file) << "a letter to somebody, longer than a hundred bytes "
                      << std::string(200, 'x');
  expect_refused_untouched("is no database");
  std::ofstream(file) << "short";
  expect_refused_untouched("is no database");
}

TEST_F(Schema, AGarbledHeadIsRefused) {
  fill();
  auto garbled = bytes();
  for (std::size_t i = 16; i < 90; ++i) garbled[i] = static_cast<char>(i * 37);
  std::ofstream(file, std::ios::binary) << garbled;
  expect_refused_untouched("");
}

TEST_F(Schema, ATruncatedFileIsRefused) {
  fill();
  const auto whole = bytes();
  for (const auto size : {whole.size() / 2, whole.size() - 1, whole.size() - 4096,
                          std::size_t{4096}, std::size_t{100}, std::size_t{20}}) {
    SCOPED_TRACE(size);
    std::ofstream(file, std::ios::binary) << whole.substr(0, size);
    expect_refused_untouched("is damaged");
  }
}

TEST_F(Schema, APageOfGarbageIsRefused) {
  fill();
  auto garbled = bytes();
  ASSERT_GT(garbled.size(), 5u * 4096);
  for (std::size_t i = 4 * 4096; i < 5 * 4096; ++i) garbled[i] = static_cast<char>(i * 31);
  std::ofstream(file, std::ios::binary) << garbled;
  expect_refused_untouched("is damaged");
}

TEST_F(Schema, AFileTooLargeToReadAtEachStartIsReadByBackupsOnlyAndDamageIsToldWhenItIsMet) {
  fill();
  auto garbled = bytes();
  const auto page = garbled.find("lighthouse") / 4096;
  ASSERT_GT(page, 0u);
  for (std::size_t i = page * 4096; i < (page + 1) * 4096; ++i)
    garbled[i] = static_cast<char>(i * 31);
  std::ofstream(file, std::ios::binary) << garbled;

  EXPECT_FALSE(inspect(file, Inspected::in_use, garbled.size()));
  EXPECT_EQ(inspect(file, Inspected::in_use, garbled.size() - 1).value(), newest_version());
  static const std::string kPrompts = "SELECT prompt FROM pictures NOT INDEXED";
  Connection reading(file, Connection::Use::reading);
  const auto met =
      reading.attempt([&] { reading.select<OneText>(kPrompts, [](const OneText&) {}); });
  ASSERT_FALSE(met);
  EXPECT_EQ(met.error().kind(), ErrorKind::storage_unavailable);
  EXPECT_THAT(met.error().message(), HasSubstr("damaged"));
}

TEST_F(Schema, DamagedDefinitionsOfTablesAreRefusedHoweverLargeTheFileIs) {
  fill();
  auto garbled = bytes();
  for (std::size_t i = 100; i < 4096; ++i) garbled[i] = static_cast<char>(i * 31);
  std::ofstream(file, std::ios::binary) << garbled;
  const auto refused = inspect(file, Inspected::in_use, 0);
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message(), HasSubstr("is damaged"));
}

TEST_F(Schema, AFolderInItsPlaceIsRefused) {
  std::filesystem::create_directory(file);
  const auto store = open();
  ASSERT_FALSE(store);
  EXPECT_THAT(store.error().message(), HasSubstr("no ordinary file"));
}

}  // namespace
}  // namespace gw::records
