#include "core/library/results.hpp"

#include <algorithm>
#include <array>

namespace gw {
namespace {

constexpr std::size_t kIdLength = 26;  // 130 random bits: not to be guessed, signature or not

// The name of a copy begins with that of its picture.
constexpr std::size_t kCopyIdLength = 2 * kIdLength;

bool is_copy(const PictureId& id) {
  return id.value.size() == kCopyIdLength;
}

std::string original_of(const PictureId& id) {
  return id.value.substr(0, kIdLength);
}

std::optional<StoredPicture> parse_name(const BlobInfo& blob) {
  const auto dot = blob.name.find('.');
  if (dot != kIdLength && dot != kCopyIdLength) return std::nullopt;
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

Task<void> ResultStore::open(PictureMarks marks) {
  for (auto& id : marks.favourites) favourites_.insert(std::move(id.value));
  for (auto& id : marks.hidden) hidden_.insert(std::move(id.value));
  GW_CO_TRY(auto blobs, co_await blobs_.list());
  for (const auto& blob : blobs) {
    if (auto picture = parse_name(blob)) remember(std::move(*picture));
  }
  for (auto& copy : orphans()) co_await let_go(std::move(copy));
  co_return co_await trim();
}

PictureId ResultStore::new_id() {
  return PictureId{random_.token(kIdLength)};
}

Task<StoredPicture> ResultStore::keep(SharedBytes bytes, ImageFormat format) {
  return keep_as(new_id(), std::move(bytes), format);
}

Task<StoredPicture> ResultStore::keep_as(PictureId id, SharedBytes bytes, ImageFormat format,
                                         BlobSync sync) {
  if (bytes->size() > room_for_others()) {
    co_return fail(
        Error(ErrorKind::storage_unavailable, "the picture is larger than the gateway's storage")
            .with_detail("PICTURE_QUOTA is less than one picture"));
  }
  StoredPicture picture{std::move(id), format, bytes->size(), clock_.wall()};
  const auto written = co_await blobs_.write(picture.file_name(), std::move(bytes), sync);
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

// The picture may go while its copy is written.
Task<StoredPicture> ResultStore::keep_copy(PictureId of, SharedBytes bytes, ImageFormat format) {
  const auto gone = Error::not_found("this picture is no longer stored");
  if (!is_stored(of)) co_return fail(gone);
  const PictureId id{of.value + random_.token(kIdLength)};
  GW_CO_TRY(auto copy, co_await keep_as(id, std::move(bytes), format));
  if (is_stored(of)) co_return copy;
  co_await let_go(std::move(copy));
  co_return fail(gone);
}

std::optional<StoredPicture> ResultStore::find(std::string_view file_name) const {
  const auto found = by_name_.find(std::string(file_name));
  if (found == by_name_.end()) return std::nullopt;
  const auto& picture = found->second;
  if (hidden_.contains(original_of(picture.id))) return std::nullopt;
  const bool over = picture.written + options_.time_to_live <= clock_.wall();
  if (over && !is_favourite(picture)) return std::nullopt;
  return picture;
}

std::optional<StoredPicture> ResultStore::find(const PictureId& id) const {
  const auto picture = known(id);
  return picture ? find(picture->file_name()) : std::nullopt;
}

std::optional<StoredPicture> ResultStore::known(const PictureId& id) const {
  for (const auto format :
       {ImageFormat::png, ImageFormat::jpeg, ImageFormat::webp, ImageFormat::gif}) {
    const auto found = by_name_.find(id.value + "." + std::string(file_extension(format)));
    if (found != by_name_.end()) return found->second;
  }
  return std::nullopt;
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

// --- favourites, and what goes by name

Result<void> ResultStore::set_favourite(const PictureId& id, bool favourite) {
  const auto picture = known(id);
  if (!picture) return fail(Error::not_found("this picture is no longer stored"));
  if (is_favourite(*picture) == favourite) return {};
  if (!favourite) {
    favourites_.erase(id.value);
    favourite_bytes_ -= picture->size;
    by_age_.emplace(picture->written, picture->file_name());
    return {};
  }
  if (favourite_bytes_ + picture->size > favourites_bound(options_)) {
    return fail(Error(ErrorKind::conflict,
                      "favourites may take three quarters of the room for pictures "
                      "(PICTURE_QUOTA), and with this one they would take more")
                    .with_param("favourite"));
  }
  favourites_.insert(id.value);
  favourite_bytes_ += picture->size;
  forget_age(*picture);
  return {};
}

Task<void> ResultStore::remove(PictureId id) {
  for (auto& copy : copies_of(id)) GW_CO_CHECK(co_await drop_or_hide(std::move(copy)));
  auto picture = known(id);
  if (!picture) co_return Done();
  co_return co_await drop_or_hide(*std::move(picture));
}

bool ResultStore::is_favourite(const StoredPicture& picture) const {
  return favourites_.contains(picture.id.value);
}

// --- the index, and what it lets go

void ResultStore::remember(StoredPicture picture) {
  auto name = picture.file_name();
  total_bytes_ += picture.size;
  if (is_favourite(picture)) {
    favourite_bytes_ += picture.size;
  } else {
    by_age_.emplace(picture.written, name);
  }
  if (is_copy(picture.id)) copies_.emplace(original_of(picture.id), name);
  by_name_.emplace(std::move(name), std::move(picture));
}

void ResultStore::forget(const StoredPicture& picture) {
  const auto name = picture.file_name();
  if (by_name_.erase(name) == 0) return;
  forget_age(picture);
  if (favourites_.erase(picture.id.value) > 0) favourite_bytes_ -= picture.size;
  const auto [begin, end] = copies_.equal_range(original_of(picture.id));
  const auto copy =
      std::find_if(begin, end, [&](const auto& entry) { return entry.second == name; });
  if (copy != end) copies_.erase(copy);
  total_bytes_ -= picture.size;
}

std::vector<StoredPicture> ResultStore::copies_of(const PictureId& id) const {
  std::vector<StoredPicture> copies;
  const auto [begin, end] = copies_.equal_range(id.value);
  for (auto entry = begin; entry != end; ++entry) copies.push_back(by_name_.at(entry->second));
  return copies;
}

std::vector<StoredPicture> ResultStore::orphans() const {
  std::vector<StoredPicture> found;
  for (const auto& [original, name] : copies_) {
    if (!is_stored(PictureId{original})) found.push_back(by_name_.at(name));
  }
  return found;
}

void ResultStore::forget_age(const StoredPicture& picture) {
  const auto name = picture.file_name();
  const auto [begin, end] = by_age_.equal_range(picture.written);
  const auto age =
      std::find_if(begin, end, [&](const auto& entry) { return entry.second == name; });
  if (age != end) by_age_.erase(age);
}

// Favourites count, but a quota that was made smaller since must not leave new pictures nothing.
std::uint64_t ResultStore::room_for_others() const {
  return options_.max_bytes - std::min(favourite_bytes_, favourites_bound(options_));
}

std::optional<StoredPicture> ResultStore::oldest_to_drop() const {
  if (by_age_.empty()) return std::nullopt;
  const auto& [written, name] = *by_age_.begin();
  const bool too_old = written + options_.time_to_live <= clock_.wall();
  if (!too_old && total_bytes_ - favourite_bytes_ <= room_for_others()) return std::nullopt;
  return by_name_.at(name);
}

// Out of the index before the file goes, so that nobody is handed a link to it meanwhile.
Task<void> ResultStore::drop(StoredPicture picture) {
  forget(picture);
  hidden_.erase(picture.id.value);
  if (dropped_ && !is_copy(picture.id)) dropped_(picture.id);
  co_return co_await blobs_.remove(picture.file_name());
}

Task<void> ResultStore::drop_or_hide(StoredPicture picture) {
  auto dropped = co_await drop(picture);
  if (!dropped) {
    hidden_.insert(original_of(picture.id));
    remember(std::move(picture));
  }
  co_return dropped;
}

// A file that cannot be removed must not stop new pictures; it is seen again at the next start.
Async<void> ResultStore::let_go(StoredPicture picture) {
  const auto dropped = co_await drop(std::move(picture));
  if (!dropped) log_.warn("picture_not_removed", {{"detail", dropped.error().detail()}});
}

Task<void> ResultStore::trim() {
  while (auto picture = oldest_to_drop()) {
    for (auto& copy : copies_of(picture->id)) co_await let_go(std::move(copy));
    co_await let_go(*std::move(picture));
  }
  co_return Result<void>{};
}

}  // namespace gw
