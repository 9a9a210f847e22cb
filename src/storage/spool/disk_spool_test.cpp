#include "storage/spool/disk_spool.hpp"

#include "tests/support/run.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace gw {
namespace {

namespace fs = std::filesystem;

class DiskSpoolTest : public testing::Test {
 protected:
  void open(SpoolLimits limits = {.bytes = 1'000, .files = 10}) {
    spool_ = DiskSpool::open(folder_.path() / "spool", workers_, limits).value();
  }
  std::shared_ptr<SpoolFile> create() { return run(spool_->create()).value(); }
  Result<void> append(SpoolFile& file, std::string bytes) {
    return run(file.append(std::move(bytes)));
  }
  template <class T>
  T run(Async<T> work) {
    return test::run(io_, std::move(work));
  }
  std::size_t names() const {
    return static_cast<std::size_t>(
        std::distance(fs::directory_iterator(folder_.path() / "spool"), {}));
  }

  TemporaryDirectory folder_;
  asio::io_context io_{1};
  WorkerPool workers_{io_.get_executor(), 1};
  std::unique_ptr<DiskSpool> spool_;
};

TEST_F(DiskSpoolTest, GivesBackWhatWasAppended) {
  open();
  auto file = create();
  ASSERT_TRUE(append(*file, "one, "));
  ASSERT_TRUE(append(*file, "two"));
  EXPECT_EQ(file->size(), 8u);
  EXPECT_EQ(*run(file->read()).value(), "one, two");
  EXPECT_EQ(*run(file->read()).value(), "one, two") << "as often as it is asked for";
}

TEST_F(DiskSpoolTest, FilesHaveNoNameSoNothingCanBeLeftBehind) {
  open();
  auto file = create();
  ASSERT_TRUE(append(*file, "bytes"));
  EXPECT_EQ(names(), 0u);
}

TEST_F(DiskSpoolTest, IsBoundedAndItsRoomComesBack) {
  open({.bytes = 10, .files = 10});
  auto first = create();
  auto second = create();
  ASSERT_TRUE(append(*first, "123456"));
  const auto refused = append(*second, "12345");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind(), ErrorKind::queue_full);
  EXPECT_TRUE(append(*second, "1234"));
  first.reset();
  EXPECT_EQ(spool_->used(), 4u);
  EXPECT_EQ(spool_->received(), 10u);
}

TEST_F(DiskSpoolTest, FilesAreCountedBecauseEachHoldsADescriptor) {
  open({.bytes = 1'000, .files = 2});
  auto first = create();
  const auto second = create();
  const auto refused = run(spool_->create());
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind(), ErrorKind::queue_full);
  first.reset();
  EXPECT_TRUE(run(spool_->create()));
}

TEST_F(DiskSpoolTest, SweepsWhatACrashMayHaveLeft) {
  fs::create_directories(folder_.path() / "spool");
  std::ofstream(folder_.path() / "spool" / "upload-abc123") << "left";
  open();
  EXPECT_EQ(names(), 0u);
}

TEST_F(DiskSpoolTest, AFolderThatCannotBeIsSaid) {
  std::ofstream(folder_.path() / "file") << "no folder";
  const auto opened = DiskSpool::open(folder_.path() / "file" / "spool", workers_, {});
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().kind(), ErrorKind::storage_unavailable);
  EXPECT_THAT(opened.error().detail(), testing::HasSubstr("spool"));
}

}  // namespace
}  // namespace gw
