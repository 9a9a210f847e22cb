// What is particular to files; the port's contract is in tests/contract.
#include "storage/blobs/filesystem_store.hpp"

#include "tests/support/run.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>
#include <sys/resource.h>
#include <vector>

namespace gw {
namespace {

namespace fs = std::filesystem;
using test::run;
using testing::IsEmpty;

// A name, and the folder by its first characters.
const std::string kName = "abcdefgh.png";
const fs::path kFolder = "ab";

// Stands in for a full disk, for root too: the kernel takes the first bytes and refuses the rest.
class FilesNoLargerThan {
 public:
  explicit FilesNoLargerThan(rlim_t bytes) : handler_(std::signal(SIGXFSZ, SIG_IGN)) {
    ::getrlimit(RLIMIT_FSIZE, &before_);
    const rlimit limit{bytes, before_.rlim_max};
    ::setrlimit(RLIMIT_FSIZE, &limit);
  }
  ~FilesNoLargerThan() {
    ::setrlimit(RLIMIT_FSIZE, &before_);
    std::signal(SIGXFSZ, handler_);
  }
  FilesNoLargerThan(const FilesNoLargerThan&) = delete;
  FilesNoLargerThan& operator=(const FilesNoLargerThan&) = delete;

 private:
  void (*handler_)(int);
  rlimit before_{};
};

class FilesystemStoreTest : public testing::Test {
 protected:
  std::unique_ptr<FilesystemStore> open() { return FilesystemStore::open(root, workers).value(); }

  Result<void> write(const std::string& name, std::string bytes = "picture") {
    return run(io, store->write(name, share(std::move(bytes))));
  }
  Result<SharedBytes> read(const std::string& name) { return run(io, store->read(name, 0, 100)); }
  std::vector<std::string> listed() {
    std::vector<std::string> names;
    for (const auto& blob : run(io, store->list()).value()) names.push_back(blob.name);
    return names;
  }

  static void put(const fs::path& path, const std::string& bytes) {
    fs::create_directories(path.parent_path());
    std::ofstream(path, std::ios::binary) << bytes;
  }
  static std::string text_of(const fs::path& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
  }
  static void expect_unavailable(const Result<void>& result) {
    ASSERT_FALSE(result.has_value());
    EXPECT_EQ(result.error().kind(), ErrorKind::storage_unavailable);
  }
  std::vector<fs::path> temporaries() const {
    return {fs::directory_iterator(root / "tmp"), fs::directory_iterator()};
  }

