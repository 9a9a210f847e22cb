#include "core/library/upload_desk.hpp"

#include "tests/support/fake_png.hpp"
#include "tests/support/memory_spool.hpp"
#include "tests/support/run.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace gw {
namespace {

using test::fake_png;
using testing::HasSubstr;

class UploadDeskTest : public testing::Test {
 protected:
  Result<Reference> accept(std::string bytes) {
    return run(desk_.accept(share(std::move(bytes)), "image[]"));
  }
  // As it comes off the wire.
  Result<Reference> accept_in_pieces(std::string_view bytes, std::size_t at_once) {
    auto intake = desk_.intake("image[]");
    for (; !bytes.empty(); bytes.remove_prefix(std::min(at_once, bytes.size())))
      GW_CHECK(run(intake.add(bytes.substr(0, at_once))));
    return run(intake.finish());
  }
  template <class T>
  T run(Async<T> work) {
    return test::run(io_, std::move(work));
  }

  asio::io_context io_{1};
  test::MemorySpool spool_;
  UploadDesk desk_{spool_, {.max_bytes = 1'000'000, .max_pixels = 10'000, .max_side = 500}};
};

TEST_F(UploadDeskTest, APictureIsKnownByItsBytesAndWaitsOnDisk) {
  const auto bytes = fake_png({64, 48}, "tail");
  const auto reference = accept(bytes);
  ASSERT_TRUE(reference);
  EXPECT_EQ(reference->format, ImageFormat::png);
  EXPECT_EQ(reference->size, (ImageSize{64, 48}));
  EXPECT_EQ(reference->digest, sha256(bytes));
  EXPECT_EQ(*run(reference->upload->read()).value(), bytes);
  EXPECT_EQ(spool_.used(), bytes.size());
}

TEST_F(UploadDeskTest, HoweverItComesItIsTheSame) {
  const auto bytes = fake_png({64, 48}, std::string(700'000, 'x'));
  for (const std::size_t at_once : {7'001u, 65'536u, 1'000'000u}) {
    const auto reference = accept_in_pieces(bytes, at_once);
    ASSERT_TRUE(reference) << at_once;
    EXPECT_EQ(reference->digest, sha256(bytes));
    EXPECT_EQ(*run(reference->upload->read()).value(), bytes);
  }
}

TEST_F(UploadDeskTest, ALargeOneNeverWaitsInMemory) {
  auto intake = desk_.intake("image");
  ASSERT_TRUE(run(intake.add(fake_png({8, 8}, std::string(600'000, 'x')))));
  EXPECT_GE(spool_.used(), 600'000u);
}

TEST_F(UploadDeskTest, WhatIsNoPictureIsSaidAtItsFirstBytes) {
  auto intake = desk_.intake("image[]");
  const auto refused = run(intake.add("%PDF-1.7, whatever its name says"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind(), ErrorKind::invalid_request);
  EXPECT_EQ(refused.error().param(), "image[]");
  for (const auto* text : {"", "x", "\x89PNG"}) EXPECT_FALSE(accept(text)) << text;
}

TEST_F(UploadDeskTest, BoundsAreToldBeforeAnythingIsDecoded) {
  for (const ImageSize size : {ImageSize{501, 1}, ImageSize{101, 100}, ImageSize{100'000, 1}}) {
    const auto refused = accept(fake_png(size, ""));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().kind(), ErrorKind::too_large);
    EXPECT_THAT(refused.error().message(), HasSubstr(to_string(size)));
  }
  const auto refused = accept(fake_png({8, 8}, std::string(1'000'000, 'x')));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind(), ErrorKind::too_large);
  EXPECT_EQ(refused.error().param(), "image[]");
}

TEST_F(UploadDeskTest, NothingIsLeftOfWhatWasRefusedOrLetGo) {
  static_cast<void>(accept(fake_png({501, 1}, "")));
  {
    const auto reference = accept(fake_png({8, 8}, ""));
  }
  EXPECT_EQ(spool_.files(), 0u);
  EXPECT_EQ(spool_.used(), 0u);
}

TEST_F(UploadDeskTest, AFullSpoolIsToldAsItIs) {
  spool_.refuse(Error(ErrorKind::queue_full, "full"));
  EXPECT_EQ(accept(fake_png({8, 8}, "")).error().kind(), ErrorKind::queue_full);
}

}  // namespace
}  // namespace gw
