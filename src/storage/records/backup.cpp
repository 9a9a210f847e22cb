#include "storage/records/backup.hpp"

#include "storage/records/inspect.hpp"
#include "storage/records/raw_database.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

namespace gw {
namespace {

namespace fs = std::filesystem;

std::unexpected<Error> refuse(const fs::path& file, std::string_view sentence,
                              ErrorKind kind = ErrorKind::storage_unavailable) {
  return fail(Error(kind, fmt::format("{} {}", file.string(), sentence)));
}

std::unexpected<Error> refuse_errno(const fs::path& file, std::string_view what) {
  return refuse(file, fmt::format("{}: {}", what, std::strerror(errno)));
}

// Gone at the end, unless it has got its name.
class Unfinished final {
 public:
  explicit Unfinished(const fs::path& target)
      : path_(fmt::format("{}.{}.part", target.string(), ::getpid())) {
    ::unlink(path_.c_str());  // of a process that died with our number
    descriptor_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  }
  ~Unfinished() {
    if (descriptor_ < 0) return;
    ::close(descriptor_);
    ::unlink(path_.c_str());
  }
  Unfinished(const Unfinished&) = delete;
  Unfinished& operator=(const Unfinished&) = delete;

  bool is_open() const { return descriptor_ >= 0; }
  const fs::path& path() const { return path_; }
  bool sync() const { return ::fsync(descriptor_) == 0; }

 private:
  fs::path path_;
  int descriptor_;
};

bool sync_folder(const fs::path& file) {
  const auto folder = fs::absolute(file).parent_path();
  const int descriptor = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return false;
  const bool synced = ::fsync(descriptor) == 0;
  ::close(descriptor);
  return synced;
}

// By a second name, because that replaces nothing.
Result<void> publish(const Unfinished& file, const fs::path& target) {
  if (!file.sync()) return refuse_errno(file.path(), "cannot be written");
  if (::link(file.path().c_str(), target.c_str()) != 0) {
    if (errno == EEXIST)
      return refuse(target, "is there already, and nothing is overwritten", ErrorKind::conflict);
    return refuse_errno(target, "cannot be made");
  }
  if (!sync_folder(target)) return refuse_errno(target, "may not survive a loss of power");
  return {};
}

Result<void> copy_database(const std::string& uri, int flags, const fs::path& target) {
  const Unfinished file(target);
  if (!file.is_open()) return refuse_errno(file.path(), "cannot be made");
  records::RawDatabase source(uri, flags);
  if (const auto copied = source.ask("VACUUM INTO ?1", file.path().string()); !copied)
    return refuse(target, fmt::format("could not be written: {}", copied.error().message()));
  return publish(file, target);
}

// A database of SQLite is up to three files. In this order no moment has a log beside a file that
// it does not belong to.
Result<void> move_database(const fs::path& from, const fs::path& to) {
  for (const auto* part : {"-shm", "-wal", ""}) {
    const auto source = from.string() + part;
    if (::rename(source.c_str(), (to.string() + part).c_str()) != 0 && errno != ENOENT)
      return refuse_errno(source, "cannot be moved");
  }
  return {};
}

std::string moment(WallTime now) {
  return fmt::format("{:%Y%m%dT%H%M%SZ}", fmt::gmtime(std::chrono::system_clock::to_time_t(now)));
}

}  // namespace

Result<void> back_up(const fs::path& database, const fs::path& target) {
  std::error_code error;
  if (fs::exists(fs::symlink_status(target, error)))
    return refuse(target, "is there already, and nothing is overwritten", ErrorKind::conflict);
  GW_TRY(const int version, records::inspect(database, records::Inspected::in_use));
  if (version == 0)
    return refuse(database, "is not there yet: nothing has been recorded", ErrorKind::not_found);
  // Writing, because only that may join a log that another process is writing.
  return copy_database(database.string(), SQLITE_OPEN_READWRITE, target);
}

Result<std::optional<fs::path>> restore_backup(const fs::path& backup, const fs::path& database,
                                               WallTime now) {
  GW_TRY(const int version, records::inspect(backup, records::Inspected::backup));
  if (version == 0) return refuse(backup, "is not there, or is empty", ErrorKind::not_found);

  const fs::path fresh = database.string() + ".restored";
  ::unlink(fresh.c_str());  // of a restoring that was cut short
  GW_CHECK(copy_database(records::reading_uri(backup), SQLITE_OPEN_READONLY, fresh));

  std::optional<fs::path> kept;
  if (std::error_code error; fs::exists(database, error)) {
    kept = database.string() + ".before-restore-" + moment(now);
    GW_CHECK(move_database(database, *kept));
  }
  if (::rename(fresh.c_str(), database.c_str()) != 0)
    return refuse_errno(database, "cannot be put in place");
  if (!sync_folder(database)) return refuse_errno(database, "may not survive a loss of power");
  return kept;
}

}  // namespace gw
