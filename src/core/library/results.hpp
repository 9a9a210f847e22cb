// Pictures that were made, kept for a while: by time-to-live and a size quota, oldest first, except
// for favourites.
#pragma once

#include "base/bytes.hpp"
#include "base/clock.hpp"
#include "base/ids.hpp"
#include "base/image_format.hpp"
#include "base/random.hpp"
#include "base/task.hpp"
#include "core/library/options.hpp"
#include "core/library/stored_picture.hpp"
#include "core/ports/blob_store.hpp"
#include "telemetry/log.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

namespace gw {

// What the rows say of files; ids that have none are passed over.
struct PictureMarks {
  std::vector<PictureId> favourites = {};
  std::vector<PictureId> hidden = {};
};

// Owned by the composition root; I/O thread. The index is in memory and rebuilt from the blobs'
// names at start, so that there is no second truth about what is stored.
class ResultStore final {
 public:
  ResultStore(LibraryOptions options, BlobStore& blobs, const Clock& clock, Random& random,
              Log& log);

  // Learns what is there, and removes what is over time or quota.
  Task<void> open(PictureMarks marks = {});
  // Told of every picture whose file goes, whatever the reason. From the I/O thread, in the middle
  // of something: it must not call back. Set before open().
  void on_dropped(std::function<void(const PictureId&)> told) { dropped_ = std::move(told); }
  // storage_unavailable when the disk does not take it; what is stored already stays.
  Task<StoredPicture> keep(SharedBytes bytes, ImageFormat format);
  // The same under a name that was made before, and written into the journal.
  Task<StoredPicture> keep_as(PictureId id, SharedBytes bytes, ImageFormat format,
                              BlobSync sync = BlobSync::lazy);
  // A stored picture in another form, for a link: it has a name of its own, is found as long as its
  // picture is, and goes with it or by its own age. not_found when the picture is gone.
  Task<StoredPicture> keep_copy(PictureId of, SharedBytes bytes, ImageFormat format);
  PictureId new_id();
  // Nothing when unknown, hidden, or over its time.
  std::optional<StoredPicture> find(std::string_view file_name) const;
  // The same, whatever its format.
  std::optional<StoredPicture> find(const PictureId& id) const;
  // Whether there is a file of that name, hidden or not.
  bool is_stored(const PictureId& id) const { return known(id).has_value(); }
  Task<SharedBytes> read(StoredPicture picture, std::uint64_t offset, std::uint64_t length);

  // Whether time-to-live and quota pass the picture over. conflict when the favourites together
  // would leave new pictures too little room (favourites_bound).
  Result<void> set_favourite(const PictureId& id, bool favourite);
  // What is hidden is found by nobody, and its file stays.
  void hide(const PictureId& id) { hidden_.insert(id.value); }
  void show(const PictureId& id) { hidden_.erase(id.value); }
  // The picture, its file and its copies', hidden or not; absent is success. A file that cannot be
  // removed stays, hidden.
  Task<void> remove(PictureId id);
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
  void forget(const StoredPicture& picture);
  std::vector<StoredPicture> copies_of(const PictureId& id) const;
  std::vector<StoredPicture> orphans() const;
  void forget_age(const StoredPicture& picture);
  std::optional<StoredPicture> known(const PictureId& id) const;
  bool is_favourite(const StoredPicture& picture) const;
  std::uint64_t room_for_others() const;
  std::optional<StoredPicture> oldest_to_drop() const;
  Task<void> drop(StoredPicture picture);
  Task<void> drop_or_hide(StoredPicture picture);
  Async<void> let_go(StoredPicture picture);
  Task<void> trim();

  LibraryOptions options_;
  BlobStore& blobs_;
  const Clock& clock_;
  Random& random_;
  Log& log_;
  std::function<void(const PictureId&)> dropped_;
  std::unordered_map<std::string, StoredPicture> by_name_;
  std::multimap<WallTime, std::string> by_age_;     // all but favourites
  std::multimap<std::string, std::string> copies_;  // id of a picture → names of its copies
  std::unordered_set<std::string> favourites_;      // ids
  std::unordered_set<std::string> hidden_;          // ids
  std::uint64_t total_bytes_ = 0;
  std::uint64_t favourite_bytes_ = 0;
  bool accepting_ = true;
};

}  // namespace gw
