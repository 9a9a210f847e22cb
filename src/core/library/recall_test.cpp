#include "core/library/recall.hpp"

#include "tests/support/counting_random.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/memory_blob_store.hpp"
#include "tests/support/memory_record_store.hpp"
#include "tests/support/recording_log.hpp"
#include "tests/support/run.hpp"

#include <gtest/gtest.h>

namespace gw {
namespace {

const CallerId kOwner{"key 1"};

class RecallTest : public testing::Test {
 protected:
  StoredPicture keep() {
    return test::run(io, results.keep(share(std::string("picture")), ImageFormat::png)).value();
  }
  // One picture, by its seed or its key.
  static DrawingPlan plan_of(std::uint64_t seed, std::optional<Sha256> cache_key,
                             std::string idempotency_key = {}) {
    auto spec = std::make_shared<TaskSpec>();
    spec->key = kOwner;
    spec->order.seed = seed;
    spec->cache_key = cache_key;
    spec->idempotency_key = std::move(idempotency_key);
    spec->fingerprint[0] = 1;
    DrawingPlan plan;
    plan.tasks.push_back(std::move(spec));
    return plan;
  }
  void remember_drawing(const StoredPicture& picture, Sha256 cache_key) {
    PictureRow row;
    row.file = picture;
    row.owner = kOwner;
    row.cache_key = cache_key;
    row.seed = 7;
    records.pictures_by_id[picture.id.value] = row;
  }
  void remember_answer(const StoredPicture& picture, std::uint8_t fingerprint = 1) {
    AnswerRow row{.owner = kOwner,
                  .idempotency_key = "again",
                  .index = 0,
                  .picture = picture.id,
                  .seed = 99,
                  .written = clock.wall()};
    row.fingerprint[0] = fingerprint;
    records.all_answers.push_back(row);
  }
  Result<DrawingPlan> look(DrawingPlan plan) { return test::run(io, recall.look(std::move(plan))); }

  asio::io_context io{1};
  test::ManualClock clock{WallTime(std::chrono::seconds(1'700'000'000))};
  test::CountingRandom random;
  test::RecordingLog log;
  test::MemoryBlobStore blobs{clock};
  ResultStore results{{}, blobs, clock, random, log};
  test::MemoryRecordStore records;
  Recall recall{records, results, log};
};

TEST_F(RecallTest, MostRequestsNeedNotBeLookedFor) {
  EXPECT_FALSE(Recall::may_know(plan_of(7, {})));
  EXPECT_TRUE(Recall::may_know(plan_of(7, Sha256{1})));
  EXPECT_TRUE(Recall::may_know(plan_of(7, {}, "again")));
  auto fresh = plan_of(7, Sha256{1});
  fresh.repeat = Repeat::fresh;
  EXPECT_FALSE(Recall::may_know(fresh));
}

TEST_F(RecallTest, TheSameDrawingIsThere) {
  const auto picture = keep();
  remember_drawing(picture, Sha256{1});
  const auto found = look(plan_of(7, Sha256{1}));
  ASSERT_TRUE(found);
  ASSERT_TRUE(found->recalled.at(0));
  EXPECT_EQ(found->recalled.at(0)->id, picture.id);
  EXPECT_TRUE(found->cache_hit);
  const auto other = look(plan_of(7, Sha256{2}));
  EXPECT_FALSE(other->recalled.at(0));
  EXPECT_FALSE(other->cache_hit);
}

TEST_F(RecallTest, APictureWhoseFileIsGoneIsDrawnAnew) {
  const auto picture = keep();
  remember_drawing(picture, Sha256{1});
  ASSERT_TRUE(test::run(io, blobs.remove(picture.file_name())));
  clock.advance(std::chrono::hours(24 * 8));
  EXPECT_FALSE(look(plan_of(7, Sha256{1}))->recalled.at(0));
}

TEST_F(RecallTest, AKeyBringsItsAnswerWithTheSeedItWasDrawnWith) {
  const auto picture = keep();
  remember_answer(picture);
  const auto found = look(plan_of(7, {}, "again"));
  ASSERT_TRUE(found);
  ASSERT_TRUE(found->recalled.at(0));
  EXPECT_EQ(found->tasks.at(0)->order.seed, 99u);
  EXPECT_FALSE(found->cache_hit) << "that is no cache";
  EXPECT_TRUE(found->answered_before);
}

TEST_F(RecallTest, AKeyBringsAllOfSeveralPictures) {
  auto plan = plan_of(7, {}, "again");
  auto second = std::make_shared<TaskSpec>(*plan.tasks.front());
  second->index = 1;
  plan.tasks.push_back(std::move(second));
  remember_answer(keep());
  remember_answer(keep());
  records.all_answers.back().index = 1;
  const auto found = look(std::move(plan));
  ASSERT_TRUE(found);
  EXPECT_TRUE(found->recalled.at(0));
  EXPECT_TRUE(found->recalled.at(1));
}

TEST_F(RecallTest, AKeyOfAnotherRequestIsRefused) {
  remember_answer(keep(), 2);
  const auto refused = look(plan_of(7, {}, "again"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind(), ErrorKind::invalid_request);
  EXPECT_EQ(refused.error().param(), "Idempotency-Key");
}

TEST_F(RecallTest, WhatCannotBeReadRecallsNothing) {
  remember_drawing(keep(), Sha256{1});
  records.failing = true;
  const auto found = look(plan_of(7, Sha256{1}, "again"));
  ASSERT_TRUE(found);
  EXPECT_FALSE(found->recalled.at(0));
  EXPECT_EQ(log.count("cache_not_read"), 1u);
  EXPECT_EQ(log.count("answers_not_read"), 1u);
}

}  // namespace
}  // namespace gw
