#include "core/library/results.hpp"

#include "tests/support/counting_random.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/memory_blob_store.hpp"
#include "tests/support/recording_log.hpp"
#include "tests/support/run.hpp"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace gw {
namespace {

using namespace std::chrono_literals;
using test::run;

class ResultStoreTest : public testing::Test {
 protected:
  explicit ResultStoreTest(LibraryOptions options = {.time_to_live = 10h, .max_bytes = 100})
      : store(options, blobs, clock, random, log) {}

  StoredPicture keep(std::size_t size, ImageFormat format = ImageFormat::png) {
    return run(io, store.keep(share(std::string(size, 'x')), format)).value();
  }
  Result<StoredPicture> try_keep() {
    return run(io, store.keep(share("picture"), ImageFormat::png));
  }
  void sweep() { ASSERT_TRUE(run(io, store.sweep()).has_value()); }
  void put(std::string name, std::size_t size) {
    ASSERT_TRUE(run(io, blobs.write(std::move(name), share(std::string(size, 'x')))).has_value());
  }

  asio::io_context io{1};
  test::ManualClock clock{WallTime(1'000'000s)};
  test::CountingRandom random;
  test::RecordingLog log;
  test::MemoryBlobStore blobs{clock};
  ResultStore store;
};

// --- keeping and finding

TEST_F(ResultStoreTest, WhatIsKeptCanBeFoundAndRead) {
  const auto kept = run(io, store.keep(share("a picture"), ImageFormat::jpeg)).value();
  const auto found = store.find(kept.file_name());
  ASSERT_TRUE(found);
  EXPECT_EQ(found->format, ImageFormat::jpeg);
  EXPECT_EQ(found->size, 9u);
  EXPECT_EQ(found->written, clock.wall());
  EXPECT_EQ(*run(io, store.read(*found, 2, 4)).value(), "pict");
}

TEST_F(ResultStoreTest, NamesAreARandomIdAndTheFormatsExtension) {
  const auto kept = keep(1, ImageFormat::jpeg);
  EXPECT_EQ(kept.id.value.size(), 26u);
  EXPECT_EQ(kept.file_name(), kept.id.value + ".jpg");
  EXPECT_NE(keep(1).id, kept.id);
}

TEST_F(ResultStoreTest, CountsWhatItHas) {
  keep(30);
  keep(20);
  EXPECT_EQ(store.count(), 2u);
  EXPECT_EQ(store.total_bytes(), 50u);
}

TEST_F(ResultStoreTest, AnUnknownNameIsNothing) {
  const auto kept = keep(1);
  EXPECT_FALSE(store.find(""));
  EXPECT_FALSE(store.find(kept.id.value));
  EXPECT_FALSE(store.find(kept.id.value + ".jpg"));
  EXPECT_FALSE(store.find("../" + kept.file_name()));
}

// --- time to live

TEST_F(ResultStoreTest, APictureOverItsTimeIsNotFoundEvenBeforeItIsRemoved) {
  const auto kept = keep(1);
  clock.advance(10h - 1ms);
  EXPECT_TRUE(store.find(kept.file_name()));
  clock.advance(1ms);
  EXPECT_FALSE(store.find(kept.file_name()));
  EXPECT_TRUE(blobs.has(kept.file_name()));
}

TEST_F(ResultStoreTest, SweepRemovesWhatIsOverItsTimeAndNothingElse) {
  const auto old = keep(1);
  clock.advance(5h);
  const auto young = keep(1);
  clock.advance(5h);
  sweep();
  EXPECT_FALSE(blobs.has(old.file_name()));
  EXPECT_TRUE(blobs.has(young.file_name()));
  EXPECT_EQ(store.count(), 1u);
  EXPECT_EQ(store.total_bytes(), 1u);
}

// --- quota

TEST_F(ResultStoreTest, OverItsQuotaTheOldestGoFirst) {
  const auto first = keep(40);
  clock.advance(1s);
  const auto second = keep(40);
  clock.advance(1s);
  const auto third = keep(40);
  EXPECT_FALSE(store.find(first.file_name()));
  EXPECT_FALSE(blobs.has(first.file_name()));
  EXPECT_TRUE(store.find(second.file_name()));
  EXPECT_TRUE(store.find(third.file_name()));
  EXPECT_EQ(store.total_bytes(), 80u);
}

TEST_F(ResultStoreTest, AsManyGoAsIsNeeded) {
  for (int i = 0; i < 10; ++i) {
    keep(10);
    clock.advance(1s);
  }
  keep(95);
  EXPECT_EQ(store.count(), 1u);
  EXPECT_EQ(blobs.count(), 1u);
}

TEST_F(ResultStoreTest, AFullQuotaIsNotOverIt) {
  keep(60);
  keep(40);
  EXPECT_EQ(store.count(), 2u);
}

TEST_F(ResultStoreTest, AFileThatCannotBeRemovedDoesNotStopNewPictures) {
  const auto first = keep(60);
  clock.advance(1s);
  blobs.faults.remove = true;
  const auto second = keep(60);
  EXPECT_TRUE(store.find(second.file_name()));
  EXPECT_FALSE(store.find(first.file_name()));
  EXPECT_EQ(log.count("picture_not_removed"), 1u);
}

// --- favourites, and what goes by name

TEST_F(ResultStoreTest, FavouritesArePassedOverByTimeAndQuota) {
  const auto dear = keep(40);
  ASSERT_TRUE(store.set_favourite(dear.id, true).has_value());
  clock.advance(1s);
  const auto second = keep(40);
  clock.advance(1s);
  keep(40);
  EXPECT_TRUE(store.find(dear.id));
  EXPECT_FALSE(store.find(second.id));
  clock.advance(11h);
  sweep();
  EXPECT_TRUE(store.find(dear.id));
  EXPECT_EQ(store.count(), 1u);
}

TEST_F(ResultStoreTest, FavouritesTakeThreeQuartersOfTheRoomAtMost) {
  const auto first = keep(70);
  ASSERT_TRUE(store.set_favourite(first.id, true).has_value());
  const auto second = keep(10);
  const auto refused = store.set_favourite(second.id, true);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().kind(), ErrorKind::conflict);
  ASSERT_TRUE(store.set_favourite(first.id, false).has_value());
  EXPECT_TRUE(store.set_favourite(second.id, true).has_value());
}

