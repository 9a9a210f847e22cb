// Pictures that were made, kept for a while: by time-to-live and a size quota, oldest first.
#pragma once

#include "base/bytes.hpp"
#include "base/clock.hpp"
#include "base/ids.hpp"
#include "base/image_format.hpp"
#include "base/random.hpp"
#include "base/task.hpp"
#include "core/library/options.hpp"
#include "core/ports/blob_store.hpp"
#include "telemetry/log.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace gw {

struct StoredPicture {
  PictureId id;
  ImageFormat format = ImageFormat::png;
  std::uint64_t size = 0;  // bytes
  WallTime written;
  std::string file_name() const;  // "<id>.<extension>", also the last part of its link
};

// Owned by the composition root; I/O thread. The index is in memory and rebuilt from the blobs'
// names at start, so that there is no second truth about what is stored.
class ResultStore final {
 public:
  ResultStore(LibraryOptions options, BlobStore& blobs, const Clock& clock, Random& random,
              Log& log);

  // Learns what is there, and removes what is over time or quota.
  Task<void> open();
  // storage_unavailable when the disk does not take it; what is stored already stays.
  Task<StoredPicture> keep(SharedBytes bytes, ImageFormat format);
  // Nothing when unknown or over its time.
  std::optional<StoredPicture> find(std::string_view file_name) const;
  Task<SharedBytes> read(StoredPicture picture, std::uint64_t offset, std::uint64_t length);
  // Removes what is over time or quota and, after a failed write, tries whether the disk takes data
  // again.
  Task<void> sweep();

  // False after a failed write until one succeeds again: then nothing that needs a file is
  // accepted.
  bool accepting() const { return accepting_; }
  std::uint64_t total_bytes() const { return total_bytes_; }
  std::size_t count() const { return by_name_.size(); }

 private:
  void remember(StoredPicture picture);
  std::optional<StoredPicture> oldest_to_drop() const;
  Task<void> drop(StoredPicture picture);
  Task<void> trim();

  LibraryOptions options_;
  BlobStore& blobs_;
  const Clock& clock_;
  Random& random_;
  Log& log_;
  std::unordered_map<std::string, StoredPicture> by_name_;
  std::multimap<WallTime, std::string> by_age_;
  std::uint64_t total_bytes_ = 0;
  bool accepting_ = true;
};

}  // namespace gw
