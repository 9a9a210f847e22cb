#include "imaging/png_writer.hpp"

#include "base/image_format.hpp"
#include "imaging/gd_image.hpp"
#include "imaging/png_chunks.hpp"

#include <gtest/gtest.h>

#include <array>
#include <vector>

namespace gw {
namespace {

using namespace std::string_view_literals;

std::string written(ImageSize size, int (*pixel)(int x, int y)) {
  std::vector<std::vector<int>> rows(size.height, std::vector<int>(size.width));
  std::vector<const int*> starts;
  for (std::size_t y = 0; y < rows.size(); ++y) {
    for (std::size_t x = 0; x < size.width; ++x)
      rows[y][x] = pixel(static_cast<int>(x), static_cast<int>(y));
    starts.push_back(rows[y].data());
  }
  const std::array texts = {std::pair{"tEXt"sv, std::string("Comment\0hello", 13)}};
  return write_png({starts, size.width}, texts);
}

void expect_round_trip(ImageSize size, int (*pixel)(int x, int y)) {
  std::string bytes = written(size, pixel);
  EXPECT_EQ(read_image_header(bytes)->size, size);
  const GdImage image(gdImageCreateFromPngPtr(static_cast<int>(bytes.size()), bytes.data()));
  ASSERT_TRUE(image);
  for (int y = 0; y < image->sy; ++y) {
    for (int x = 0; x < image->sx; ++x)
      ASSERT_EQ(image->tpixels[y][x], pixel(x, y)) << x << ',' << y;
  }
}

TEST(PngWriter, WritesWhatADecoderReadsBack) {
  expect_round_trip({1, 1}, [](int, int) { return 0xfe8001; });
  expect_round_trip({33, 17}, [](int x, int y) { return x * 5 << 16 | y * 9 << 8 | (x ^ y); });
}

TEST(PngWriter, WritesNoiseOverSeveralChunks) {
  expect_round_trip({500, 400}, [](int x, int y) {
    return static_cast<int>(
        (static_cast<unsigned>(x) * 2654435761u ^ static_cast<unsigned>(y) * 40503u * 65537u) >> 8);
  });
}

TEST(PngWriter, PutsTextsBehindTheHeader) {
  const std::string bytes = written({2, 2}, [](int, int) { return 0; });
  PngChunks chunks(bytes);
  EXPECT_EQ(chunks.next()->type, "IHDR");
  EXPECT_EQ(chunks.next()->type, "tEXt");
  EXPECT_EQ(chunks.next()->type, "IDAT");
  EXPECT_EQ(chunks.next()->type, "IEND");
  EXPECT_FALSE(chunks.next());
}

}  // namespace
}  // namespace gw
