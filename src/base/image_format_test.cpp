#include "base/image_format.hpp"

#include "base/endian.hpp"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace gw {
namespace {

using namespace std::string_literals;

std::string png(std::uint32_t width, std::uint32_t height) {
  std::string out = "\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR"s;
  append_be32(out, width);
  append_be32(out, height);
  return out;
}

std::string segment(std::uint8_t marker, std::string_view payload) {
  std::string out = "\xff"s + static_cast<char>(marker);
  append_be16(out, static_cast<std::uint32_t>(payload.size() + 2));
  return out.append(payload);
}

std::string frame(std::uint8_t marker, std::uint32_t width, std::uint32_t height) {
  std::string payload = "\x08"s;
  append_be16(payload, height);
  append_be16(payload, width);
  return segment(marker, payload + "\x03\x01\x22\x00"s);
}

std::string webp(std::string_view chunk, std::string_view payload) {
  std::string out = "RIFF";
  append_le32(out, static_cast<std::uint32_t>(payload.size() + 12));
  out.append("WEBP").append(chunk);
  append_le32(out, static_cast<std::uint32_t>(payload.size()));
  return out.append(payload);
}

std::string vp8(std::uint32_t width, std::uint32_t height) {
  std::string payload = "\x30\x01\x00\x9d\x01\x2a"s;
  append_le16(payload, width);
  append_le16(payload, height);
  return webp("VP8 ", payload);
}

std::string vp8l(std::uint32_t width, std::uint32_t height, std::uint32_t version = 0) {
  std::string payload = "\x2f"s;
  append_le32(payload, (width - 1) | (height - 1) << 14 | version << 29);
  return webp("VP8L", payload);
}

std::string vp8x(std::uint32_t width, std::uint32_t height) {
  std::string payload = "\x10\0\0\0"s;
  append_le24(payload, width - 1);
  append_le24(payload, height - 1);
  return webp("VP8X", payload);
}

std::string gif(std::uint32_t width, std::uint32_t height) {
  std::string out = "GIF89a";
  append_le16(out, width);
  append_le16(out, height);
  return out;
}

void expect_header(std::string_view bytes, ImageFormat format, ImageSize size) {
  const auto header = read_image_header(bytes);
  ASSERT_TRUE(header);
  EXPECT_EQ(to_string(header->format), to_string(format));
  EXPECT_EQ(to_string(header->size), to_string(size));
}

TEST(ImageFormat, KnowsNamesTypesAndExtensions) {
  EXPECT_EQ(to_string(ImageFormat::jpeg), "jpeg");
  EXPECT_EQ(file_extension(ImageFormat::jpeg), "jpg");
  EXPECT_EQ(file_extension(ImageFormat::webp), "webp");
  EXPECT_EQ(mime_type(ImageFormat::gif), "image/gif");
  EXPECT_EQ(to_string(ImageSize{1024, 768}), "1024x768");
}

TEST(ImageFormat, AcceptsTheExtensionsOfEveryFormatAndNothingElse) {
  EXPECT_EQ(image_format_of_extension("png"), ImageFormat::png);
  EXPECT_EQ(image_format_of_extension("jpg"), ImageFormat::jpeg);
  EXPECT_EQ(image_format_of_extension("jpeg"), ImageFormat::jpeg);
  EXPECT_EQ(image_format_of_extension("webp"), ImageFormat::webp);
  EXPECT_EQ(image_format_of_extension("gif"), ImageFormat::gif);
  for (const auto* other : {"", "PNG", "svg", "png ", "."}) {
    EXPECT_FALSE(image_format_of_extension(other)) << other;
  }
}

TEST(ImageHeader, ReadsTheSizeOfAPng) {
  expect_header(png(1024, 768), ImageFormat::png, {1024, 768});
}

TEST(ImageHeader, RefusesAPngWithoutAreaOrWithAnImpossibleSide) {
  EXPECT_FALSE(read_image_header(png(0, 768)));
  EXPECT_FALSE(read_image_header(png(1024, 0)));
  EXPECT_FALSE(read_image_header(png(0x80000000, 1)));
  EXPECT_EQ(read_image_header(png(0x7fffffff, 0x7fffffff))->size.area(), 0x3fffffff00000001);
}

TEST(ImageHeader, RefusesAPngWhoseFirstChunkIsAnother) {
  std::string bytes = png(10, 10);
  bytes[12] = 'X';
  EXPECT_FALSE(read_image_header(bytes));
}

TEST(ImageHeader, WalksAJpegToItsFrame) {
  const std::string bytes = "\xff\xd8"s + segment(0xe0, "JFIF\0"s) +
                            segment(0xe1, std::string(65533, 'x')) + segment(0xc4, "tables") +
                            frame(0xc2, 640, 480);
  expect_header(bytes, ImageFormat::jpeg, {640, 480});
}

TEST(ImageHeader, ToleratesFillBytesAndMarkersWithoutPayload) {
  const std::string bytes = "\xff\xd8\xff\xff\xff"s + segment(0xe0, "JFIF\0"s) +
                            "\xff\x01\xff\xd0\xff\xff"s + frame(0xc0, 64, 48);
  expect_header(bytes, ImageFormat::jpeg, {64, 48});
}

TEST(ImageHeader, RefusesAJpegThatNeverTellsItsSize) {
  EXPECT_FALSE(read_image_header("\xff\xd8\xff\xd9"s));
  EXPECT_FALSE(read_image_header("\xff\xd8"s + segment(0xda, "scan") + frame(0xc0, 64, 48)));
  EXPECT_FALSE(read_image_header("\xff\xd8garbage"s + frame(0xc0, 64, 48)));
  EXPECT_FALSE(read_image_header("\xff\xd8"s + frame(0xc0, 64, 0)));  // told later, by a DNL marker
  EXPECT_FALSE(read_image_header("\xff\xd8"s + std::string(1 << 20, '\xff')));
}

TEST(ImageHeader, RefusesHostileSegmentLengths) {
  EXPECT_FALSE(read_image_header("\xff\xd8\xff\xe0\x00\x00"s + frame(0xc0, 64, 48)));
  EXPECT_FALSE(read_image_header("\xff\xd8\xff\xe0\x00\x01"s + frame(0xc0, 64, 48)));
  EXPECT_FALSE(read_image_header("\xff\xd8\xff\xe0\xff\xff"s + frame(0xc0, 64, 48)));
  EXPECT_FALSE(read_image_header("\xff\xd8"s + segment(0xc0, "\x08\x00\x10"s)));
}

TEST(ImageHeader, GivesUpOnAnEndlessRowOfSegments) {
  std::string bytes = "\xff\xd8"s;
  for (int i = 0; i < 5000; ++i) bytes += segment(0xe5, "");
  EXPECT_FALSE(read_image_header(bytes + frame(0xc0, 64, 48)));
}

TEST(ImageHeader, ReadsTheThreeKindsOfWebp) {
  expect_header(vp8(0x4000 | 320, 240), ImageFormat::webp,
                {320, 240});  // upper bits are a scale hint
  expect_header(vp8l(16384, 1), ImageFormat::webp, {16384, 1});
  expect_header(vp8x(4096, 65536), ImageFormat::webp, {4096, 65536});
}

TEST(ImageHeader, RefusesBrokenWebp) {
  EXPECT_FALSE(read_image_header(vp8(0, 240)));
  EXPECT_FALSE(read_image_header(vp8l(10, 10, 1)));
  EXPECT_FALSE(read_image_header(vp8x(1 << 24, 1 << 24)));
  EXPECT_FALSE(read_image_header(webp("ALPH", std::string(20, 'x'))));
  std::string short_chunk = vp8x(320, 240);
  short_chunk[16] = '\x09';  // the chunk says that it ends before the height does
  EXPECT_FALSE(read_image_header(short_chunk));
  std::string delta = vp8(320, 240);
  delta[20] = '\x01';  // not a key frame
  EXPECT_FALSE(read_image_header(delta));
  std::string wrong_code = vp8(320, 240);
  wrong_code[23] = '\0';
  EXPECT_FALSE(read_image_header(wrong_code));
}

TEST(ImageHeader, ReadsTheScreenOfAGif) {
  expect_header(gif(320, 200), ImageFormat::gif, {320, 200});
  EXPECT_FALSE(read_image_header(gif(0, 200)));
  EXPECT_FALSE(read_image_header("GIF88a\x10\x00\x10\x00"s));
}

TEST(ImageHeader, KnowsNoPictureInOtherBytes) {
  for (const auto& other :
       {""s, "RIFF"s, "RIFF\0\0\0\0WAVEfmt "s, "<svg>"s, "BM\0\0"s, "{\"error\":1}"s}) {
    EXPECT_FALSE(read_image_header(other)) << other;
  }
}

TEST(ImageHeader, FindsNothingInAnyTruncatedHeader) {
  const std::string jpeg = "\xff\xd8\xff"s + segment(0xe0, "JFIF\0"s) + frame(0xc0, 64, 48);
  for (const auto& whole :
       {png(10, 20), jpeg, vp8(10, 20), vp8l(10, 20), vp8x(10, 20), gif(10, 20)}) {
    ASSERT_TRUE(read_image_header(whole));
    for (std::size_t length = 0; length < whole.size(); ++length) {
      EXPECT_FALSE(read_image_header(std::string_view(whole).substr(0, length))) << length;
    }
  }
}

}  // namespace
}  // namespace gw
