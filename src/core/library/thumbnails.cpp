#include "core/library/thumbnails.hpp"

#include <utility>

namespace gw {
namespace {

constexpr std::uint64_t kLargest = 4'000'000;  // bytes; one of noise has some hundred thousand

std::string name_of(const PictureId& id) {
  return id.value + ".webp";
}

}  // namespace

Task<void> Thumbnails::open() {
  GW_CO_TRY(const auto blobs, co_await blobs_.list());
  for (const auto& blob : blobs) {
    const PictureId id{blob.name.substr(0, blob.name.find('.'))};
    if (!results_.is_stored(id)) GW_CO_CHECK(co_await blobs_.remove(blob.name));
  }
  co_return Done();
}

// Looked for twice: while it waited, somebody else may have made it.
Task<SharedBytes> Thumbnails::of(StoredPicture picture) {
  const auto name = name_of(picture.id);
  if (auto bytes = co_await kept(name); bytes) co_return *std::move(bytes);
  const auto pass = co_await pixels_.enter();
  if (auto bytes = co_await kept(name); bytes) co_return *std::move(bytes);
  GW_CO_TRY(auto bytes, co_await made(picture));
  const auto written = co_await blobs_.write(name, bytes);
  if (!written) log_.warn("thumbnail_not_kept", {{"detail", written.error().detail()}});
  // Its picture may have gone meanwhile, and nobody would remove the thumbnail.
  if (!results_.is_stored(picture.id)) static_cast<void>(co_await blobs_.remove(name));
  co_return bytes;
}

Task<void> Thumbnails::remove(PictureId id) {
  co_return co_await blobs_.remove(name_of(id));
}

Task<SharedBytes> Thumbnails::kept(std::string name) {
  co_return co_await blobs_.read(std::move(name), 0, kLargest);
}

Task<SharedBytes> Thumbnails::made(StoredPicture picture) {
  const auto format = picture.format;
  const auto name = picture.file_name();
  const auto size = picture.size;
  GW_CO_TRY(auto bytes, co_await results_.read(std::move(picture), 0, size));
  auto work = [codec = &codec_, source = Picture{std::move(bytes), format, {}}] {
    return codec->thumbnail(source, kLongestSide);
  };
  auto small = co_await workers_.run(std::move(work));
  if (!small) {
    co_return fail(Error::internal("no thumbnail of " + name + ": " + small.error().message()));
  }
  co_return std::move(small->bytes);
}

}  // namespace gw
