#include "core/finishing.hpp"

#include "base/event.hpp"
#include "core/library/upload_desk.hpp"
#include "tests/support/counting_random.hpp"
#include "tests/support/fake_codec.hpp"
#include "tests/support/fake_png.hpp"
#include "tests/support/manual_clock.hpp"
#include "tests/support/memory_blob_store.hpp"
#include "tests/support/memory_spool.hpp"
#include "tests/support/recording_log.hpp"
#include "tests/support/run.hpp"

#include <gtest/gtest.h>

#include <exception>
#include <memory>
#include <optional>
#include <string>

namespace gw {
namespace {

using test::fake_png;
using test::PngColour;
using test::run;

constexpr ImageSize kSize{64, 48};

Picture png(PngColour colour = PngColour::rgb) {
  return {share(fake_png(kSize, "tail", colour)), ImageFormat::png, kSize};
}
Picture other(ImageFormat format) {
  return {share("bytes of some " + std::string(to_string(format))), format, kSize};
}

OutputOptions as(ImageFormat format, std::optional<int> compression = {}) {
  OutputOptions output;
  output.format = format;
  output.compression = compression;
  return output;
}
OutputOptions compressed(int quality) {
  OutputOptions output;
  output.compression = quality;
  return output;
}
OutputOptions on_white() {
  OutputOptions output;
  output.background = Background::opaque;
  return output;
}

// --- when a conversion is needed

TEST(ConversionNeeded, NothingAskedIsNothingDone) {
  for (const auto format :
       {ImageFormat::png, ImageFormat::jpeg, ImageFormat::webp, ImageFormat::gif})
    EXPECT_FALSE(conversion_needed(other(format), {})) << to_string(format);
}

TEST(ConversionNeeded, TheFormatItHasAlreadyIsNoConversion) {
  EXPECT_FALSE(conversion_needed(png(), as(ImageFormat::png)));
  EXPECT_FALSE(conversion_needed(other(ImageFormat::webp), as(ImageFormat::webp)));
}

TEST(ConversionNeeded, AnotherFormatIsOne) {
  const auto encode = conversion_needed(png(), as(ImageFormat::webp));
  ASSERT_TRUE(encode);
  EXPECT_EQ(encode->format, ImageFormat::webp);
  EXPECT_EQ(encode->quality, 100);
  EXPECT_TRUE(encode->transparent);
}

TEST(ConversionNeeded, CompressionIsOneForLossyFormats) {
  const auto encode = conversion_needed(other(ImageFormat::jpeg), as(ImageFormat::jpeg, 60));
  ASSERT_TRUE(encode);
  EXPECT_EQ(encode->quality, 60);
}

TEST(ConversionNeeded, CompressionIsNoneForPng) {
  EXPECT_FALSE(conversion_needed(png(), compressed(60)));
  EXPECT_FALSE(conversion_needed(png(), as(ImageFormat::png, 60)));
}

TEST(ConversionNeeded, AJpegIsNeverTransparent) {
  EXPECT_FALSE(conversion_needed(png(), as(ImageFormat::jpeg))->transparent);
}

TEST(ConversionNeeded, OpaqueIsOneWhenThePictureMayBeTransparent) {
  for (const auto colour : {PngColour::grey_alpha, PngColour::rgba, PngColour::palette}) {
    const auto encode = conversion_needed(png(colour), on_white());
    ASSERT_TRUE(encode);
    EXPECT_EQ(encode->format, ImageFormat::png);
    EXPECT_FALSE(encode->transparent);
  }
  EXPECT_TRUE(conversion_needed(other(ImageFormat::webp), on_white()));
}

TEST(ConversionNeeded, OpaqueIsNoneWhenThePictureCannotBeTransparent) {
  for (const auto colour : {PngColour::grey, PngColour::rgb})
    EXPECT_FALSE(conversion_needed(png(colour), on_white()));
  EXPECT_FALSE(conversion_needed(other(ImageFormat::jpeg), on_white()));
}

TEST(ConversionNeeded, APngThatEndsInItsHeadIsLeftAlone) {
  const Picture cut{share("\x89PNG"), ImageFormat::png, kSize};
  EXPECT_FALSE(conversion_needed(cut, on_white()));
}

// --- finishing

class FinisherTest : public testing::Test {
 protected:
  Outcome in_memory(Picture picture = png()) {
    Outcome outcome;
    outcome.picture = std::move(picture);
    return outcome;
  }
  Outcome stored(const Picture& picture = png()) {
    Outcome outcome;
    outcome.stored = run(io, results.keep(picture.bytes, picture.format)).value();
    return outcome;
  }
  Outcome both() {
    auto outcome = stored();
    outcome.picture = png();
    return outcome;
  }
  Result<GeneratedPicture> finish(Outcome outcome, ResponseForm form, OutputOptions output = {}) {
    return run(io, finisher.finish(std::move(outcome), output, form));
  }

