#include "core/library/library.hpp"

#include "base/event.hpp"
#include "tests/support/counting_random.hpp"
#include "tests/support/fake_codec.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/memory_blob_store.hpp"
#include "tests/support/memory_record_store.hpp"
#include "tests/support/recording_journal.hpp"
#include "tests/support/recording_log.hpp"
#include "tests/support/run.hpp"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace gw {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

const CallerId kOwner{"owner"};
const CallerId kStranger{"stranger"};

// Nothing is on disk before it is released.
class HeldJournal final : public Journal {
 public:
  explicit HeldJournal(Executor io) : released_(io) {}
  void append(const JournalEntry&) override {}
  Task<void> synced() override {
    co_await released_.wait();
    co_return Done();
  }
  void release() { released_.set(); }

 private:
  Event released_;
};

class LibraryTest : public testing::Test {
 protected:
  LibraryTest() { open(); }

  // As after a restart.
  void open() {
    library.reset();
    results = std::make_unique<ResultStore>(options, blobs, clock, random, log);
    thumbnails = std::make_unique<Thumbnails>(*results, small, codec, workers, log);
    library = std::make_unique<Library>(options, io.get_executor(), records, *results, *thumbnails,
                                        journal, clock, log);
    ASSERT_TRUE(run(library->open()));
  }
  template <class T>
  T run(Async<T> work) {
    return test::run(io, std::move(work));
  }

  // One second later than the one before.
  PictureId make(std::string prompt, std::string end_user = "", std::size_t bytes = 10) {
    clock.advance(1s);
    PictureRow row;
    row.file = run(results->keep(share(std::string(bytes, 'x')), ImageFormat::png)).value();
    row.owner = kOwner;
    row.end_user = std::move(end_user);
    row.prompt = std::move(prompt);
    const auto id = row.file.id;
    RecordBatch batch;
    batch.pictures.push_back(std::move(row));
    EXPECT_TRUE(run(records.write(std::move(batch))));
    return id;
  }
  std::vector<std::string> prompts(CallerId owner = kOwner) {
    PictureQuery query;
    query.owner = std::move(owner);
    std::vector<std::string> found;
    for (const auto& row : run(library->list(std::move(query))).value().pictures)
      found.push_back(row.prompt);
    return found;
  }
  ErrorKind refusal(auto result) { return result ? ErrorKind::internal : result.error().kind(); }
  void sweep() { ASSERT_TRUE(run(library->sweep())); }

  asio::io_context io{1};
  test::ManualClock clock{WallTime(1'000'000s)};
  test::CountingRandom random;
  test::RecordingLog log;
  test::RecordingJournal journal;
  test::MemoryBlobStore blobs{clock};
  test::MemoryBlobStore small{clock};
  test::MemoryRecordStore records;
  test::FakeCodec codec;
  WorkerPool workers{io.get_executor(), 1};
  LibraryOptions options{.time_to_live = 10h, .max_bytes = 100};
  std::unique_ptr<ResultStore> results;
  std::unique_ptr<Thumbnails> thumbnails;
  std::unique_ptr<Library> library;
};

TEST_F(LibraryTest, ShowsAnOwnerHisPicturesNewestFirst) {
  const auto cat = make("a cat");
  make("a dog");
  EXPECT_THAT(prompts(), ElementsAre("a dog", "a cat"));
  EXPECT_EQ(run(library->item(kOwner, cat))->prompt, "a cat");
}

TEST_F(LibraryTest, ForeignAndUnknownPicturesAreTheSameNothing) {
  const auto cat = make("a cat");
  EXPECT_THAT(prompts(kStranger), IsEmpty());
  for (const auto& id : {cat, PictureId{"nothing"}}) {
    const auto looked = run(library->item(kStranger, id));
    ASSERT_FALSE(looked);
    EXPECT_EQ(looked.error().kind(), ErrorKind::not_found);
    EXPECT_EQ(looked.error().message(), "the library has no picture of this id");
    EXPECT_EQ(refusal(run(library->set_favourite(kStranger, id, true))), ErrorKind::not_found);
    EXPECT_EQ(refusal(run(library->remove(kStranger, id))), ErrorKind::not_found);
    EXPECT_EQ(refusal(run(library->restore(kStranger, id))), ErrorKind::not_found);
    EXPECT_EQ(refusal(run(library->files(kStranger, {id}))), ErrorKind::not_found);
  }
  EXPECT_THAT(prompts(), ElementsAre("a cat"));
}

// --- deleting

TEST_F(LibraryTest, ADeletedPictureIsHiddenAtOnceAndItsLinkToo) {
  const auto cat = make("a cat");
  const auto until = run(library->remove(kOwner, cat));
  EXPECT_EQ(until, clock.wall() + 600s);
  EXPECT_THAT(prompts(), IsEmpty());
  EXPECT_FALSE(results->find(cat));
  EXPECT_EQ(refusal(run(library->item(kOwner, cat))), ErrorKind::not_found);
  EXPECT_EQ(refusal(run(library->remove(kOwner, cat))), ErrorKind::not_found);
  EXPECT_EQ(blobs.count(), 1u) << "it may be wanted back";
}

