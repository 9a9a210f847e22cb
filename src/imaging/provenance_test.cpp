#include "imaging/provenance.hpp"

#include "base/endian.hpp"
#include "imaging/png_chunks.hpp"
#include "imaging/webp_chunks.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace gw {
namespace {

using namespace std::string_literals;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;
using testing::StartsWith;

constexpr std::string_view kModelMade =
    "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia";

// Only the containers matter here, so the pictures have no pixels.
std::string png(std::string_view type = {}, std::string_view payload = {}) {
  std::string out;
  append_png_signature(out);
  append_png_chunk(out, "IHDR", "\0\0\0\x10\0\0\0\x08\x08\x02\0\0\0"s);
  if (!type.empty()) append_png_chunk(out, type, payload);
  append_png_chunk(out, "IDAT", "pixels");
  append_png_chunk(out, "IEND", "");
  return out;
}

std::string jpeg() {
  return "\xff\xd8\xff\xe0\x00\x07JFIF\0\xff\xc0\x00\x0b\x08\x00\x08\x00\x10\x01\x01\x11\x00\xff\xda\x00\x02scan\xff\xd9"s;
}

std::string webp() {
  std::string out = "RIFF\x16\0\0\0WEBPVP8L\x09\0\0\0\x2f"s;
  append_le32(out, 15 | 7 << 14 | 1u << 28);
  return out + "bits\0"s;
}

std::string xmp(std::string_view inside) {
  return "<x:xmpmeta xmlns:x='adobe:ns:meta/'><rdf:RDF>"s.append(inside) + "</rdf:RDF></x:xmpmeta>";
}

const std::string kCaptured =
    xmp("<rdf:Description Iptc4xmpExt:DigitalSourceType='digitalCapture'/>");

TEST(Provenance, SaysModelMadeWhereTheSourceSaysNothing) {
  for (const auto& [bytes, format] :
       {std::pair{png(), ImageFormat::png}, std::pair{jpeg(), ImageFormat::jpeg},
        std::pair{webp(), ImageFormat::webp}}) {
    const std::string written = with_provenance(bytes, format, {});
    EXPECT_THAT(read_provenance(written, format).xmp, HasSubstr(kModelMade)) << to_string(format);
    EXPECT_EQ(to_string(read_image_header(written)->size), "16x8") << to_string(format);
  }
}

TEST(Provenance, CarriesXmpBetweenAnyTwoContainers) {
  for (const auto& [bytes, format] :
       {std::pair{png(), ImageFormat::png}, std::pair{jpeg(), ImageFormat::jpeg},
        std::pair{webp(), ImageFormat::webp}}) {
    Provenance source;
    source.xmp = kCaptured;
    const std::string written = with_provenance(bytes, format, source);
    EXPECT_EQ(read_provenance(written, format).xmp, kCaptured) << to_string(format);
  }
}

TEST(Provenance, AddsTheSourceTypeToXmpThatLacksIt) {
  Provenance source;
  source.xmp = xmp("<rdf:Description dc:creator='somebody'/>");

  const std::string written = with_provenance(jpeg(), ImageFormat::jpeg, source);

  const std::string read = read_provenance(written, ImageFormat::jpeg).xmp;
  EXPECT_THAT(read, HasSubstr("somebody"));
  EXPECT_THAT(read, HasSubstr(kModelMade));
}

TEST(Provenance, ReplacesXmpThatCannotBeAddedTo) {
  Provenance source;
  source.xmp = "no XML at all, DigitalSourceType";

  const auto read =
      read_provenance(with_provenance(png(), ImageFormat::png, source), ImageFormat::png);

  EXPECT_THAT(read.xmp, HasSubstr(kModelMade));
  EXPECT_THAT(read.xmp, Not(HasSubstr("no XML")));
}

TEST(Provenance, CopiesTextChunksFromPngToPng) {
  const std::string payload = "parameters\0a cat, Steps: 20"s;

  const auto source = read_provenance(png("tEXt", payload), ImageFormat::png);
  const auto copy =
      read_provenance(with_provenance(png(), ImageFormat::png, source), ImageFormat::png);

  ASSERT_THAT(copy.texts, SizeIs(1));
  EXPECT_EQ(copy.texts[0].type, "tEXt");
  EXPECT_EQ(copy.texts[0].payload, payload);
}

TEST(Provenance, TurnsTextChunksIntoAUserCommentElsewhere) {
  const auto source =
      read_provenance(png("iTXt", "parameters\0\0\0\0\0一只 <cat> & dog"s), ImageFormat::png);

  for (const auto& [bytes, format] :
       {std::pair{jpeg(), ImageFormat::jpeg}, std::pair{webp(), ImageFormat::webp}}) {
    const auto read = read_provenance(with_provenance(bytes, format, source), format);
    EXPECT_THAT(read.xmp, HasSubstr("parameters: 一只 &lt;cat&gt; &amp; dog"));
    EXPECT_THAT(read.xmp, HasSubstr(kModelMade));
  }
}

TEST(Provenance, KeepsJfifFirstInAJpeg) {
  const std::string written = with_provenance(jpeg(), ImageFormat::jpeg, {});
  EXPECT_THAT(written, StartsWith("\xff\xd8\xff\xe0\x00\x07JFIF\0\xff\xe1"s));
  EXPECT_TRUE(written.ends_with(jpeg().substr(11)));
}

TEST(Provenance, MarksAlphaAndXmpInTheExtendedWebpHeader) {
  const std::string written = with_provenance(webp(), ImageFormat::webp, {});
  EXPECT_EQ(written.substr(12, 4), "VP8X");
  EXPECT_EQ(byte_at(written, 20), 0x14u);
  EXPECT_EQ(read_le32(written, 4) + 8, written.size());
  EXPECT_EQ(written.size() % 2, 0u);
}

TEST(Provenance, ReplacesTheXmpOfAnExtendedWebp) {
  const std::string once = with_provenance(webp(), ImageFormat::webp, {});
  Provenance source;
  source.xmp = kCaptured;

  const std::string twice = with_provenance(once, ImageFormat::webp, source);

  EXPECT_EQ(read_provenance(twice, ImageFormat::webp).xmp, kCaptured);
  EXPECT_EQ(twice.find("trainedAlgorithmicMedia"), std::string::npos);
}

TEST(Provenance, LeavesOutWhatIsOverTheBound) {
  const std::string huge(kMaxMetadata + 1, 'x');
  EXPECT_THAT(read_provenance(png("tEXt", "k\0"s + huge), ImageFormat::png).texts, IsEmpty());
  EXPECT_THAT(read_provenance(webp_with_xmp(webp(), huge), ImageFormat::webp).xmp, IsEmpty());

  Provenance source;
  source.xmp = xmp(std::string(kMaxMetadata - 60, ' '));  // no room for the source type
  const std::string written = with_provenance(jpeg(), ImageFormat::jpeg, source);
  EXPECT_THAT(read_provenance(written, ImageFormat::jpeg).xmp, HasSubstr(kModelMade));
  EXPECT_LT(written.size(), 1000u);
}

TEST(Provenance, ReturnsBytesOfAnotherFormatAsTheyAre) {
  for (const auto format :
       {ImageFormat::png, ImageFormat::jpeg, ImageFormat::webp, ImageFormat::gif}) {
    EXPECT_EQ(with_provenance("no picture", format, {}), "no picture");
    EXPECT_THAT(read_provenance("no picture", format).xmp, IsEmpty());
  }
}

TEST(Provenance, ReadsAnyTruncationWithoutAFault) {
  const std::string text = png("iTXt", png_xmp_payload(kCaptured));
  const std::string marked_jpeg = with_provenance(jpeg(), ImageFormat::jpeg, {});
  const std::string marked_webp = with_provenance(webp(), ImageFormat::webp, {});
  for (std::size_t cut = 0; cut < 200; ++cut) {
    for (const auto& [bytes, format] :
         {std::pair{text, ImageFormat::png}, std::pair{marked_jpeg, ImageFormat::jpeg},
          std::pair{marked_webp, ImageFormat::webp}}) {
      const std::string part = bytes.substr(0, cut);
      EXPECT_THAT(read_provenance(part, format).texts, IsEmpty());
      EXPECT_GE(with_provenance(part, format, {}).size(), part.size());
    }
  }
}

}  // namespace
}  // namespace gw