TEST_F(ResultStoreTest, ASmallerQuotaStillLeavesNewPicturesAQuarter) {
  std::vector<PictureId> favourites;
  for (int i = 0; i < 3; ++i) favourites.push_back(keep(30).id);
  ResultStore smaller({.time_to_live = 10h, .max_bytes = 40}, blobs, clock, random, log);
  ASSERT_TRUE(run(io, smaller.open({.favourites = favourites})).has_value());
  EXPECT_EQ(smaller.count(), 3u);
  const auto fresh = run(io, smaller.keep(share(std::string(10, 'x')), ImageFormat::png));
  ASSERT_TRUE(fresh.has_value());
  EXPECT_TRUE(smaller.find(fresh->id));
  EXPECT_FALSE(run(io, smaller.keep(share(std::string(11, 'x')), ImageFormat::png)).has_value())
      << "what would not fit at all is refused, and not thrown away at once";
}

TEST_F(ResultStoreTest, WhatIsHiddenIsFoundByNobodyAndStays) {
  const auto kept = keep(10);
  store.hide(kept.id);
  EXPECT_FALSE(store.find(kept.id));
  EXPECT_FALSE(store.find(kept.file_name()));
  EXPECT_TRUE(store.is_stored(kept.id));
  store.show(kept.id);
  EXPECT_TRUE(store.find(kept.id));
}

TEST_F(ResultStoreTest, WhoListensHearsOfEveryPictureThatGoes) {
  std::vector<PictureId> gone;
  store.on_dropped([&](const PictureId& id) { gone.push_back(id); });
  const auto first = keep(60);
  clock.advance(1s);
  const auto second = keep(60);
  ASSERT_TRUE(run(io, store.remove(second.id)).has_value());
  ASSERT_TRUE(run(io, store.remove(second.id)).has_value()) << "absent is success";
  EXPECT_EQ(gone, (std::vector{first.id, second.id}));
  EXPECT_EQ(blobs.count(), 0u);
}