TEST_F(LibraryTest, ItCanBeHadBackForAWhile) {
  const auto cat = make("a cat");
  ASSERT_TRUE(run(library->remove(kOwner, cat)));
  clock.advance(599s);
  sweep();
  EXPECT_EQ(run(library->restore(kOwner, cat))->prompt, "a cat");
  EXPECT_TRUE(results->find(cat));
  EXPECT_THAT(prompts(), ElementsAre("a cat"));
  EXPECT_EQ(refusal(run(library->restore(kOwner, cat))), ErrorKind::not_found);
}

TEST_F(LibraryTest, ThenRowFileAndThumbnailGo) {
  const auto cat = make("a cat");
  ASSERT_TRUE(run(thumbnails->of(*results->find(cat))));
  ASSERT_TRUE(run(library->remove(kOwner, cat)));
  clock.advance(601s);
  sweep();
  EXPECT_EQ(blobs.count(), 0u);
  EXPECT_EQ(small.count(), 0u);
  EXPECT_TRUE(records.pictures_by_id.empty());
  EXPECT_EQ(refusal(run(library->restore(kOwner, cat))), ErrorKind::not_found);
}

TEST_F(LibraryTest, ADeletedPictureStaysHiddenOverARestart) {
  const auto cat = make("a cat");
  ASSERT_TRUE(run(library->remove(kOwner, cat)));
  open();
  EXPECT_FALSE(results->find(cat));
  EXPECT_TRUE(run(library->restore(kOwner, cat)));
  EXPECT_TRUE(results->find(cat));
}

TEST_F(LibraryTest, AFileThatCannotBeRemovedIsTriedAgain) {
  const auto cat = make("a cat");
  ASSERT_TRUE(run(library->remove(kOwner, cat)));
  clock.advance(601s);
  blobs.faults.remove = true;
  EXPECT_FALSE(run(library->sweep()));
  EXPECT_FALSE(results->find(cat));
  blobs.faults.remove = false;
  sweep();
  EXPECT_EQ(blobs.count(), 0u);
  EXPECT_EQ(results->total_bytes(), 0u);
}

// --- favourites

TEST_F(LibraryTest, FavouritesAreExemptFromTimeAndQuota) {
  const auto cat = make("a cat", "", 40);
  EXPECT_TRUE(run(library->set_favourite(kOwner, cat, true))->favourite);
  EXPECT_FALSE(library->expires(*run(library->item(kOwner, cat))));
  make("a dog", "", 40);
  make("a fox", "", 40);
  EXPECT_THAT(prompts(), ElementsAre("a fox", "a cat"));
  clock.advance(11h);
  sweep();
  EXPECT_THAT(prompts(), ElementsAre("a cat"));
  open();
  EXPECT_THAT(prompts(), ElementsAre("a cat")) << "a restart knows it too";
}

TEST_F(LibraryTest, WhatIsNoFavouriteAnyMoreIsAsOldAsItIs) {
  const auto cat = make("a cat");
  ASSERT_TRUE(run(library->set_favourite(kOwner, cat, true)));
  clock.advance(11h);
  ASSERT_TRUE(run(library->set_favourite(kOwner, cat, false)));
  EXPECT_THAT(prompts(), IsEmpty());
  sweep();
  EXPECT_EQ(blobs.count(), 0u);
}

TEST_F(LibraryTest, FavouritesLeaveNewPicturesAQuarterOfTheRoom) {
  const auto cat = make("a cat", "", 40);
  ASSERT_TRUE(run(library->set_favourite(kOwner, cat, true)));
  const auto dog = make("a dog", "", 40);
  const auto refused = run(library->set_favourite(kOwner, dog, true));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind(), ErrorKind::conflict);
  EXPECT_EQ(refused.error().param(), "favourite");
  EXPECT_FALSE(run(library->item(kOwner, dog))->favourite);
}

TEST_F(LibraryTest, AMarkThatIsNotWrittenDownIsNone) {
  const auto cat = make("a cat", "", 40);
  records.read_only = true;
  EXPECT_EQ(refusal(run(library->set_favourite(kOwner, cat, true))),
            ErrorKind::storage_unavailable);
  clock.advance(11h);
  EXPECT_THAT(prompts(), IsEmpty());
}

// --- what goes by itself

TEST_F(LibraryTest, RowsAndThumbnailsGoWithTheirFile) {
  const auto cat = make("a cat", "", 60);
  ASSERT_TRUE(run(thumbnails->of(*results->find(cat))));
  make("a dog", "", 60);
  EXPECT_THAT(prompts(), ElementsAre("a dog"));
  EXPECT_EQ(records.pictures_by_id.size(), 1u);
  EXPECT_EQ(small.count(), 0u);
}

TEST_F(LibraryTest, ARowWhoseFileWasLostIsForgottenWhenItIsMet) {
  const auto cat = make("a cat");
  ASSERT_TRUE(run(blobs.remove(cat.value + ".png")));
  open();
  EXPECT_THAT(prompts(), IsEmpty());
  sweep();
  EXPECT_TRUE(records.pictures_by_id.empty());
}

