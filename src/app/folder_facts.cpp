#include "app/folder_facts.hpp"

#include <fmt/format.h>

#include <array>
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