// --- opening

TEST_F(ResultStoreTest, TheIndexIsRebuiltFromTheNames) {
  const auto kept = keep(7, ImageFormat::webp);
  ResultStore reopened({}, blobs, clock, random, log);
  ASSERT_TRUE(run(io, reopened.open()).has_value());
  const auto found = reopened.find(kept.file_name());
  ASSERT_TRUE(found);
  EXPECT_EQ(found->format, ImageFormat::webp);
  EXPECT_EQ(found->size, 7u);
  EXPECT_EQ(found->written, kept.written);
  EXPECT_EQ(reopened.total_bytes(), 7u);
}

TEST_F(ResultStoreTest, OpenLeavesForeignFilesAlone) {
  put("notours.png", 10);
  put(std::string(26, 'a') + ".txt", 10);
  ASSERT_TRUE(run(io, store.open()).has_value());
  EXPECT_EQ(store.count(), 0u);
  EXPECT_EQ(blobs.count(), 2u);
}

TEST_F(ResultStoreTest, OpenRemovesWhatIsOverTimeOrQuota) {
  put(std::string(26, 'a') + ".png", 10);
  clock.advance(9h);
  put(std::string(26, 'b') + ".png", 60);
  clock.advance(1s);
  put(std::string(26, 'c') + ".png", 60);
  clock.advance(1h);
  ASSERT_TRUE(run(io, store.open()).has_value());
  EXPECT_EQ(store.count(), 1u);
  EXPECT_TRUE(store.find(std::string(26, 'c') + ".png"));
  EXPECT_EQ(blobs.count(), 1u);
}

TEST_F(ResultStoreTest, OpenFailsWhenTheStorageCannotBeRead) {
  blobs.faults.list = true;
  const auto opened = run(io, store.open());
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().kind(), ErrorKind::storage_unavailable);
}

// --- a disk that takes nothing

TEST_F(ResultStoreTest, AFailedWriteIsStorageUnavailableAndHarmsNothing) {
  const auto kept = keep(7);
  blobs.faults.write = true;
  const auto failed = try_keep();
  ASSERT_FALSE(failed.has_value());
  EXPECT_EQ(failed.error().kind(), ErrorKind::storage_unavailable);
  EXPECT_TRUE(store.find(kept.file_name()));
  EXPECT_EQ(store.count(), 1u);
  EXPECT_EQ(store.total_bytes(), 7u);
}

TEST_F(ResultStoreTest, AfterAFailedWriteNothingIsAcceptedAndTheLogSaysSoOnce) {
  EXPECT_TRUE(store.accepting());
  blobs.faults.write = true;
  static_cast<void>(try_keep());
  static_cast<void>(try_keep());
  EXPECT_FALSE(store.accepting());
  EXPECT_EQ(log.count("storage_unavailable"), 1u);
}

TEST_F(ResultStoreTest, AWriteThatSucceedsMeansAcceptingAgain) {
  blobs.faults.write = true;
  static_cast<void>(try_keep());
  blobs.faults.write = false;
  EXPECT_TRUE(try_keep().has_value());
  EXPECT_TRUE(store.accepting());
}

TEST_F(ResultStoreTest, SweepTriesWhetherTheDiskTakesDataAgainAndLeavesNothingBehind) {
  blobs.faults.write = true;
  static_cast<void>(try_keep());
  sweep();
  EXPECT_FALSE(store.accepting());
  blobs.faults.write = false;
  sweep();
  EXPECT_TRUE(store.accepting());
  EXPECT_EQ(blobs.count(), 0u);
  EXPECT_EQ(log.count("storage_available_again"), 1u);
}

TEST_F(ResultStoreTest, SweepWritesNothingWhileAllIsWell) {
  keep(1);
  sweep();
  EXPECT_EQ(blobs.writes(), 1u);
}

TEST_F(ResultStoreTest, AFullDiskIsStillSwept) {
  const auto old = keep(1);
  blobs.faults.write = true;
  static_cast<void>(try_keep());
  clock.advance(10h);
  sweep();
  EXPECT_FALSE(blobs.has(old.file_name()));
}

