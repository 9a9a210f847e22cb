#include "core/library/results.hpp"

#include <algorithm>
#include <array>

namespace gw {
namespace {

constexpr std::size_t kIdLength = 26;  // 130 random bits: not to be guessed, signature or not

std::optional<StoredPicture> parse_name(const BlobInfo& blob) {
  const auto dot = blob.name.find('.');
  if (dot != kIdLength) return std::nullopt;
  const auto format = image_format_of_extension(std::string_view(blob.name).substr(dot + 1));
  if (!format) return std::nullopt;
  return StoredPicture{PictureId{blob.name.substr(0, dot)}, *format, blob.size, blob.written};
}

}  // namespace

std::string StoredPicture::file_name() const {
  return id.value + "." + std::string(file_extension(format));
}

ResultStore::ResultStore(LibraryOptions options, BlobStore& blobs, const Clock& clock,
                         Random& random, Log& log)
    : options_(options), blobs_(blobs), clock_(clock), random_(random), log_(log) {}

Task<void> ResultStore::open() {
  GW_CO_TRY(auto blobs, co_await blobs_.list());
  for (const auto& blob : blobs) {
    if (auto picture = parse_name(blob)) remember(std::move(*picture));
  }
  co_return co_await trim();
}

Task<StoredPicture> ResultStore::keep(SharedBytes bytes, ImageFormat format) {
  if (bytes->size() > options_.max_bytes) {
    co_return fail(
        Error(ErrorKind::storage_unavailable, "the picture is larger than the gateway's storage")
            .with_detail("PICTURE_QUOTA is less than one picture"));
  }
  StoredPicture picture{PictureId{random_.token(kIdLength)}, format, bytes->size(), clock_.wall()};
  const auto written = co_await blobs_.write(picture.file_name(), std::move(bytes));
  if (!written) {
    if (std::exchange(accepting_, false)) {
      log_.error("storage_unavailable", {{"detail", written.error().detail()}});
    }
    co_return fail(written.error());
  }
  accepting_ = true;
  remember(picture);
  GW_CO_CHECK(co_await trim());
  co_return picture;
}

std::optional<StoredPicture> ResultStore::find(std::string_view file_name) const {
  const auto found = by_name_.find(std::string(file_name));
  if (found == by_name_.end()) return std::nullopt;
  if (found->second.written + options_.time_to_live <= clock_.wall()) return std::nullopt;
  return found->second;
}

Task<SharedBytes> ResultStore::read(StoredPicture picture, std::uint64_t offset,
                                    std::uint64_t length) {
  co_return co_await blobs_.read(picture.file_name(), offset, length);
}

Task<void> ResultStore::sweep() {
  if (!accepting_) {
    // A real write, because free space alone does not tell (quotas, read-only remounts). 64 kB:
    // more than what a nearly full file system may still give to a small file.
    const std::string name = random_.token(kIdLength) + ".probe";
    const auto written = co_await blobs_.write(name, share(std::string(64 * 1024, '\0')));
    GW_CO_CHECK(co_await blobs_.remove(name));
    if (written) {
      accepting_ = true;
      log_.info("storage_available_again");
    }
  }
  co_return co_await trim();
}

void ResultStore::remember(StoredPicture picture) {
  auto name = picture.file_name();
  total_bytes_ += picture.size;
  by_age_.emplace(picture.written, name);
  by_name_.emplace(std::move(name), std::move(picture));
}

std::optional<StoredPicture> ResultStore::oldest_to_drop() const {
  if (by_age_.empty()) return std::nullopt;
  const auto& [written, name] = *by_age_.begin();
  const bool too_old = written + options_.time_to_live <= clock_.wall();
  if (!too_old && total_bytes_ <= options_.max_bytes) return std::nullopt;
  return by_name_.at(name);
}

// Out of the index before the file goes, so that nobody is handed a link to it meanwhile.
Task<void> ResultStore::drop(StoredPicture picture) {
  const auto name = picture.file_name();
  const auto [begin, end] = by_age_.equal_range(picture.written);
  const auto age =
      std::find_if(begin, end, [&](const auto& entry) { return entry.second == name; });
  if (age != end) by_age_.erase(age);
  by_name_.erase(name);
  total_bytes_ -= picture.size;
  co_return co_await blobs_.remove(name);
}

Task<void> ResultStore::trim() {
  while (auto picture = oldest_to_drop()) {
    // A file that cannot be removed must not stop new pictures; it is seen again at the next start.
    const auto dropped = co_await drop(std::move(*picture));
    if (!dropped) log_.warn("picture_not_removed", {{"detail", dropped.error().detail()}});
  }
  co_return Result<void>{};
}

}  // namespace gw
