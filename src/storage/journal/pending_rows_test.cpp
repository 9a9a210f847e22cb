#include "storage/journal/pending_rows.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace gw {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

class PendingRowsTest : public testing::Test {
 protected:
  static std::shared_ptr<TaskSpec> spec_of(Durability durability, int index = 0) {
    auto spec = std::make_shared<TaskSpec>();
    spec->key = CallerId{"key"};
    spec->caller = CallerId{"caller"};
    spec->host = HostId{"upstream.example.com"};
    spec->order.prompt = "a cat";
    spec->order.seed = 7;
    spec->index = index;
    RequestInfo request;
    request.id = RequestId{"request"};
    request.owner = spec->key;
    request.durability = durability;
    request.prompt = "a cat";
    spec->request = std::make_shared<const RequestInfo>(request);
    return spec;
  }
  static JournalEntry entry(std::uint64_t task, JournalStep step,
                            std::shared_ptr<const TaskSpec> spec) {
    JournalEntry entry;
    entry.step = step;
    entry.task = TaskId{task};
    entry.spec = std::move(spec);
    entry.tries = step == JournalStep::intent ? 0 : 1;
    entry.picture = PictureId{"picture"};
    entry.at = WallTime(1'700'000'000s + std::chrono::seconds(static_cast<int>(step)));
    return entry;
  }
  void note(std::uint64_t task, JournalStep step, std::shared_ptr<const TaskSpec> spec) {
    rows.add(entry(task, step, std::move(spec)));
  }
  void settle(std::uint64_t task, std::shared_ptr<const TaskSpec> spec,
              TaskState outcome = TaskState::done) {
    auto settled = entry(task, JournalStep::settled, std::move(spec));
    settled.outcome = outcome;
    if (outcome == TaskState::done) {
      settled.stored = StoredPicture{PictureId{"picture"}, ImageFormat::png, 10, settled.at};
      settled.size = {64, 48};
    }
    rows.add(settled);
  }
  void ended(std::uint64_t task, int number, JournalStep step,
             std::shared_ptr<const TaskSpec> spec) {
    auto noted = entry(task, step, std::move(spec));
    noted.tries = number;
    noted.tried.emplace().number = number;
    rows.add(noted);
  }
  static std::vector<int> numbers(const TaskRow& task) {
    std::vector<int> numbers;
    for (const auto& attempt : task.attempts) numbers.push_back(attempt.number);
    return numbers;
  }
  RecordBatch write() {
    auto batch = rows.take();
    rows.written();
    return batch;
  }

  const std::shared_ptr<TaskSpec> call = spec_of(Durability::ephemeral);
  const std::shared_ptr<TaskSpec> job = spec_of(Durability::durable);
  PendingRows rows;
};

TEST_F(PendingRowsTest, APlainCallHasNoRowBeforeItIsSent) {
  note(1, JournalStep::intent, call);
  const auto batch = write();
  EXPECT_TRUE(batch.tasks.empty());
  EXPECT_TRUE(batch.requests.empty());
  EXPECT_EQ(batch.sync, RecordBatch::Sync::lazy);
}

TEST_F(PendingRowsTest, APlainCallsRowGoesWhenItIsOver) {
  note(1, JournalStep::sent, call);
  const auto sent = write();
  ASSERT_EQ(sent.tasks.size(), 1u);
  EXPECT_EQ(sent.tasks[0].state, TaskState::sent);
  EXPECT_EQ(sent.tasks[0].host, call->host);
  EXPECT_EQ(sent.tasks[0].picture, PictureId{"picture"});
  settle(1, call);
  const auto settled = write();
  EXPECT_TRUE(settled.tasks.empty());
  EXPECT_EQ(settled.forgotten, std::vector<TaskId>{TaskId{1}});
  EXPECT_EQ(settled.pictures.size(), 1u);
  settle(2, call, TaskState::failed);
  EXPECT_TRUE(write().forgotten.empty()) << "it never had a row";
}

TEST_F(PendingRowsTest, APlainCallThatMustBeRepeatedIsNotSentAnyMore) {
  note(1, JournalStep::sent, call);
  write();
  note(1, JournalStep::intent, call);
  EXPECT_EQ(write().forgotten, std::vector<TaskId>{TaskId{1}});
}

TEST_F(PendingRowsTest, APlainCallWhoseAnswerWasLostKeepsItsRow) {
  note(1, JournalStep::sent, call);
  settle(1, call, TaskState::unknown);
  const auto batch = write();
  ASSERT_EQ(batch.tasks.size(), 1u);
  EXPECT_EQ(batch.tasks[0].state, TaskState::unknown);
  EXPECT_TRUE(batch.tasks[0].sent);
}

TEST_F(PendingRowsTest, WhatBeganAndEndedMeanwhileIsOnePicture) {
  note(1, JournalStep::intent, call);
  note(1, JournalStep::sent, call);
  settle(1, call);
  const auto batch = write();
  EXPECT_TRUE(batch.tasks.empty());
  EXPECT_TRUE(batch.forgotten.empty());
  ASSERT_EQ(batch.pictures.size(), 1u);
  const auto& picture = batch.pictures[0];
  EXPECT_EQ(picture.owner, CallerId{"key"});
  EXPECT_EQ(picture.prompt, "a cat");
  EXPECT_EQ(picture.seed, 7u);
  EXPECT_EQ(picture.size, (ImageSize{64, 48}));
  EXPECT_TRUE(rows.empty());
}

TEST_F(PendingRowsTest, AJobIsWrittenWholeAndSynced) {
  note(1, JournalStep::intent, job);
  note(2, JournalStep::intent, spec_of(Durability::durable, 1));
  const auto batch = write();
  EXPECT_EQ(batch.sync, RecordBatch::Sync::fsync);
  ASSERT_EQ(batch.requests.size(), 1u) << "one for all its pictures";
  EXPECT_EQ(batch.requests[0].info.id, RequestId{"request"});
  EXPECT_EQ(batch.requests[0].order.prompt, "a cat");
  EXPECT_EQ(batch.requests[0].order.seed, 0u) << "that is each task's own";
  ASSERT_EQ(batch.tasks.size(), 2u);
  EXPECT_EQ(batch.tasks[1].index, 1);
  EXPECT_EQ(batch.tasks[0].seed, 7u);
  EXPECT_TRUE(batch.tasks[0].admitted);
}

TEST_F(PendingRowsTest, AJobsRowsStayWhenItIsOver) {
  note(1, JournalStep::intent, job);
  write();
  settle(1, job);
  const auto batch = write();
  EXPECT_TRUE(batch.requests.empty());
  ASSERT_EQ(batch.tasks.size(), 1u);
  EXPECT_EQ(batch.tasks[0].state, TaskState::done);
  EXPECT_FALSE(batch.tasks[0].admitted) << "as it was written before";
  EXPECT_TRUE(batch.tasks[0].settled);
}

TEST_F(PendingRowsTest, WhatTheDiskDidNotTakeIsPendingAgain) {
  note(1, JournalStep::intent, job);
  rows.take();
  note(1, JournalStep::sent, job);
  rows.give_back();
  const auto batch = write();
  EXPECT_EQ(batch.requests.size(), 1u);
  ASSERT_EQ(batch.tasks.size(), 1u);
  EXPECT_EQ(batch.tasks[0].state, TaskState::sent) << "the newer state wins";
  EXPECT_TRUE(batch.tasks[0].admitted) << "and the older time is kept";
}

TEST_F(PendingRowsTest, EachTryIsWrittenOnce) {
  note(1, JournalStep::intent, job);
  ended(1, 1, JournalStep::intent, job);
  ended(1, 2, JournalStep::intent, job);
  EXPECT_THAT(numbers(write().tasks.at(0)), ElementsAre(1, 2));
  ended(1, 3, JournalStep::settled, job);
  EXPECT_THAT(numbers(write().tasks.at(0)), ElementsAre(3)) << "the store has the others";
}

TEST_F(PendingRowsTest, TriesThatTheDiskDidNotTakeComeBeforeNewerOnesAndAreBounded) {
  ended(1, 1, JournalStep::intent, job);
  rows.take();
  ended(1, 2, JournalStep::intent, job);
  rows.give_back();
  EXPECT_THAT(numbers(write().tasks.at(0)), ElementsAre(1, 2));
  for (int number = 1; number <= 100; ++number) ended(1, number, JournalStep::intent, job);
  const auto last = numbers(write().tasks.at(0));
  EXPECT_EQ(last.size(), kTriesRemembered);
  EXPECT_EQ(last.back(), 100);
}

TEST_F(PendingRowsTest, WhatSaysNothingDoesNotGatherWhileTheDiskIsFull) {
  note(1, JournalStep::intent, call);
  EXPECT_TRUE(rows.empty());
  note(1, JournalStep::sent, call);
  rows.take();
  settle(1, call, TaskState::failed);
  rows.give_back();
  EXPECT_TRUE(rows.empty());
}

TEST_F(PendingRowsTest, ARowOfAnEarlierProcessGoesToo) {
  rows.found_on_disk(TaskId{1});
  settle(1, call, TaskState::failed);
  EXPECT_EQ(write().forgotten, std::vector<TaskId>{TaskId{1}});
}

TEST_F(PendingRowsTest, AnAnswerIsRememberedForItsIdempotencyKey) {
  call->idempotency_key = "again";
  call->fingerprint[0] = 9;
  settle(1, call);
  const auto batch = write();
  ASSERT_EQ(batch.answers.size(), 1u);
  EXPECT_EQ(batch.answers[0].idempotency_key, "again");
  EXPECT_EQ(batch.answers[0].fingerprint[0], 9);
  EXPECT_EQ(batch.answers[0].picture, PictureId{"picture"});
}

TEST_F(PendingRowsTest, AConvertedPictureOfAJobAnswersNoOtherRequest) {
  call->cache_key = job->cache_key = Sha256{1};
  settle(1, call);
  EXPECT_TRUE(write().pictures.at(0).cache_key);
  settle(2, job);
  EXPECT_TRUE(write().pictures.at(0).cache_key);
  auto request = *job->request;
  request.output.format = ImageFormat::jpeg;
  job->request = std::make_shared<const RequestInfo>(request);
  settle(3, job);
  EXPECT_FALSE(write().pictures.at(0).cache_key);
}

TEST_F(PendingRowsTest, WithoutAFileThereIsNoPictureInTheLibrary) {
  auto settled = entry(1, JournalStep::settled, call);
  settled.outcome = TaskState::done;
  settled.error = Error(ErrorKind::storage_unavailable, "the disk is full");
  rows.add(settled);
  EXPECT_TRUE(write().pictures.empty());
}

}  // namespace
}  // namespace gw
