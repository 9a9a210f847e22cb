#include "core/library/thumbnails.hpp"

#include "tests/support/counting_random.hpp"
#include "tests/support/fake_codec.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/memory_blob_store.hpp"
#include "tests/support/recording_log.hpp"
#include "tests/support/run.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <gtest/gtest.h>

#include <string>

namespace gw {
namespace {

using namespace std::chrono_literals;

class ThumbnailsTest : public testing::Test {
 protected:
  StoredPicture keep(std::string bytes) {
    return test::run(io, results.keep(share(std::move(bytes)), ImageFormat::png)).value();
  }
  Result<SharedBytes> of(StoredPicture picture) {
    return test::run(io, thumbnails.of(std::move(picture)));
  }

  asio::io_context io{1};
  test::ManualClock clock{WallTime(1'000'000s)};
  test::CountingRandom random;
  test::RecordingLog log;
  test::MemoryBlobStore pictures{clock};
  test::MemoryBlobStore small{clock};
  test::FakeCodec codec;
  WorkerPool workers{io.get_executor(), 1};
  ResultStore results{{}, pictures, clock, random, log};
  Thumbnails thumbnails{results, small, codec, workers, log};
};

TEST_F(ThumbnailsTest, AreMadeOnceAndKeptApart) {
  const auto picture = keep("a cat");
  EXPECT_EQ(**of(picture), "small a cat");
  EXPECT_EQ(**of(picture), "small a cat");
  EXPECT_EQ(codec.thumbnails, 1);
  EXPECT_TRUE(small.has(picture.id.value + ".webp"));
  EXPECT_EQ(results.count(), 1u);
  EXPECT_EQ(pictures.count(), 1u);
}

TEST_F(ThumbnailsTest, WhoAsksAtTheSameTimeSharesOne) {
  const auto picture = keep("a cat");
  int answers = 0;
  for (int i = 0; i < 5; ++i) {
    asio::co_spawn(io, thumbnails.of(picture),
                   [&](std::exception_ptr bug, Result<SharedBytes> got) {
                     EXPECT_FALSE(bug);
                     answers += got && **got == "small a cat" ? 1 : 0;
                   });
  }
  io.restart();
  io.run();
  EXPECT_EQ(answers, 5);
  EXPECT_LE(codec.thumbnails, 2) << "as many as are made at a time";
}

TEST_F(ThumbnailsTest, AFullDiskOnlyMeansThatItIsMadeAgain) {
  const auto picture = keep("a cat");
  small.faults.write = true;
  EXPECT_EQ(**of(picture), "small a cat");
  EXPECT_EQ(**of(picture), "small a cat");
  EXPECT_EQ(codec.thumbnails, 2);
  EXPECT_EQ(log.count("thumbnail_not_kept"), 2u);
}

TEST_F(ThumbnailsTest, OfAPictureThatDoesNotDecodeIsOurFault) {
  codec.refusal = Error::invalid_request("image", "not a picture");
  const auto failed = of(keep("noise"));
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().kind(), ErrorKind::internal);
}

TEST_F(ThumbnailsTest, GoWithTheirPicture) {
  const auto picture = keep("a cat");
  ASSERT_TRUE(of(picture));
  ASSERT_TRUE(test::run(io, thumbnails.remove(picture.id)));
  EXPECT_EQ(small.count(), 0u);
}

TEST_F(ThumbnailsTest, ThoseWhosePictureHasGoneAreRemovedAtTheStart) {
  const auto picture = keep("a cat");
  ASSERT_TRUE(of(picture));
  ASSERT_TRUE(test::run(io, small.write(std::string(26, 'a') + ".webp", share("old"))));
  ASSERT_TRUE(test::run(io, thumbnails.open()));
  EXPECT_TRUE(small.has(picture.id.value + ".webp"));
  EXPECT_EQ(small.count(), 1u);
}

}  // namespace
}  // namespace gw
