#include "storage/data_dir_lock.hpp"

#include "tests/support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <sys/wait.h>
#include <unistd.h>

namespace gw {
namespace {

using testing::HasSubstr;

TEST(DataDirLock, IsHeldOnceAndLetGo) {
  const TemporaryDirectory folder;
  {
    const auto first = DataDirLock::acquire(folder.path());
    ASSERT_TRUE(first);
    const auto second = DataDirLock::acquire(folder.path());
    ASSERT_FALSE(second);
    EXPECT_EQ(second.error().kind(), ErrorKind::conflict);
    EXPECT_THAT(second.error().message(), HasSubstr(folder.path().string()));
    EXPECT_THAT(second.error().message(), HasSubstr("process " + std::to_string(::getpid())));
  }
  EXPECT_TRUE(DataDirLock::acquire(folder.path()));
}

TEST(DataDirLock, EndsWithItsProcessHoweverThatEnds) {
  const TemporaryDirectory folder;
  const auto child = ::fork();
  if (child == 0) {
    const auto lock = DataDirLock::acquire(folder.path());
    ::_exit(lock ? 0 : 1);  // no destructor runs
  }
  int status = 0;
  ASSERT_EQ(::waitpid(child, &status, 0), child);
  EXPECT_EQ(WEXITSTATUS(status), 0);
  EXPECT_TRUE(DataDirLock::acquire(folder.path()));
}

TEST(DataDirLock, MakesTheFolder) {
  const TemporaryDirectory folder;
  EXPECT_TRUE(DataDirLock::acquire(folder.path() / "new" / "data"));
}

TEST(DataDirLock, SaysWhatIsInTheWay) {
  const TemporaryDirectory folder;
  std::ofstream(folder.path() / "file") << "no folder";
  const auto lock = DataDirLock::acquire(folder.path() / "file");
  ASSERT_FALSE(lock);
  EXPECT_EQ(lock.error().kind(), ErrorKind::storage_unavailable);
  EXPECT_THAT(lock.error().message(), HasSubstr("Not a directory"));
}

}  // namespace
}  // namespace gw
