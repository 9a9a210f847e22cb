#include "api/byte_range.hpp"

#include <gtest/gtest.h>

namespace gw::api {
namespace {

bool is_whole(std::string_view header) {
  return std::holds_alternative<WholeFile>(read_range(header, 1'000));
}
bool is_outside(std::string_view header) {
  return std::holds_alternative<NoSuchPart>(read_range(header, 1'000));
}
FilePart part(std::string_view header) {
  const auto answer = read_range(header, 1'000);
  const auto* found = std::get_if<FilePart>(&answer);
  return found == nullptr ? FilePart{} : *found;
}

TEST(ReadRange, OneRangeOfBytes) {
  EXPECT_EQ(part("bytes=0-0"), (FilePart{0, 1}));
  EXPECT_EQ(part("bytes=0-499"), (FilePart{0, 500}));
  EXPECT_EQ(part("Bytes = 500-"), (FilePart{500, 500}));
  EXPECT_EQ(part("bytes=-200"), (FilePart{800, 200}));
  EXPECT_EQ(part("bytes=-2000"), (FilePart{0, 1'000}));
  EXPECT_EQ(part("bytes=999-99999"), (FilePart{999, 1}));
  EXPECT_EQ(part("bytes=0-18446744073709551615"), (FilePart{0, 1'000}));
}

TEST(ReadRange, OutsideTheFile) {
  for (const auto* header : {"bytes=1000-", "bytes=1000-1001", "bytes=-0"}) {
    EXPECT_TRUE(is_outside(header)) << header;
  }
  EXPECT_TRUE(std::holds_alternative<NoSuchPart>(read_range("bytes=0-", 0)));
  EXPECT_TRUE(std::holds_alternative<NoSuchPart>(read_range("bytes=-5", 0)));
}

TEST(ReadRange, WhatIsNotUnderstoodIsTheWholeFile) {
  for (const auto* header :
       {"", "bytes", "bytes=", "bytes=-", "bytes=5", "bytes=5-2", "bytes=a-b", "bytes=1-2,4-5",
        "pages=1-2", "bytes=99999999999999999999-", "bytes=+1-2", "bytes=1--2", "=1-2"}) {
    EXPECT_TRUE(is_whole(header)) << header;
  }
}

}  // namespace
}  // namespace gw::api