TEST_F(LibraryTest, NothingIsForgottenWhileNobodyKnowsWhatIsThere) {
  make("a cat");
  blobs.faults.list = true;
  library.reset();
  results = std::make_unique<ResultStore>(options, blobs, clock, random, log);
  thumbnails = std::make_unique<Thumbnails>(*results, small, codec, workers, log);
  library = std::make_unique<Library>(options, io.get_executor(), records, *results, *thumbnails,
                                      journal, clock, log);
  EXPECT_FALSE(run(library->open()));
  EXPECT_THAT(prompts(), IsEmpty());
  EXPECT_THAT(prompts(), IsEmpty());
  EXPECT_EQ(records.pictures_by_id.size(), 1u);
}

// --- erasing

TEST_F(LibraryTest, EraseTakesAllOfAnOwner) {
  const auto cat = make("a cat");
  ASSERT_TRUE(run(thumbnails->of(*results->find(cat))));
  const auto dog = make("a dog", "somebody");
  ASSERT_TRUE(run(library->set_favourite(kOwner, dog, true)));
  ASSERT_TRUE(run(library->remove(kOwner, cat)));
  EXPECT_EQ(run(library->erase(kStranger, std::nullopt)), 0u);
  EXPECT_EQ(run(library->erase(kOwner, std::nullopt)), 2u);
  EXPECT_EQ(blobs.count(), 0u);
  EXPECT_EQ(small.count(), 0u);
  EXPECT_TRUE(records.pictures_by_id.empty());
  EXPECT_EQ(refusal(run(library->restore(kOwner, cat))), ErrorKind::not_found);
}

// The disk stands for the process that dies between the rows and the files.
TEST_F(LibraryTest, AnEraseThatWasCutOffIsCarriedThroughAfterARestart) {
  const auto cat = make("a cat");
  const auto copy = run(results->keep_copy(cat, share("copy"), ImageFormat::webp)).value();
  blobs.faults.remove = true;
  EXPECT_EQ(refusal(run(library->erase(kOwner, std::nullopt))), ErrorKind::storage_unavailable);
  blobs.faults.remove = false;
  EXPECT_EQ(records.pictures_by_id.at(cat.value).prompt, "");
  open();
  EXPECT_EQ(blobs.count(), 2u);
  EXPECT_FALSE(results->find(cat)) << "its link is dead from the start";
  EXPECT_FALSE(results->find(copy.file_name()));
  EXPECT_EQ(refusal(run(library->restore(kOwner, cat))), ErrorKind::not_found);
  sweep();
  EXPECT_EQ(blobs.count(), 0u);
  EXPECT_TRUE(records.pictures_by_id.empty());
}

TEST_F(LibraryTest, EraseAndDeleteTakeTheCopiesToo) {
  const auto cat = make("a cat");
  const auto dog = make("a dog", "ann");
  for (const auto& id : {cat, dog})
    ASSERT_TRUE(run(results->keep_copy(id, share("copy"), ImageFormat::webp)));
  ASSERT_TRUE(run(library->erase(kOwner, "ann")));
  EXPECT_EQ(blobs.count(), 2u);
  ASSERT_TRUE(run(library->remove(kOwner, cat)));
  clock.advance(library->undo_time() + 1s);
  sweep();
  EXPECT_EQ(blobs.count(), 0u);
}

TEST_F(LibraryTest, EraseTakesOneEndUserAlone) {
  make("a cat", "ann");
  make("a dog", "bob");
  EXPECT_EQ(run(library->erase(kOwner, "ann")), 1u);
  EXPECT_THAT(prompts(), ElementsAre("a dog"));
  EXPECT_EQ(blobs.count(), 1u);
}

TEST_F(LibraryTest, WhatWasBegunIsCarriedThroughWhenTheClientLeaves) {
  HeldJournal slow(io.get_executor());
  library = nullptr;
  library = std::make_unique<Library>(options, io.get_executor(), records, *results, *thumbnails,
                                      slow, clock, log);
  make("a cat");
  asio::cancellation_signal leaves;
  bool left = false;
  auto ended = [&](std::exception_ptr gone, Result<std::size_t>) { left = gone != nullptr; };
  asio::co_spawn(io, library->erase(kOwner, std::nullopt),
                 asio::bind_cancellation_slot(leaves.slot(), ended));
  io.restart();
  io.poll();
  leaves.emit(asio::cancellation_type::terminal);
  io.restart();
  io.poll();
  EXPECT_TRUE(left);
  EXPECT_EQ(blobs.count(), 1u);
  slow.release();
  io.restart();
  io.run();
  EXPECT_EQ(blobs.count(), 0u);
}

TEST_F(LibraryTest, EraseWaitsForWhatIsOnItsWayToTheDisk) {
  make("a cat");
  journal.refuse_sync(true);
  EXPECT_EQ(refusal(run(library->erase(kOwner, std::nullopt))), ErrorKind::storage_unavailable);
  EXPECT_THAT(prompts(), ElementsAre("a cat")) << "all or nothing";
}

}  // namespace
}  // namespace gw
