#include "api/zip_stream.hpp"

#include "tests/support/counting_random.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/memory_blobs.hpp"
#include "tests/support/recording_log.hpp"
#include "tests/support/run.hpp"
#include "tests/support/temporary_directory.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>

namespace gw::api {
namespace {

using namespace std::chrono_literals;

class ZipStreamTest : public testing::Test {
 protected:
  StoredPicture keep(std::string bytes, ImageFormat format = ImageFormat::png) {
    return test::run(io, results.keep(share(std::move(bytes)), format)).value();
  }
  Result<SharedBytes> next(ZipStream& stream) { return test::run(io, stream.next()); }
  std::string all_of(ZipStream& stream) {
    std::string all;
    while (const auto piece = next(stream).value()) all += *piece;
    return all;
  }
  static std::string noise(std::size_t size) {
    std::string bytes;
    for (std::size_t i = 0; i < size; ++i) bytes += static_cast<char>(i * 7919 >> 3);
    return bytes;
  }

  asio::io_context io{1};
  test::ManualClock clock{WallTime(1'700'000'000s)};
  test::CountingRandom random;
  test::RecordingLog log;
  test::MemoryBlobs blobs;
  ResultStore results{{}, blobs, clock, random, log};
};

TEST_F(ZipStreamTest, IsWhatItSaidAndWhatOtherProgramsOpen) {
  const auto large = noise(600'001);
  const auto first = keep(large);
  const auto second = keep("a small one", ImageFormat::webp);
  const auto stream = ZipStream::create(results, {first, second}).value();
  const auto zip = all_of(*stream);
  EXPECT_EQ(zip.size(), stream->length());

  const TemporaryDirectory folder;
  const auto file = folder.path() / "pictures.zip";
  std::ofstream(file, std::ios::binary) << zip;
  // Python's module checks every header, size and checksum.
  const auto command = "python3 -c \"import zipfile, sys; z = zipfile.ZipFile('" + file.string() +
                       "'); sys.exit(z.testzip() is not None); \" && cd '" +
                       folder.path().string() + "' && python3 -m zipfile -e pictures.zip out";
  ASSERT_EQ(std::system(command.c_str()), 0);
  const auto read = [&](const StoredPicture& picture) {
    std::ifstream in(folder.path() / "out" / picture.file_name(), std::ios::binary);
    return std::string(std::istreambuf_iterator<char>(in), {});
  };
  EXPECT_EQ(read(first), large);
  EXPECT_EQ(read(second), "a small one");
}

TEST_F(ZipStreamTest, HoldsOnePieceAtATime) {
  const auto stream = ZipStream::create(results, {keep(noise(1'000'000))}).value();
  while (const auto piece = next(*stream).value()) EXPECT_LE(piece->size(), 256u * 1024);
}

TEST_F(ZipStreamTest, APictureThatWentMeanwhileCutsIt) {
  const auto first = keep("first");
  const auto second = keep("second");
  const auto stream = ZipStream::create(results, {first, second}).value();
  ASSERT_TRUE(next(*stream));
  ASSERT_TRUE(next(*stream));
  blobs.blobs.clear();
  EXPECT_FALSE(next(*stream));
}

TEST_F(ZipStreamTest, WhatNeedsTheLargeFormatIsRefused) {
  auto picture = keep("small");
  picture.size = 3'000'000'000;
  const auto refused = ZipStream::create(results, {picture, picture});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind(), ErrorKind::invalid_request);
  EXPECT_EQ(refused.error().param(), "ids");
}

}  // namespace
}  // namespace gw::api
