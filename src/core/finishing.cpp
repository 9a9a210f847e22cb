#include "core/finishing.hpp"

namespace gw {
namespace {

// By the header alone: PNG's colour type (4 grey + alpha, 6 RGBA, 3 palette), WebP always maybe,
// JPEG and GIF … no.
bool may_be_transparent(const Picture& picture) {
  switch (picture.format) {
    case ImageFormat::jpeg:
      return false;
    case ImageFormat::webp:
    case ImageFormat::gif:
      return true;
    case ImageFormat::png:
      break;
  }
  constexpr std::size_t kColourType = 25;
  const auto& bytes = *picture.bytes;
  return bytes.size() > kColourType && bytes[kColourType] != 0 && bytes[kColourType] != 2;
}

// What the client sent has been looked at before: a broken picture is the upstream's, and not the
// client's fault.
Result<Picture> as_upstreams(Result<Picture> made) {
  if (made || made.error().kind() != ErrorKind::invalid_request) return made;
  return fail(Error(ErrorKind::upstream_error, "the upstream's picture could not be converted")
                  .with_detail(made.error().message()));
}

}  // namespace

std::optional<EncodeOptions> conversion_needed(const Picture& picture,
                                               const OutputOptions& output) {
  EncodeOptions encode;
  const bool writable = picture.format != ImageFormat::gif;
  encode.format = output.format.value_or(writable ? picture.format : ImageFormat::png);
  encode.quality = output.compression.value_or(100);
  encode.transparent =
      output.background != Background::opaque && encode.format != ImageFormat::jpeg;
  const bool lossy = encode.format == ImageFormat::jpeg || encode.format == ImageFormat::webp;
  const bool other_format = output.format && encode.format != picture.format;
  // Without a format named, compression is told to have no effect (drawing_plan).
  const bool other_quality = lossy && output.format && output.compression;
  const bool flatten = output.background == Background::opaque && may_be_transparent(picture);
  if (!other_format && !other_quality && !flatten) return std::nullopt;
  return encode;
}

Task<GeneratedPicture> Finisher::finish(Outcome outcome, OutputOptions output, ResponseForm form) {
  if (form == ResponseForm::url && !outcome.stored) {
    co_return fail(outcome.error.value_or(
        Error(ErrorKind::storage_unavailable, "the picture could not be stored")));
  }
  GeneratedPicture finished;
  finished.stored = outcome.stored;
  GW_CO_TRY(finished.picture, co_await in_memory(outcome));
  if (output.retouch) {
    GW_CO_TRY(finished.picture, co_await retouched(std::move(finished.picture), output.retouch));
  }
  const auto encode = conversion_needed(finished.picture, output);
  if (encode) {
    GW_CO_TRY(finished.picture, co_await converted(std::move(finished.picture), *encode));
  }
  // Without a file the disk has failed or is late: what is made of it will not wait for the disk
  // again.
  if (!has_link(form) || !finished.stored) co_return finished;
  if (encode || output.retouch) {
    const auto& made = finished.picture;
    auto kept = co_await results_.keep_copy(finished.stored->id, made.bytes, made.format);
    if (!kept && form == ResponseForm::url) co_return fail(std::move(kept).error());
    finished.stored = kept ? std::optional(*std::move(kept)) : std::nullopt;
  }
  if (form == ResponseForm::url) finished.picture.bytes.reset();
  co_return finished;
}

Task<Picture> Finisher::as_asked(Picture drawn, OutputOptions output) {
  if (output.retouch) {
    GW_CO_TRY(drawn, co_await retouched(std::move(drawn), output.retouch));
  }
  if (const auto encode = conversion_needed(drawn, output)) {
    GW_CO_TRY(drawn, co_await converted(std::move(drawn), *encode));
  }
  co_return drawn;
}

Task<Picture> Finisher::in_memory(const Outcome& outcome) {
  if (outcome.picture) co_return *outcome.picture;
  const auto stored = *outcome.stored;
  auto bytes = co_await results_.read(stored, 0, stored.size);
  if (!bytes && bytes.error().kind() == ErrorKind::not_found) {
    co_return fail(
        Error(ErrorKind::storage_unavailable, "the finished picture is no longer stored"));
  }
  if (!bytes) co_return fail(std::move(bytes).error());
  const auto header = read_image_header(**bytes);
  if (!header)
    co_return fail(Error::internal("the stored picture " + stored.file_name() + " is no picture"));
  co_return Picture{*std::move(bytes), header->format, header->size};
}

Task<Picture> Finisher::converted(Picture picture, EncodeOptions options) {
  const auto pass = co_await pixels_.enter();
  auto work = [codec = &codec_, picture = std::move(picture), options] {
    return codec->convert(picture, options);
  };
  co_return as_upstreams(co_await workers_.run(std::move(work)));
}

Task<Picture> Finisher::retouched(Picture drawn, std::shared_ptr<const Retouch> retouch) {
  const auto pass = co_await pixels_.enter();
  GW_CO_TRY(auto original, co_await retouch->original.upload->read());
  GW_CO_TRY(auto mask, co_await retouch->mask.upload->read());
  auto work = [codec = &codec_, drawn = std::move(drawn), retouch, original = std::move(original),
               mask = std::move(mask)] {
    const Picture under{original, retouch->original.format, retouch->original.size};
    const Picture over{mask, retouch->mask.format, retouch->mask.size};
    return codec->retouched(under, over, drawn);
  };
  co_return as_upstreams(co_await workers_.run(std::move(work)));
}

}  // namespace gw
