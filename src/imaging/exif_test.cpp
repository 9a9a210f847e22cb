#include "imaging/exif.hpp"

#include "base/endian.hpp"

#include <gtest/gtest.h>

#include <string>

namespace gw {
namespace {

using namespace std::string_literals;

std::string app1(const std::string& payload) {
  std::string out = "\xff\xd8\xff\xe1"s;
  append_be16(out, static_cast<std::uint32_t>(payload.size() + 2));
  return out + payload;
}

std::string little_endian(std::uint32_t tag, std::uint32_t type, std::uint32_t value) {
  std::string tiff = "II\x2a\0"s;
  append_le32(tiff, 8);
  append_le16(tiff, 2);
  tiff += "\x0f\x01\x02\0\0\0\0\0\0\0\0\0"s;  // another entry first
  append_le16(tiff, tag);
  append_le16(tiff, type);
  append_le32(tiff, 1);
  append_le32(tiff, value);
  return app1("Exif\0\0"s + tiff);
}

std::string big_endian(std::uint32_t value) {
  std::string tiff = "MM\0\x2a"s;
  append_be32(tiff, 8);
  append_be16(tiff, 1);
  append_be16(tiff, 0x0112);
  append_be16(tiff, 3);
  append_be32(tiff, 1);
  append_be16(tiff, value);
  append_be16(tiff, 0);
  return app1("Exif\0\0"s + tiff);
}

TEST(Exif, ReadsTheOrientationInBothByteOrders) {
  EXPECT_EQ(read_orientation(little_endian(0x0112, 3, 6)), Orientation::turned_right);
  EXPECT_EQ(read_orientation(big_endian(8)), Orientation::turned_left);
}

TEST(Exif, SkipsOtherSegments) {
  const std::string xmp = "\xff\xe1\x00\x09other!!"s;
  EXPECT_EQ(read_orientation("\xff\xd8"s + xmp + big_endian(3).substr(2)),
            Orientation::upside_down);
}

TEST(Exif, TakesNonsenseForUpright) {
  EXPECT_EQ(read_orientation(big_endian(0)), Orientation::upright);
  EXPECT_EQ(read_orientation(big_endian(9)), Orientation::upright);
  EXPECT_EQ(read_orientation(little_endian(0x0113, 3, 6)), Orientation::upright);
  EXPECT_EQ(read_orientation(little_endian(0x0112, 4, 6)), Orientation::upright);
  EXPECT_EQ(read_orientation(app1("Exif\0\0XX\0\x2a\0\0\0\x08"s)), Orientation::upright);
  EXPECT_EQ(read_orientation("\x89PNG"), Orientation::upright);
}

TEST(Exif, StaysInsideHostileOffsetsAndTruncations) {
  EXPECT_EQ(read_orientation(app1("Exif\0\0MM\0\x2a\xff\xff\xff\xff"s)), Orientation::upright);
  EXPECT_EQ(read_orientation(app1("Exif\0\0MM\0\x2a\0\0\0\x08\xff\xff"s)), Orientation::upright);
  const std::string whole = big_endian(6);
  for (std::size_t length = 0; length < whole.size(); ++length) {
    EXPECT_EQ(read_orientation(whole.substr(0, length)), Orientation::upright) << length;
  }
}

}  // namespace
}  // namespace gw
