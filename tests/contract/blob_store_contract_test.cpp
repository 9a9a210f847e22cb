// What every BlobStore must do (core/ports/blob_store.hpp), run over each implementation.
#include "base/worker_pool.hpp"
#include "core/ports/blob_store.hpp"
#include "storage/blobs/filesystem_store.hpp"
#include "tests/support/memory_blob_store.hpp"
#include "tests/support/run.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

namespace gw {
namespace {

using test::run;
using testing::IsEmpty;

const std::string kName = "abcdefghijklmnopqrstuvwxyz.png";
const std::string kOther = "zyxwvutsrqponmlkjihgfedcba.jpg";

// Each implementation with what it stands on.
struct InFiles {
  explicit InFiles(asio::io_context& io)
      : workers(io.get_executor(), 1),
        store(FilesystemStore::open(folder.path(), workers).value()) {}
  BlobStore& get() { return *store; }

  TemporaryDirectory folder;
  WorkerPool workers;
  std::unique_ptr<FilesystemStore> store;
};

struct InMemory {
  explicit InMemory(asio::io_context&) {}
  BlobStore& get() { return store; }

  SystemClock clock;
  test::MemoryBlobStore store{clock};
};

template <class Implementation>
class BlobStoreContract : public testing::Test {
 protected:
  Result<void> write(const std::string& name, std::string bytes) {
    return run(io, store.write(name, share(std::move(bytes))));
  }
  Result<SharedBytes> read(const std::string& name, std::uint64_t offset = 0,
                           std::uint64_t length = 1'000'000) {
    return run(io, store.read(name, offset, length));
  }
  Result<void> remove(const std::string& name) { return run(io, store.remove(name)); }
  std::vector<BlobInfo> list() { return run(io, store.list()).value(); }

  asio::io_context io{1};
  Implementation implementation{io};
  BlobStore& store = implementation.get();
};

struct Names {
  template <class T>
  static std::string GetName(int) {
    return std::is_same_v<T, InFiles> ? "InFiles" : "InMemory";
  }
};
using Implementations = testing::Types<InFiles, InMemory>;
TYPED_TEST_SUITE(BlobStoreContract, Implementations, Names);

TYPED_TEST(BlobStoreContract, WhatIsWrittenIsRead) {
  const std::string every_byte = [] {
    std::string bytes;
    for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
    return bytes;
  }();
  ASSERT_TRUE(this->write(kName, every_byte).has_value());
  EXPECT_EQ(*this->read(kName).value(), every_byte);
}

TYPED_TEST(BlobStoreContract, ALargeBlobIsWhole) {
  std::string bytes(5'000'000, 'x');
  bytes.back() = 'y';
  ASSERT_TRUE(this->write(kName, bytes).has_value());
  EXPECT_TRUE(*this->read(kName, 0, bytes.size()).value() == bytes);
}

TYPED_TEST(BlobStoreContract, APartIsReadFromAnyPlace) {
  ASSERT_TRUE(this->write(kName, "0123456789").has_value());
  EXPECT_EQ(*this->read(kName, 0, 3).value(), "012");
  EXPECT_EQ(*this->read(kName, 4, 2).value(), "45");
  EXPECT_EQ(*this->read(kName, 9, 1).value(), "9");
  EXPECT_EQ(*this->read(kName, 3, 0).value(), "");
}

TYPED_TEST(BlobStoreContract, AtTheEndThereAreFewer) {
  ASSERT_TRUE(this->write(kName, "0123456789").has_value());
  EXPECT_EQ(*this->read(kName, 8, 5).value(), "89");
  EXPECT_EQ(*this->read(kName, 10, 5).value(), "");
  EXPECT_EQ(*this->read(kName, 99, 5).value(), "");
}

TYPED_TEST(BlobStoreContract, AnEndlessLengthIsTheRest) {
  ASSERT_TRUE(this->write(kName, "0123456789").has_value());
  EXPECT_EQ(*this->read(kName, 8, ~std::uint64_t{0}).value(), "89");
}

TYPED_TEST(BlobStoreContract, AnAbsentBlobIsNotFound) {
  const auto absent = this->read(kName);
  ASSERT_FALSE(absent.has_value());
  EXPECT_EQ(absent.error().kind(), ErrorKind::not_found);
}

TYPED_TEST(BlobStoreContract, ARemovedBlobIsGoneAndTheOthersAreNot) {
  ASSERT_TRUE(this->write(kName, "first").has_value());
  ASSERT_TRUE(this->write(kOther, "second").has_value());
  ASSERT_TRUE(this->remove(kName).has_value());
  EXPECT_EQ(this->read(kName).error().kind(), ErrorKind::not_found);
  EXPECT_EQ(*this->read(kOther).value(), "second");
}

TYPED_TEST(BlobStoreContract, RemovingWhatIsAbsentIsSuccess) {
  EXPECT_TRUE(this->remove(kName).has_value());
}

TYPED_TEST(BlobStoreContract, WritingAgainReplacesTheWholeBlob) {
  ASSERT_TRUE(this->write(kName, "a long first one").has_value());
  ASSERT_TRUE(this->write(kName, "short").has_value());
  EXPECT_EQ(*this->read(kName).value(), "short");
  EXPECT_EQ(this->list().size(), 1u);
}

TYPED_TEST(BlobStoreContract, ListsNamesSizesAndTimes) {
  const auto before = std::chrono::system_clock::now() - std::chrono::hours(1);
  ASSERT_TRUE(this->write(kName, "12345").has_value());
  ASSERT_TRUE(this->write(kOther, "123").has_value());
  auto blobs = this->list();
  ASSERT_EQ(blobs.size(), 2u);
  std::ranges::sort(blobs, {}, &BlobInfo::name);
  EXPECT_EQ(blobs[0].name, kName);
  EXPECT_EQ(blobs[0].size, 5u);
  EXPECT_EQ(blobs[1].name, kOther);
  EXPECT_EQ(blobs[1].size, 3u);
  for (const auto& blob : blobs) {
    EXPECT_GT(blob.written, before);
    EXPECT_LT(blob.written, before + std::chrono::hours(2));
  }
}

TYPED_TEST(BlobStoreContract, AnEmptyStoreListsNothing) {
  EXPECT_THAT(this->list(), IsEmpty());
}

TYPED_TEST(BlobStoreContract, NamesThatAreNotOursAreRefused) {
  for (const auto* name : {"", "..", "abcdefgh", "a.png", "abcdefgh.", "abcd/fgh.png",
                           "../abcdefgh.png", "Abcdefgh.png", "abcdefgh.tar.gz"}) {
    EXPECT_EQ(this->write(name, "x").error().kind(), ErrorKind::internal) << name;
    EXPECT_EQ(this->read(name).error().kind(), ErrorKind::internal) << name;
    EXPECT_EQ(this->remove(name).error().kind(), ErrorKind::internal) << name;
  }
  EXPECT_THAT(this->list(), IsEmpty());
}

TYPED_TEST(BlobStoreContract, BytesOutliveTheirBlob) {
  ASSERT_TRUE(this->write(kName, "picture").has_value());
  const auto bytes = this->read(kName).value();
  ASSERT_TRUE(this->remove(kName).has_value());
  EXPECT_EQ(*bytes, "picture");
}

}  // namespace
}  // namespace gw
