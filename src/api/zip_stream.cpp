#include "api/zip_stream.hpp"

#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>
#include <chrono>
#include <limits>
#include <utility>

namespace gw::api {
namespace {

constexpr std::uint64_t kPiece = 256 * 1024;
constexpr std::uint64_t kLocalHead = 30;
constexpr std::uint64_t kDirectoryHead = 46;
constexpr std::uint64_t kEnd = 22;
constexpr std::uint16_t kVersion = 20;  // 2.0: what an entry of this kind needs
constexpr std::uint16_t kUtf8Names = 1 << 11;

void put(std::string& out, std::uint64_t value, int bytes) {
  for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i) & 0xff);
}

// MS-DOS time in UTC, to two seconds; years before 1980 do not exist.
std::uint32_t dos_time(WallTime time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - day));
  const auto year = std::clamp(static_cast<int>(date.year()), 1980, 2107);
  const auto days = static_cast<std::uint32_t>(year - 1980) << 9 |
                    static_cast<unsigned>(date.month()) << 5 | static_cast<unsigned>(date.day());
  const auto seconds = static_cast<std::uint32_t>(clock.hours().count()) << 11 |
                       static_cast<std::uint32_t>(clock.minutes().count()) << 5 |
                       static_cast<std::uint32_t>(clock.seconds().count()) / 2;
  return days << 16 | seconds;
}

// What the header before a picture and its line in the directory have in common.
void put_facts(std::string& out, const StoredPicture& picture, std::uint32_t checksum) {
  put(out, kVersion, 2);
  put(out, kUtf8Names, 2);
  put(out, 0, 2);  // stored
  put(out, dos_time(picture.written), 4);
  put(out, checksum, 4);
  put(out, picture.size, 4);
  put(out, picture.size, 4);
  put(out, picture.file_name().size(), 2);
  put(out, 0, 2);  // no extra field
}

}  // namespace

Result<std::unique_ptr<ZipStream>> ZipStream::create(ResultStore& results,
                                                     std::vector<StoredPicture> pictures) {
  std::unique_ptr<ZipStream> stream(new ZipStream(results, std::move(pictures)));
  if (stream->length_ > std::numeric_limits<std::uint32_t>::max()) {
    return fail(Error::invalid_request(
        "ids", fmt::format("these pictures are {} MB together, and a zip may have 4,294; select "
                           "fewer of them",
                           stream->length_ / 1'000'000)));
  }
  return stream;
}

ZipStream::ZipStream(ResultStore& results, std::vector<StoredPicture> pictures)
    : results_(results) {
  std::uint64_t directory = 0;
  for (auto& picture : pictures) {
    const auto name = picture.file_name().size();
    const auto size = picture.size;
    entries_.push_back({std::move(picture), 0, length_});
    length_ += kLocalHead + name + size;
    directory += kDirectoryHead + name;
  }
  length_ += directory + kEnd;
}

Task<SharedBytes> ZipStream::next() {
  if (finished_) co_return SharedBytes();
  if (current_ == entries_.size()) {
    finished_ = true;
    co_return share(directory());
  }
  if (!begun_) co_return co_await begin_entry();
  const auto& picture = entries_[current_].picture;
  GW_CO_TRY(auto piece, co_await piece_of(picture, sent_));
  sent_ += piece->size();
  if (sent_ == picture.size) {
    ++current_;
    begun_ = false;
  }
  co_return piece;
}

Task<SharedBytes> ZipStream::begin_entry() {
  auto& entry = entries_[current_];
  GW_CO_TRY(entry.checksum, co_await checksum_of(entry.picture));
  begun_ = true;
  sent_ = 0;
  std::string head("PK\x03\x04");
  put_facts(head, entry.picture, entry.checksum);
  head += entry.picture.file_name();
  co_return share(std::move(head));
}

Task<std::uint32_t> ZipStream::checksum_of(StoredPicture picture) {
  uLong sum = ::crc32(0, nullptr, 0);
  for (std::uint64_t at = 0; at < picture.size;) {
    GW_CO_TRY(const auto piece, co_await piece_of(picture, at));
    sum = ::crc32_z(sum, reinterpret_cast<const Bytef*>(piece->data()), piece->size());
    at += piece->size();
  }
  co_return static_cast<std::uint32_t>(sum);
}

Task<SharedBytes> ZipStream::piece_of(const StoredPicture& picture, std::uint64_t offset) {
  const auto wanted = std::min(kPiece, picture.size - offset);
  GW_CO_TRY(auto piece, co_await results_.read(picture, offset, wanted));
  if (piece->size() != wanted) co_return fail(Error::internal("a stored picture is cut short"));
  co_return piece;
}

std::string ZipStream::directory() const {
  std::string out;
  for (const auto& entry : entries_) {
    out += "PK\x01\x02";
    put(out, kVersion, 2);  // made by
    put_facts(out, entry.picture, entry.checksum);
    put(out, 0, 2);  // no comment
    put(out, 0, 2);  // first disk
    put(out, 0, 2);  // no attributes …
    put(out, 0, 4);  // … of either kind
    put(out, entry.offset, 4);
    out += entry.picture.file_name();
  }
  const auto size = out.size();
  out += "PK\x05\x06";
  put(out, 0, 4);  // this disk, which has the directory
  put(out, entries_.size(), 2);
  put(out, entries_.size(), 2);
  put(out, size, 4);
  put(out, length_ - kEnd - size, 4);
  put(out, 0, 2);  // no comment
  return out;
}

}  // namespace gw::api
