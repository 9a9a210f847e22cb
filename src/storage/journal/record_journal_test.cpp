#include "storage/journal/record_journal.hpp"

#include "tests/support/memory_record_store.hpp"
#include "tests/support/recording_log.hpp"
#include "tests/support/run.hpp"

#include <gtest/gtest.h>

namespace gw {
namespace {

class RecordJournalTest : public testing::Test {
 protected:
  void TearDown() override { test::run(io, stopped()); }
  Task<void> stopped() {
    co_await journal.stop(SteadyTime::max());
    co_return Done();
  }

  std::shared_ptr<TaskSpec> spec_of(Durability durability) {
    auto spec = std::make_shared<TaskSpec>();
    RequestInfo request;
    request.id = RequestId{"request"};
    request.durability = durability;
    spec->request = std::make_shared<const RequestInfo>(request);
    return spec;
  }
  void note(std::uint64_t task, JournalStep step, std::shared_ptr<const TaskSpec> spec) {
    JournalEntry entry;
    entry.step = step;
    entry.task = TaskId{task};
    entry.spec = std::move(spec);
    entry.outcome = TaskState::failed;
    journal.append(entry);
  }
  Result<void> sync() { return test::run_until_done(io, journal.synced()); }
  void turn() {
    io.restart();
    io.poll();
  }

  asio::io_context io{1};
  test::RecordingLog log;
  test::MemoryRecordStore records;
  RecordJournal journal{records, io.get_executor(), log};
  const std::shared_ptr<TaskSpec> job = spec_of(Durability::durable);
  const std::shared_ptr<TaskSpec> call = spec_of(Durability::ephemeral);
};

TEST_F(RecordJournalTest, WhatIsSyncedIsWritten) {
  note(1, JournalStep::intent, job);
  EXPECT_TRUE(records.tasks.empty()) << "the engine is not kept";
  EXPECT_TRUE(sync());
  ASSERT_TRUE(records.tasks.contains(1));
  EXPECT_EQ(records.tasks.at(1).state, TaskState::queued);
  EXPECT_TRUE(records.requests.contains("request"));
}

TEST_F(RecordJournalTest, ManyAreOneTransaction) {
  for (std::uint64_t task = 1; task <= 100; ++task) note(task, JournalStep::intent, job);
  EXPECT_TRUE(sync());
  EXPECT_EQ(records.tasks.size(), 100u);
  EXPECT_EQ(records.writes, 1u);
}

TEST_F(RecordJournalTest, WhatNobodyWaitsForIsWrittenSoon) {
  note(1, JournalStep::sent, call);
  io.restart();
  while (records.tasks.empty()) ASSERT_GT(io.run_one_for(std::chrono::seconds(10)), 0u);
  EXPECT_EQ(records.tasks.at(1).state, TaskState::sent);
}

TEST_F(RecordJournalTest, AFullDiskIsToldToWhoeverWaitsAndForgetsNothing) {
  records.read_only = true;
  note(1, JournalStep::intent, job);
  const auto refused = sync();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind(), ErrorKind::storage_unavailable);
  EXPECT_FALSE(journal.accepting());
  static_cast<void>(sync());
  EXPECT_EQ(log.count("journal_not_written"), 1u) << "once for each time the disk fails";

  note(1, JournalStep::sent, job);
  records.read_only = false;
  EXPECT_TRUE(sync());
  EXPECT_TRUE(journal.accepting());
  EXPECT_EQ(log.count("journal_written_again"), 1u);
  ASSERT_TRUE(records.tasks.contains(1));
  EXPECT_EQ(records.tasks.at(1).state, TaskState::sent);
  EXPECT_TRUE(records.tasks.at(1).admitted);
}

TEST_F(RecordJournalTest, ADiskWithRoomAgainIsNoticedThoughNothingIsLeftToWrite) {
  records.read_only = true;
  note(1, JournalStep::sent, call);
  io.restart();
  while (journal.accepting()) ASSERT_GT(io.run_one_for(std::chrono::seconds(10)), 0u);
  EXPECT_EQ(journal.failures(), 1u);
  note(1, JournalStep::settled, call);  // nothing was kept, and so there is nothing to tell

  records.read_only = false;
  while (!journal.accepting()) ASSERT_GT(io.run_one_for(std::chrono::seconds(10)), 0u);
  EXPECT_EQ(log.count("journal_written_again"), 1u);
  EXPECT_TRUE(records.tasks.empty());
}

TEST_F(RecordJournalTest, TellsWhichJobsHaveChangedOnDisk) {
  std::vector<RequestId> changed;
  journal.on_written([&](const std::vector<RequestId>& jobs) { changed = jobs; });
  note(1, JournalStep::sent, call);
  EXPECT_TRUE(sync());
  EXPECT_TRUE(changed.empty()) << "a plain call is no job";
  note(2, JournalStep::intent, job);
  EXPECT_TRUE(sync());
  EXPECT_EQ(changed, std::vector<RequestId>{RequestId{"request"}});
}

TEST_F(RecordJournalTest, StoppingWritesWhatIsLeft) {
  note(1, JournalStep::intent, job);
  EXPECT_TRUE(test::run(io, stopped()));
  EXPECT_TRUE(records.tasks.contains(1));
}

TEST_F(RecordJournalTest, StoppingDoesNotWaitForADiskThatIsFull) {
  records.read_only = true;
  note(1, JournalStep::intent, job);
  EXPECT_TRUE(test::run(io, stopped()));
  EXPECT_TRUE(records.tasks.empty());
}

}  // namespace
}  // namespace gw
