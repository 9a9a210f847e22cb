#include "core/library/input_keeper.hpp"

#include "core/library/upload_desk.hpp"
#include "tests/support/counting_random.hpp"
#include "tests/support/fake_png.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/memory_blob_store.hpp"
#include "tests/support/memory_spool.hpp"
#include "tests/support/run.hpp"

#include <gtest/gtest.h>

namespace gw {
namespace {

class InputKeeperTest : public testing::Test {
 protected:
  Reference uploaded() {
    return test::run(io, desk.accept(share(test::fake_png({8, 8}, "x")), "image")).value();
  }
  Reference kept() { return test::run(io, keeper.keep(uploaded())).value(); }

  asio::io_context io{1};
  test::ManualClock clock{WallTime(std::chrono::seconds(1'700'000'000))};
  test::CountingRandom random;
  test::MemoryBlobStore blobs{clock};
  test::MemorySpool spool;
  UploadDesk desk{spool, {}};
  InputKeeper keeper{blobs, random, clock};
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
  const InputRow row{.role = InputRow::Role::reference,
                     .blob = reference.upload->kept_as(),
                     .format = reference.format,
                     .size = reference.size,
                     .digest = reference.digest,
                     .bytes = reference.upload->size()};
  const auto again = keeper.kept(row);
  EXPECT_EQ(again.size, reference.size);
  EXPECT_EQ(*test::run(io, again.upload->read()).value(), test::fake_png({8, 8}, "x"));
}

TEST_F(InputKeeperTest, AFullDiskIsTold) {
  blobs.faults.write = true;
  const auto refused = test::run(io, keeper.keep(uploaded()));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind(), ErrorKind::storage_unavailable);
}

TEST_F(InputKeeperTest, SweepsWhatNoRequestNeedsButNothingThatMayBeOnItsWay) {
  const auto needed = kept();
  const auto done_with = kept();
  const std::set<std::string> names{needed.upload->kept_as()};
  ASSERT_TRUE(test::run(io, keeper.sweep(names)));
  EXPECT_EQ(blobs.count(), 2u);
  clock.advance(std::chrono::minutes(61));
  ASSERT_TRUE(test::run(io, keeper.sweep(names)));
  EXPECT_EQ(blobs.count(), 1u);
  EXPECT_TRUE(blobs.has(needed.upload->kept_as()));
}

}  // namespace
}  // namespace gw