  TemporaryDirectory folder;
  fs::path root = folder.path() / "pictures";
  asio::io_context io{1};
  WorkerPool workers{io.get_executor(), 1};
  std::unique_ptr<FilesystemStore> store = open();
};

// --- files

TEST_F(FilesystemStoreTest, ABlobIsAFileInAFolderByItsFirstCharacters) {
  ASSERT_TRUE(write(kName, "bytes").has_value());
  EXPECT_EQ(text_of(root / kFolder / kName), "bytes");
  EXPECT_THAT(temporaries(), IsEmpty());
}

TEST_F(FilesystemStoreTest, OnlyTheOwnerMayReadAPicture) {
  ASSERT_TRUE(write(kName).has_value());
  const auto permissions = fs::status(root / kFolder / kName).permissions();
  EXPECT_EQ(permissions, fs::perms::owner_read | fs::perms::owner_write);
}

TEST_F(FilesystemStoreTest, BlobsOutliveTheProcess) {
  ASSERT_TRUE(write(kName, "bytes").has_value());
  store.reset();
  store = open();
  EXPECT_THAT(listed(), testing::ElementsAre(kName));
  EXPECT_EQ(*read(kName).value(), "bytes");
}

TEST_F(FilesystemStoreTest, OpenMakesTheFolder) {
  EXPECT_TRUE(fs::is_directory(root));
}

// --- names

TEST_F(FilesystemStoreTest, NamesThatCouldLeaveTheFolderAreRefused) {
  put(folder.path() / "secret.png", "secret");
  const std::vector<std::string> tricks{"",
                                        ".",
                                        "..",
                                        "/",
                                        "../secret.png",
                                        "../../../secret.png",
                                        "abcde/../../../secret.png",
                                        "/etc/passwd",
                                        "abcde\\secret.png",
                                        "abcdefgh",
                                        "abcdefgh.",
                                        ".abcdefgh",
                                        "abcd.png",
                                        "abcdefgh.p/g",
                                        "abcdefgh.tar.gz",
                                        "ABCDEFGH.PNG",
                                        "abcd efgh.png",
                                        "abcdéfgh.png",
                                        "abcdefgh%2f.png",
                                        std::string("abcdefgh.png\0", 13),
                                        std::string("abc\0defgh.png", 13),
                                        "abcdefgh.png\n",
                                        std::string(200, 'a') + ".png"};
  for (const auto& name : tricks) {
    EXPECT_EQ(write(name).error().kind(), ErrorKind::internal) << name;
    EXPECT_EQ(read(name).error().kind(), ErrorKind::internal) << name;
    EXPECT_EQ(run(io, store->remove(name)).error().kind(), ErrorKind::internal) << name;
  }
  EXPECT_EQ(text_of(folder.path() / "secret.png"), "secret");
  EXPECT_THAT(listed(), IsEmpty());
}

TEST_F(FilesystemStoreTest, ALinkIsNotFollowed) {
  put(folder.path() / "secret", "secret");
  fs::create_directories(root / kFolder);
  fs::create_symlink(folder.path() / "secret", root / kFolder / kName);
  EXPECT_FALSE(read(kName).has_value());
  EXPECT_THAT(listed(), IsEmpty());
}

// --- what a crash leaves

TEST_F(FilesystemStoreTest, HalfWrittenFilesAreRemovedAndNeverListed) {
  put(root / "tmp" / kName, "half a pic");
  EXPECT_THAT(listed(), IsEmpty());
  EXPECT_THAT(temporaries(), Not(IsEmpty())) << "it may be one that is being written";
  ASSERT_TRUE(FilesystemStore::open(root, workers));
  EXPECT_THAT(temporaries(), IsEmpty());
  EXPECT_TRUE(write(kName).has_value());
}

TEST_F(FilesystemStoreTest, FilesThatAPowerLossLeftEmptyAreRemovedAndNeverListed) {
  put(root / kFolder / kName, "");
  EXPECT_THAT(listed(), IsEmpty());
  EXPECT_FALSE(fs::exists(root / kFolder / kName));
}

TEST_F(FilesystemStoreTest, ProbesAreRemovedAndNeverListed) {
  put(root / kFolder / "abcdefgh.probe", "probe");
  EXPECT_THAT(listed(), IsEmpty());
  EXPECT_FALSE(fs::exists(root / kFolder / "abcdefgh.probe"));
}

TEST_F(FilesystemStoreTest, ForeignFilesAreNeitherListedNorTouched) {
  put(root / "README", "notes");
  put(root / kFolder / "Notes.TXT", "notes");
  EXPECT_THAT(listed(), IsEmpty());
  EXPECT_EQ(text_of(root / "README"), "notes");
  EXPECT_EQ(text_of(root / kFolder / "Notes.TXT"), "notes");
}

// --- a disk that fails; root may write everywhere, so things stand in the way instead

TEST_F(FilesystemStoreTest, OpenFailsWhenAFileIsWhereTheFolderShouldBe) {
  const auto blocked = folder.path() / "file";
  put(blocked, "");
  const auto opened = FilesystemStore::open(blocked, workers);
  ASSERT_FALSE(opened.has_value());
  EXPECT_EQ(opened.error().kind(), ErrorKind::storage_unavailable);
  EXPECT_THAT(opened.error().detail(), testing::HasSubstr(blocked.string()));
  EXPECT_THAT(opened.error().message(), testing::Not(testing::HasSubstr(blocked.string())));
}

TEST_F(FilesystemStoreTest, AWriteThatFailsHarmsNothingStored) {
  ASSERT_TRUE(write("zzzzzzzz.png", "stored").has_value());
  put(root / "ab", "in the way");
  expect_unavailable(write(kName));
  EXPECT_EQ(*read("zzzzzzzz.png").value(), "stored");
  EXPECT_EQ(text_of(root / "ab"), "in the way");
}

TEST_F(FilesystemStoreTest, AWriteWithoutATemporaryFolderIsStorageUnavailable) {
  fs::remove_all(root / "tmp");
  put(root / "tmp", "in the way");
  expect_unavailable(write(kName));
  EXPECT_FALSE(fs::exists(root / kFolder / kName));
}

TEST_F(FilesystemStoreTest, AWriteThatFailsAtTheEndLeavesNoTemporaryFile) {
  fs::create_directories(root / kFolder / kName / "in the way");
  expect_unavailable(write(kName));
  EXPECT_THAT(temporaries(), IsEmpty());
}

TEST_F(FilesystemStoreTest, AWriteThatTheDiskCutsOffLeavesNothing) {
  {
    const FilesNoLargerThan limit(3);
    expect_unavailable(write(kName, "picture"));
  }
  EXPECT_FALSE(fs::exists(root / kFolder / kName));
  EXPECT_THAT(temporaries(), IsEmpty());
  EXPECT_TRUE(write(kName).has_value());
}

TEST_F(FilesystemStoreTest, WhatCannotBeRemovedIsStorageUnavailable) {
  fs::create_directories(root / kFolder / kName);
  expect_unavailable(run(io, store->remove(kName)));
}

TEST_F(FilesystemStoreTest, AStoreWhoseFolderIsGoneListsNothingAndStartsAnew) {
  ASSERT_TRUE(write(kName).has_value());
  fs::remove_all(root);
  EXPECT_THAT(listed(), IsEmpty());
  EXPECT_TRUE(write(kName).has_value());
}

}  // namespace
}  // namespace gw
