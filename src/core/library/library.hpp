// What was made, as its owner sees it: rows and files together.
#pragma once

#include "base/clock.hpp"
#include "base/task.hpp"
#include "base/task_group.hpp"
#include "core/library/results.hpp"
#include "core/library/thumbnails.hpp"
#include "core/ports/journal.hpp"
#include "core/ports/record_store.hpp"

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace gw {

// The row says what a picture is, the file that it is there; the library has what has both. A row
// whose file went (time-to-live, quota, a crash in between) is forgotten when it is met. Unknown
// pictures and those of other owners are the same not_found.
// Owned by the composition root; I/O thread. Whatever the disk does not take is
// storage_unavailable.
class Library final {
 public:
  Library(LibraryOptions options, Executor io, RecordStore& records, ResultStore& results,
          Thumbnails& thumbnails, Journal& journal, const Clock& clock, Log& log);
  ~Library();
  Library(const Library&) = delete;
  Library& operator=(const Library&) = delete;

  // Opens the results with what the rows say of them. Before anything else.
  Task<void> open();

  // What was begun is carried through, even when the client that asked for it leaves; this waits
  // for it.
  Async<void> finish() { co_await changes_.wait_until_empty(); }

  // Newest first. A page may be shorter than its limit, and still have a next.
  Task<PicturePage> list(PictureQuery query);
  Task<PictureRow> item(CallerId owner, PictureId id);
  // The files of all of them, in their order.
  Task<std::vector<StoredPicture>> files(CallerId owner, std::vector<PictureId> ids);
  // conflict when the favourites would take too much room (favourites_bound).
  Task<PictureRow> set_favourite(CallerId owner, PictureId id, bool favourite);

  // Gone for everybody at once, its link included. Until the time that is answered restore() brings
  // it back; then row, file and thumbnail go.
  Task<WallTime> remove(CallerId owner, PictureId id);
  Task<PictureRow> restore(CallerId owner, PictureId id);
  // Everything of an owner, or of one end user of his: pictures (deleted ones too), jobs that are
  // over, answers to Idempotency-Keys. Not to be undone. What is still being drawn is not touched,
  // and what comes of it is kept: cancel it before. The number of pictures.
  Task<std::size_t> erase(CallerId owner, std::optional<std::string> end_user);

  // When the picture goes by itself; nothing: never, it is a favourite.
  std::optional<WallTime> expires(const PictureRow& row) const;
  std::chrono::seconds undo_time() const { return options_.undo_time; }

  // Ends what was deleted long enough ago, and what is over time or quota. Every half minute or so.
  Task<void> sweep();

 private:
  template <class T>
  Task<T> carried_through(Task<T> change);
  Task<PictureRow> marked(CallerId owner, PictureId id, bool favourite);
  Task<WallTime> removed(CallerId owner, PictureId id);
  Task<PictureRow> restored(CallerId owner, PictureId id);
  Task<std::size_t> erased(CallerId owner, std::optional<std::string> end_user);
  Task<void> remove_files();
  bool is_doomed(const PictureId& id) const;
  void doom(const std::vector<PictureId>& ids);
  Task<void> forget_gone();

  LibraryOptions options_;
  Executor io_;
  RecordStore& records_;
  ResultStore& results_;
  Thumbnails& thumbnails_;
  Journal& journal_;
  const Clock& clock_;
  Log& log_;
  bool opened_ = false;            // else nothing is known of the files, and no row is forgotten
  std::vector<PictureId> doomed_;  // their rows went; their files have not yet
  std::vector<PictureId> gone_;    // their files went; their rows and thumbnails have not yet
  TaskGroup changes_;
};

}  // namespace gw
