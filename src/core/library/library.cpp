#include "core/library/library.hpp"

#include "base/carry_through.hpp"

#include <exception>
#include <memory>
#include <utility>

namespace gw {
namespace {

std::string describe(std::exception_ptr bug) {
  try {
    std::rethrow_exception(bug);
  } catch (const std::exception& error) {
    return error.what();
  }
}

Error no_such_picture() {
  return Error::not_found("the library has no picture of this id");
}

}  // namespace

Library::Library(LibraryOptions options, Executor io, RecordStore& records, ResultStore& results,
                 Thumbnails& thumbnails, Journal& journal, const Clock& clock, Log& log)
    : options_(options),
      io_(io),
      records_(records),
      results_(results),
      thumbnails_(thumbnails),
      journal_(journal),
      clock_(clock),
      log_(log),
      changes_(io, [&log](std::exception_ptr bug) {
        log.error("bug", {{"detail", describe(std::move(bug))}});
      }) {
  results_.on_dropped([this](const PictureId& id) { gone_.push_back(id); });
}

Library::~Library() {
  results_.on_dropped({});
}

Task<void> Library::open() {
  PictureMarks marks;
  GW_CO_TRY(marks.favourites, co_await records_.favourites());
  GW_CO_TRY(marks.hidden, co_await records_.deleted_pictures(WallTime::max()));
  GW_CO_CHECK(co_await results_.open(std::move(marks)));
  opened_ = true;
  co_return co_await thumbnails_.open();
}

// --- looking

Task<PicturePage> Library::list(PictureQuery query) {
  // Only so that the page is full: what has no file is left out of it anyway.
  if (const auto forgotten = co_await forget_gone(); !forgotten)
    log_.warn("rows_not_forgotten", {{"detail", forgotten.error().detail()}});
  GW_CO_TRY(auto page, co_await records_.pictures(std::move(query)));
  std::erase_if(page.pictures, [this](const PictureRow& row) {
    if (opened_ && !results_.is_stored(row.file.id)) gone_.push_back(row.file.id);
    return !results_.find(row.file.id);
  });
  co_return page;
}

Task<PictureRow> Library::item(CallerId owner, PictureId id) {
  GW_CO_TRY(auto row, co_await records_.picture(std::move(owner), id));
  if (!row || !results_.find(id)) co_return fail(no_such_picture());
  co_return *std::move(row);
}

Task<std::vector<StoredPicture>> Library::files(CallerId owner, std::vector<PictureId> ids) {
  std::vector<StoredPicture> files;
  files.reserve(ids.size());
  for (const auto& id : ids) {
    GW_CO_TRY(auto row, co_await item(owner, id));
    files.push_back(std::move(row.file));
  }
  co_return files;
}

std::optional<WallTime> Library::expires(const PictureRow& row) const {
  if (row.favourite) return std::nullopt;
  return row.file.written + options_.time_to_live;
}

// --- changing

template <class T>
Task<T> Library::carried_through(Task<T> work) {
  return carry_through(io_, changes_, std::move(work));
}

Task<PictureRow> Library::set_favourite(CallerId owner, PictureId id, bool favourite) {
  return carried_through(marked(std::move(owner), std::move(id), favourite));
}

Task<WallTime> Library::remove(CallerId owner, PictureId id) {
  return carried_through(removed(std::move(owner), std::move(id)));
}

Task<PictureRow> Library::restore(CallerId owner, PictureId id) {
  return carried_through(restored(std::move(owner), std::move(id)));
}

Task<std::size_t> Library::erase(CallerId owner, std::optional<std::string> end_user) {
  return carried_through(erased(std::move(owner), std::move(end_user)));
}

// The file's mark first: it may be refused, and a row must not promise what the file does not keep.
Task<PictureRow> Library::marked(CallerId owner, PictureId id, bool favourite) {
  GW_CO_TRY(auto row, co_await item(owner, id));
  GW_CO_CHECK(results_.set_favourite(id, favourite));
  const auto changed = co_await records_.set_favourite(std::move(owner), id, favourite);
  if (!changed || !*changed) {
    static_cast<void>(results_.set_favourite(id, row.favourite));
    co_return fail(changed ? no_such_picture() : changed.error());
  }
  row.favourite = favourite;
  co_return row;
}

Task<WallTime> Library::removed(CallerId owner, PictureId id) {
  const auto now = clock_.wall();
  GW_CO_CHECK(co_await item(owner, id));
  GW_CO_TRY(const bool deleted, co_await records_.delete_picture(std::move(owner), id, now));
  if (!deleted) co_return fail(no_such_picture());
  results_.hide(id);
  co_return now + options_.undo_time;
}

Task<PictureRow> Library::restored(CallerId owner, PictureId id) {
  // One whose file is about to go cannot come back.
  if (!results_.is_stored(id) || is_doomed(id)) co_return fail(no_such_picture());
  GW_CO_TRY(const bool found, co_await records_.restore_picture(owner, id));
  if (!found) co_return fail(no_such_picture());
  results_.show(id);
  co_return co_await item(std::move(owner), std::move(id));
}

// The rows of what was just made are still on their way to the disk.
Task<std::size_t> Library::erased(CallerId owner, std::optional<std::string> end_user) {
  GW_CO_CHECK(co_await journal_.synced());
  GW_CO_TRY(const auto ids, co_await records_.erase(std::move(owner), std::move(end_user)));
  for (const auto& id : ids) results_.hide(id);
  doom(ids);
  GW_CO_CHECK(co_await remove_files());
  GW_CO_CHECK(co_await forget_gone());
  co_return ids.size();
}

// --- what goes by itself

Task<void> Library::sweep() {
  GW_CO_TRY(const auto ids, co_await records_.deleted_pictures(clock_.wall() - options_.undo_time));
  doom(ids);
  GW_CO_CHECK(co_await remove_files());
  GW_CO_CHECK(co_await results_.sweep());
  co_return co_await forget_gone();
}

bool Library::is_doomed(const PictureId& id) const {
  return std::ranges::find(doomed_, id) != doomed_.end();
}

void Library::doom(const std::vector<PictureId>& ids) {
  for (const auto& id : ids) {
    if (!is_doomed(id)) doomed_.push_back(id);
  }
}

// A file that cannot be removed stays hidden, and is tried again.
Task<void> Library::remove_files() {
  while (!doomed_.empty()) {
    auto id = std::move(doomed_.back());
    doomed_.pop_back();
    gone_.push_back(id);
    auto removed = co_await results_.remove(id);
    if (removed) removed = co_await thumbnails_.remove(id);
    if (removed) continue;
    doomed_.push_back(std::move(id));
    co_return removed;
  }
  co_return Done();
}

// Those that come in between wait for the next time. What fails is tried again.
Task<void> Library::forget_gone() {
  if (gone_.empty()) co_return Done();
  auto ids = std::exchange(gone_, {});
  auto forgotten = co_await records_.forget_pictures(ids);
  for (std::size_t i = 0; forgotten && i < ids.size(); ++i)
    forgotten = co_await thumbnails_.remove(ids[i]);
  if (forgotten) co_return Done();
  gone_.insert(gone_.end(), ids.begin(), ids.end());
  co_return forgotten;
}

}  // namespace gw
