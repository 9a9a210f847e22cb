#include "core/library/input_keeper.hpp"

#include "core/library/upload_desk.hpp"
#include "tests/support/counting_random.hpp"
#include "tests/support/fake_png.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/memory_blob_store.hpp"
#include "tests/support/memory_record_store.hpp"
#include "tests/support/memory_spool.hpp"
#include "tests/support/run.hpp"

#include <boost/asio/co_spawn.hpp>
#include <gtest/gtest.h>

namespace gw {
namespace {

class InputKeeperTest : public testing::Test {
 protected:
  Reference uploaded() {
    return test::run(io, desk.accept(share(test::fake_png({8, 8}, "x")), "image")).value();
  }
  Result<Reference> try_keep() { return test::run(io, keeper.keep(uploaded(), memory)); }
  Reference kept() { return try_keep().value(); }
  static InputRow row_of(const Reference& reference) {
    return {.role = InputRow::Role::reference,
            .blob = reference.upload->kept_as(),
            .format = reference.format,
            .size = reference.size,
            .digest = reference.digest,
            .bytes = reference.upload->size()};
  }
  // A job that failed, and may be tried again.
  void needs(const Reference& reference) {
    RequestRow request;
    request.info.id = RequestId{"job"};
    request.info.durability = Durability::durable;
    request.inputs = {row_of(reference)};
    records.requests["job"] = request;
    TaskRow task;
    task.request = RequestId{"job"};
    task.durability = Durability::durable;
    task.state = TaskState::failed;
    records.tasks[1] = task;
  }
  bool has(const Reference& reference) { return blobs.has(reference.upload->kept_as()); }

  asio::io_context io{1};
  test::ManualClock clock{WallTime(std::chrono::seconds(1'700'000'000))};
  test::CountingRandom random;
  test::MemoryBlobStore blobs{clock};
  test::MemorySpool spool;
  UploadDesk desk{spool, {}};
  const std::uint64_t one = test::fake_png({8, 8}, "x").size();
  test::MemoryRecordStore records;
  ByteBudget memory{1'000'000};
  InputKeeper keeper{blobs, random, clock, io.get_executor(), 2 * one};
};

TEST_F(InputKeeperTest, KeepsThePictureUnderANameOfItsOwn) {
  const auto before = uploaded();
  const auto reference = kept();
  EXPECT_FALSE(reference.upload->kept_as().empty());
  EXPECT_TRUE(before.upload->kept_as().empty()) << "an upload does not survive a restart";
  EXPECT_EQ(reference.digest, before.digest);
  EXPECT_EQ(*test::run(io, reference.upload->read()).value(), test::fake_png({8, 8}, "x"));
  EXPECT_EQ(spool.used(), before.upload->size()) << "the upload's own file is gone";
}

TEST_F(InputKeeperTest, FindsItAgainByItsRow) {
  const auto reference = kept();
  const auto again = keeper.kept(row_of(reference));
  EXPECT_EQ(again.size, reference.size);
  EXPECT_EQ(*test::run(io, again.upload->read()).value(), test::fake_png({8, 8}, "x"));
}

TEST_F(InputKeeperTest, AFullDiskIsTold) {
  blobs.faults.write = true;
  const auto refused = try_keep();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind(), ErrorKind::storage_unavailable);
  EXPECT_EQ(keeper.used(), 0u);
}

TEST_F(InputKeeperTest, SweepsWhatNobodyHoldsAndNoRequestNeeds) {
  auto needed = kept();
  auto done_with = kept();
  needs(needed);
  ASSERT_TRUE(test::run(io, keeper.sweep(records)));
  EXPECT_EQ(blobs.count(), 2u) << "both are held: the journal may not know of them yet";
  const auto names = std::pair(needed.upload->kept_as(), done_with.upload->kept_as());
  needed = done_with = {};
  ASSERT_TRUE(test::run(io, keeper.sweep(records)));
  EXPECT_TRUE(blobs.has(names.first));
  EXPECT_FALSE(blobs.has(names.second));
  EXPECT_EQ(keeper.used(), one);
}

TEST_F(InputKeeperTest, WhatAnEarlierProcessLeftIsCountedAndSwept) {
  const auto name = kept().upload->kept_as();
  InputKeeper next(blobs, random, clock, io.get_executor(), 2 * one);
  ASSERT_TRUE(test::run(io, next.open()));
  EXPECT_EQ(next.used(), one);
  ASSERT_TRUE(test::run(io, next.sweep(records)));
  EXPECT_FALSE(blobs.has(name));
  EXPECT_EQ(next.used(), 0u);
}

TEST_F(InputKeeperTest, OverTheBoundItIsRefusedWhileAllAreHeld) {
  const auto first = kept();
  auto second = kept();
  const auto refused = try_keep();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind(), ErrorKind::queue_full);
  EXPECT_TRUE(refused.error().retry_after());
  EXPECT_EQ(blobs.count(), 2u);

  second = {};
  EXPECT_TRUE(has(kept())) << "in place of the one that nobody holds any more";
  EXPECT_TRUE(has(first));
}

TEST_F(InputKeeperTest, WhatWaitsForARetryMakesRoomTheOldestFirst) {
  const auto oldest = row_of(kept());
  clock.advance(std::chrono::seconds(1));
  const auto newer = row_of(kept());
  const auto third = kept();
  EXPECT_FALSE(blobs.has(oldest.blob));
  EXPECT_TRUE(blobs.has(newer.blob));

  const auto lost = test::run(io, keeper.kept(oldest).upload->read());
  ASSERT_FALSE(lost);
  EXPECT_EQ(lost.error().kind(), ErrorKind::not_found);
  EXPECT_NE(lost.error().message().find("no longer stored"), std::string::npos);
}

TEST_F(InputKeeperTest, CopiesCountAsPicturesInMemoryWhileTheyAreMade) {
  blobs.hold_writes(io.get_executor());
  const auto upload = uploaded();
  std::size_t kept = 0;
  const auto keep_one = [&] {
    asio::co_spawn(io, keeper.keep(upload, memory),
                   [&](std::exception_ptr, Result<Reference> made) { kept += made ? 1 : 0; });
  };
  for (int i = 0; i < 2; ++i) keep_one();
  io.restart();
  io.poll();
  EXPECT_EQ(memory.used(), 2 * one);
  EXPECT_EQ(keeper.used(), 2 * one) << "their room is taken before they are written";
  blobs.release_writes();
  io.restart();
  io.poll();
  EXPECT_EQ(kept, 2u);
  EXPECT_EQ(memory.used(), 0u);
}

}  // namespace
}  // namespace gw