TEST_F(ResultStoreTest, ReadingAFileThatIsGoneIsNotFound) {
  const auto kept = keep(7);
  ASSERT_TRUE(run(io, blobs.remove(kept.file_name())).has_value());
  const auto read = run(io, store.read(kept, 0, kept.size));
  ASSERT_FALSE(read.has_value());
  EXPECT_EQ(read.error().kind(), ErrorKind::not_found);
}

// --- copies

class Copies : public ResultStoreTest {
 protected:
  Result<StoredPicture> copy(const StoredPicture& of) {
    return run(io, store.keep_copy(of.id, share(std::string(5, 'c')), ImageFormat::webp));
  }
  void reopen(ResultStore& next) { ASSERT_TRUE(run(io, next.open()).has_value()); }
};

TEST_F(Copies, HaveNamesOfTheirOwn) {
  const auto picture = keep(10);
  const auto one = copy(picture).value();
  const auto two = copy(picture).value();
  EXPECT_NE(one.file_name(), two.file_name());
  EXPECT_EQ(store.find(one.file_name())->format, ImageFormat::webp);
  EXPECT_EQ(store.find(picture.id)->file_name(), picture.file_name());
  EXPECT_EQ(store.total_bytes(), 20u);
}

TEST_F(Copies, AreHiddenAndRemovedWithTheirPictureAndNotBefore) {
  const auto picture = keep(10);
  const auto other = keep(10);
  const auto made = copy(picture).value();
  store.hide(picture.id);
  EXPECT_FALSE(store.find(made.file_name()));
  store.show(picture.id);
  EXPECT_TRUE(store.find(made.file_name()));
  ASSERT_TRUE(run(io, store.remove(other.id)).has_value());
  EXPECT_TRUE(store.find(made.file_name()));
  ASSERT_TRUE(run(io, store.remove(picture.id)).has_value());
  EXPECT_FALSE(store.find(made.file_name()));
  EXPECT_EQ(blobs.count(), 0u);
  EXPECT_EQ(store.total_bytes(), 0u);
}

TEST_F(Copies, ThatCannotBeRemovedStayHiddenAndAreTriedAgain) {
  const auto picture = keep(10);
  const auto made = copy(picture).value();
  blobs.faults.remove = true;
  EXPECT_FALSE(run(io, store.remove(picture.id)).has_value());
  EXPECT_FALSE(store.find(made.file_name()));
  blobs.faults.remove = false;
  EXPECT_TRUE(run(io, store.remove(picture.id)).has_value());
  EXPECT_EQ(blobs.count(), 0u);
}

TEST_F(Copies, GoWhenTheQuotaTakesTheirPicture) {
  const auto picture = keep(40);
  const auto made = copy(picture).value();
  clock.advance(1s);
  keep(60);
  EXPECT_FALSE(store.find(picture.file_name()));
  EXPECT_FALSE(store.find(made.file_name()));
  EXPECT_EQ(blobs.count(), 1u);
  EXPECT_EQ(store.total_bytes(), 60u);
}

TEST_F(Copies, OfAPictureThatIsGoneAreNotMade) {
  const auto picture = keep(10);
  ASSERT_TRUE(run(io, store.remove(picture.id)).has_value());
  EXPECT_FALSE(copy(picture));
  EXPECT_EQ(blobs.count(), 0u);
}

TEST_F(Copies, AreKnownAgainAfterARestartAndGoWithoutTheirPicture) {
  const auto picture = keep(10);
  const auto made = copy(picture).value();
  ResultStore next({.time_to_live = 10h, .max_bytes = 100}, blobs, clock, random, log);
  reopen(next);
  EXPECT_TRUE(next.find(made.file_name()));

  ASSERT_TRUE(run(io, blobs.remove(picture.file_name())).has_value());
  ResultStore last({.time_to_live = 10h, .max_bytes = 100}, blobs, clock, random, log);
  reopen(last);
  EXPECT_FALSE(last.find(made.file_name()));
  EXPECT_EQ(blobs.count(), 0u);
}

}  // namespace
}  // namespace gw