  asio::io_context io{1};
  WorkerPool workers{io.get_executor(), 1};
  test::ManualClock clock;
  test::CountingRandom random;
  test::RecordingLog log;
  test::MemoryBlobStore blobs{clock};
  ResultStore results{{}, blobs, clock, random, log};
  test::FakeCodec codec;
  Finisher finisher{results, codec, workers};
};

TEST_F(FinisherTest, APicturePassesThroughUntouched) {
  const auto outcome = in_memory();
  const auto finished = finish(outcome, ResponseForm::b64_json).value();
  EXPECT_EQ(finished.picture.bytes.get(), outcome.picture->bytes.get());
  EXPECT_EQ(finished.picture.size, kSize);
  EXPECT_TRUE(codec.asked.empty());
}

TEST_F(FinisherTest, AConversionThatIsAskedForIsMade) {
  const auto finished =
      finish(in_memory(), ResponseForm::b64_json, as(ImageFormat::webp, 70)).value();
  EXPECT_EQ(finished.picture.format, ImageFormat::webp);
  EXPECT_TRUE(finished.picture.bytes->ends_with(" as webp"));
  ASSERT_EQ(codec.asked.size(), 1u);
  EXPECT_EQ(codec.asked.front().quality, 70);
}

TEST_F(FinisherTest, BytesAreConvertedWithoutWritingAFile) {
  finish(in_memory(), ResponseForm::b64_json, as(ImageFormat::webp)).value();
  EXPECT_EQ(blobs.writes(), 0u);
}

TEST_F(FinisherTest, APictureOfWhichOnlyTheFileIsLeftIsReadBack) {
  const auto finished = finish(stored(), ResponseForm::b64_json).value();
  EXPECT_EQ(*finished.picture.bytes, *png().bytes);
  EXPECT_EQ(finished.picture.format, ImageFormat::png);
  EXPECT_EQ(finished.picture.size, kSize);
}

TEST_F(FinisherTest, APictureThatWasReadBackCanBeConverted) {
  const auto finished = finish(stored(), ResponseForm::b64_json, as(ImageFormat::jpeg)).value();
  EXPECT_EQ(finished.picture.format, ImageFormat::jpeg);
}

TEST_F(FinisherTest, AFileThatCannotBeReadBackIsAnError) {
  const auto outcome = stored();
  blobs.faults.read = true;
  const auto failed = finish(outcome, ResponseForm::b64_json);
  ASSERT_FALSE(failed.has_value());
  EXPECT_EQ(failed.error().kind(), ErrorKind::storage_unavailable);
}

TEST_F(FinisherTest, AFileThatIsNoPictureIsOurFault) {
  const auto failed =
      finish(stored({share("nonsense"), ImageFormat::png, kSize}), ResponseForm::b64_json);
  ASSERT_FALSE(failed.has_value());
  EXPECT_EQ(failed.error().kind(), ErrorKind::internal);
}

TEST_F(FinisherTest, ALinkPointsToTheStoredFileAndCarriesNoBytes) {
  const auto outcome = both();
  const auto finished = finish(outcome, ResponseForm::url).value();
  EXPECT_EQ(finished.picture.bytes, nullptr);
  EXPECT_EQ(finished.picture.format, ImageFormat::png);
  EXPECT_EQ(finished.picture.size, kSize);
  ASSERT_TRUE(finished.stored);
  EXPECT_EQ(finished.stored->id, outcome.stored->id);
  EXPECT_EQ(blobs.writes(), 1u);
}

TEST_F(FinisherTest, ALinkToAConvertedPicturePointsToAFileOfItsOwn) {
  const auto outcome = both();
  const auto finished = finish(outcome, ResponseForm::url, as(ImageFormat::jpeg)).value();
  ASSERT_TRUE(finished.stored);
  EXPECT_NE(finished.stored->id, outcome.stored->id);
  EXPECT_EQ(finished.stored->format, ImageFormat::jpeg);
  EXPECT_EQ(blobs.bytes_of(finished.stored->file_name()), *png().bytes + " as jpeg");
  EXPECT_TRUE(blobs.has(outcome.stored->file_name()));
}

TEST_F(FinisherTest, ALinkToAPictureThatCouldNotBeStoredIsTheStoresError) {
  auto outcome = in_memory();
  outcome.error = Error(ErrorKind::storage_unavailable, "full");
  const auto failed = finish(outcome, ResponseForm::url);
  ASSERT_FALSE(failed.has_value());
  EXPECT_EQ(failed.error().kind(), ErrorKind::storage_unavailable);
  EXPECT_EQ(failed.error().message(), "full");
}

TEST_F(FinisherTest, ALinkWhoseConvertedFileCannotBeStoredIsStorageUnavailable) {
  const auto outcome = both();
  blobs.faults.write = true;
  const auto failed = finish(outcome, ResponseForm::url, as(ImageFormat::jpeg));
  ASSERT_FALSE(failed.has_value());
  EXPECT_EQ(failed.error().kind(), ErrorKind::storage_unavailable);
}

TEST_F(FinisherTest, BytesAreHandedOutThoughTheyCouldNotBeStored) {
  auto outcome = in_memory();
  outcome.error = Error(ErrorKind::storage_unavailable, "full");
  EXPECT_TRUE(finish(outcome, ResponseForm::b64_json).has_value());
}

TEST_F(FinisherTest, BytesAndALinkAreHandedOutTogether) {
  const auto outcome = both();
  const auto plain = finish(outcome, ResponseForm::both).value();
  EXPECT_EQ(*plain.picture.bytes, *png().bytes);
  EXPECT_EQ(plain.stored.value().id, outcome.stored->id);
  EXPECT_EQ(blobs.writes(), 1u);

  const auto converted = finish(outcome, ResponseForm::both, as(ImageFormat::jpeg)).value();
  EXPECT_EQ(blobs.bytes_of(converted.stored.value().file_name()), *converted.picture.bytes);
}

TEST_F(FinisherTest, BytesAreHandedOutWithoutALinkWhenTheyCouldNotBeStored) {
  const auto outcome = both();
  EXPECT_FALSE(finish(in_memory(), ResponseForm::both).value().stored);
  blobs.faults.write = true;
  const auto converted = finish(outcome, ResponseForm::both, as(ImageFormat::jpeg)).value();
  EXPECT_EQ(converted.picture.format, ImageFormat::jpeg);
  EXPECT_FALSE(converted.stored) << "the file that there is holds another format";
}

TEST_F(FinisherTest, APictureThatDoesNotDecodeIsTheUpstreamsFaultNotTheClients) {
  codec.refusal = Error::invalid_request("image", "does not decode");
  const auto failed = finish(in_memory(), ResponseForm::b64_json, as(ImageFormat::webp));
  ASSERT_FALSE(failed.has_value());
  EXPECT_EQ(failed.error().kind(), ErrorKind::upstream_error);
  EXPECT_EQ(failed.error().param(), "");
  EXPECT_EQ(failed.error().detail(), "does not decode");
}

TEST_F(FinisherTest, AnyOtherFailureOfTheCodecIsPassedOn) {
  codec.refusal = Error(ErrorKind::too_large, "too many pixels");
  const auto failed = finish(in_memory(), ResponseForm::b64_json, as(ImageFormat::webp));
  ASSERT_FALSE(failed.has_value());
  EXPECT_EQ(failed.error().kind(), ErrorKind::too_large);
}

TEST_F(FinisherTest, WhereThereWasAMaskOnlyThePaintedAreaIsNew) {
  test::MemorySpool spool;
  UploadDesk uploads(spool, {});
  const auto upload = [&](std::string_view tail) {
    return run(io, uploads.accept(share(fake_png(kSize, tail)), "image")).value();
  };
  OutputOptions output;
  output.retouch = std::make_shared<const Retouch>(upload("original"), upload("mask"));

  const auto made = finish(in_memory(), ResponseForm::b64_json, output).value();
  EXPECT_TRUE(made.picture.bytes->contains("original, "));
  EXPECT_TRUE(made.picture.bytes->ends_with("mask"));

  const auto linked = finish(stored(), ResponseForm::url, output).value();
  EXPECT_EQ(blobs.writes(), 2u) << "the link leads to the retouched picture";
  EXPECT_TRUE(
      run(io, results.read(*linked.stored, 0, linked.stored->size)).value()->ends_with("mask"));
}

// Counts who has asked for its bytes, and gives none before the test lets it.
class HeldUpload final : public Upload {
 public:
  explicit HeldUpload(Executor io) : let_go(io) {}
  std::uint64_t size() const override { return 1; }
  Task<SharedBytes> read() const override {
    ++reading;
    co_await let_go.wait();
    co_return share(fake_png(kSize));
  }

  mutable Event let_go;
  mutable int reading = 0;
};

TEST_F(FinisherTest, AFewAtATimeHoldWhatTheyAreMadeOf) {
  const auto upload = std::make_shared<HeldUpload>(io.get_executor());
  const Reference held{upload, ImageFormat::png, kSize};
  OutputOptions output;
  output.retouch = std::make_shared<const Retouch>(held, held);
  int made = 0;
  for (int i = 0; i < 5; ++i) {
    asio::co_spawn(io, finisher.finish(in_memory(), output, ResponseForm::b64_json),
                   [&](std::exception_ptr, const auto& picture) { made += picture ? 1 : 0; });
  }
  io.poll();
  EXPECT_EQ(upload->reading, 2);
  upload->let_go.set();
  io.restart();
  io.run();
  EXPECT_EQ(made, 5);
}

}  // namespace
}  // namespace gw
