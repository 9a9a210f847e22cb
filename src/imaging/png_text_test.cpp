#include "imaging/png_text.hpp"

#include <gtest/gtest.h>
#include <zlib.h>

#include <string>

namespace gw {
namespace {

using namespace std::string_literals;

std::string deflated(const std::string& text) {
  auto size = compressBound(static_cast<uLong>(text.size()));
  std::string out(size, '\0');
  compress(reinterpret_cast<Bytef*>(out.data()), &size, reinterpret_cast<const Bytef*>(text.data()),
           static_cast<uLong>(text.size()));
  out.resize(size);
  return out;
}

TEST(PngText, ReadsAllThreeForms) {
  EXPECT_EQ(read_png_text("tEXt", "Title\0caf\xe9"s, 100)->value, "café");
  EXPECT_EQ(read_png_text("zTXt", "Title\0\0"s + deflated("caf\xe9"), 100)->value, "café");
  EXPECT_EQ(read_png_text("iTXt", "Title\0\0\0zh\0标题\0一只猫"s, 100)->value, "一只猫");
  EXPECT_EQ(read_png_text("iTXt", "Title\0\1\0\0\0"s + deflated("一只猫"), 100)->value, "一只猫");
  EXPECT_EQ(read_png_text("tEXt", "T\xe4g\0x"s, 100)->keyword, "Täg");
}

TEST(PngText, RefusesBrokenPayloads) {
  EXPECT_FALSE(read_png_text("tEXt", "no end", 100));
  EXPECT_FALSE(read_png_text("zTXt", "k\0\1x"s, 100));
  EXPECT_FALSE(read_png_text("zTXt", "k\0"s, 100));
  EXPECT_FALSE(read_png_text("zTXt", "k\0\0nonsense"s, 100));
  EXPECT_FALSE(read_png_text("iTXt", "k\0\0"s, 100));
  EXPECT_FALSE(read_png_text("iTXt", "k\0\0\0zh"s, 100));
}

TEST(PngText, RefusesWhatInflatesOverTheBound) {
  const std::string bomb = "k\0\0"s + deflated(std::string(1 << 20, 'x'));
  EXPECT_FALSE(read_png_text("zTXt", bomb, 1000));
  EXPECT_FALSE(read_png_text("tEXt", "k\0"s + std::string(101, 'x'), 100));
}

TEST(PngText, MakesTextSafeForXml) {
  EXPECT_EQ(xml_text("a<b>&\"c\"\n猫😀"), "a&lt;b&gt;&amp;\"c\"\n猫😀");
  EXPECT_EQ(xml_text("a\x01\0b\xff\xe4\xb8"s), "ab");
  EXPECT_EQ(xml_text("\xef\xbf\xbe|\xed\xa0\x80|\xc0\xaf"), "||");
}

}  // namespace
}  // namespace gw
