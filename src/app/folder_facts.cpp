#include "app/folder_facts.hpp"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <pwd.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <system_error>
#include <unistd.h>

namespace gw::app {
namespace {

namespace fs = std::filesystem;
using State = FolderFacts::State;

std::string user_name(uid_t id) {
  passwd entry{};
  passwd* found = nullptr;
  std::array<char, 4096> buffer{};
  if (::getpwuid_r(id, &entry, buffer.data(), buffer.size(), &found) != 0 || !found)
    return fmt::format("user {}", id);
  return entry.pw_name;
}

// A link that leads nowhere is in the way as well.
bool is_there(const fs::path& path) {
  struct stat status{};
  return ::lstat(path.c_str(), &status) == 0;
}

State state_of(const fs::path& path) {
  std::error_code error;
  if (!fs::is_directory(path, error)) return State::not_a_folder;
  // With the rights we act with, and it knows read-only file systems.
  const bool writable = ::faccessat(AT_FDCWD, path.c_str(), R_OK | W_OK | X_OK, AT_EACCESS) == 0;
  return writable ? State::usable : State::not_writable;
}

fs::path nearest_above(const fs::path& path) {
  auto above = fs::absolute(path).lexically_normal();
  if (above.filename().empty()) above = above.parent_path();
  while (!is_there(above) && above.has_relative_path()) above = above.parent_path();
  return above;
}

std::uint64_t bytes_in(const fs::path& folder) {
  std::uint64_t bytes = 0;
  std::error_code error;
  for (fs::recursive_directory_iterator file(folder, error), end; !error && file != end;
       file.increment(error)) {
    std::error_code gone;  // swept meanwhile
    if (!file->is_regular_file(gone)) continue;
    const auto size = file->file_size(gone);
    if (!gone) bytes += size;
  }
  return bytes;
}

// Closed at the end; without a name, nothing is left of it then.
class UnnamedFile final {
 public:
  explicit UnnamedFile(const fs::path& folder)
      : file_(::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600)) {
    if (file_ >= 0 || (errno != EOPNOTSUPP && errno != EISDIR)) return;
    auto name = (folder / ".write-test-XXXXXX").string();
    file_ = ::mkostemp(name.data(), O_CLOEXEC);
    if (file_ >= 0) ::unlink(name.c_str());
  }
  ~UnnamedFile() {
    if (file_ >= 0) ::close(file_);
  }
  UnnamedFile(const UnnamedFile&) = delete;
  UnnamedFile& operator=(const UnnamedFile&) = delete;

  // False: errno says why.
  bool is_open() const { return file_ >= 0; }
  bool takes(const std::string& data) const {
    errno = ENOSPC;  // a write that is cut short says nothing
    const auto written = ::write(file_, data.data(), data.size());
    return written == static_cast<ssize_t>(data.size()) && ::fsync(file_) == 0;
  }

 private:
  int file_;
};

// Free room alone does not tell: there are quotas, disks without inodes, broken ones.
std::string write_fault(const fs::path& folder) {
  constexpr std::size_t kProbe = 64 * 1024;  // more than a full file system may still give
  const UnnamedFile file(folder);
  if (file.is_open() && file.takes(std::string(kProbe, '\0'))) return {};
  return std::generic_category().message(errno);
}

void describe(FolderFacts& facts) {
  facts.user = user_name(::geteuid());
  struct stat status{};
  if (::stat(facts.place.c_str(), &status) == 0) {
    facts.owner = user_name(status.st_uid);
    facts.mode = fmt::format("{:04o}", status.st_mode & 07777u);
  }
  struct statvfs disk{};
  if (::statvfs(facts.place.c_str(), &disk) == 0)
    facts.free_bytes = std::uint64_t{disk.f_bavail} * disk.f_frsize;
  if (facts.state == State::usable || facts.state == State::not_there)
    facts.write_fault = write_fault(facts.place);
}

}  // namespace

FolderFacts look_at_folder(const fs::path& data_dir) {
  FolderFacts facts;
  facts.place = data_dir;
  if (is_there(data_dir)) {
    facts.state = state_of(data_dir);
    for (const auto* part : {"keys", "images"}) {
      if (facts.state != State::usable || !is_there(data_dir / part)) continue;
      facts.state = state_of(data_dir / part);
      if (facts.state != State::usable) facts.place = data_dir / part;
    }
    facts.picture_bytes = bytes_in(data_dir / "images");
  } else {
    facts.place = nearest_above(data_dir);
    facts.state = state_of(facts.place);
    if (facts.state == State::usable) facts.state = State::not_there;
  }
  describe(facts);
  return facts;
}

}  // namespace gw::app
