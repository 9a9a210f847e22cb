#include "storage/blobs/file_io.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace gw {
namespace {

namespace fs = std::filesystem;

Error storage_error(const fs::path& path, const std::error_code& reason) {
  return Error(ErrorKind::storage_unavailable,
               "the gateway's storage does not take data at the moment")
      .with_detail(path.string() + ": " + reason.message());
}

Error storage_error(const fs::path& path) {
  return storage_error(path, {errno, std::generic_category()});
}

class File final {
 public:
  File(const fs::path& path, int flags)
      : descriptor_(::open(path.c_str(), flags | O_CLOEXEC | O_NOFOLLOW, 0600)) {}
  ~File() {
    if (descriptor_ >= 0) ::close(descriptor_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  explicit operator bool() const { return descriptor_ >= 0; }
  int get() const { return descriptor_; }

 private:
  int descriptor_;
};

bool write_all(const File& file, const std::string& bytes) {
  std::size_t done = 0;
  while (done < bytes.size()) {
    const auto count = ::write(file.get(), bytes.data() + done, bytes.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return false;
    done += static_cast<std::size_t>(count);
  }
  return true;
}

bool sync_folder(const fs::path& path) {
  const File folder(path, O_RDONLY | O_DIRECTORY);
  return folder && ::fsync(folder.get()) == 0;
}

WallTime modified(const struct stat& status) {
  return WallTime(std::chrono::duration_cast<WallTime::duration>(
      std::chrono::seconds(status.st_mtim.tv_sec) +
      std::chrono::nanoseconds(status.st_mtim.tv_nsec)));
}

}  // namespace

fs::path fan_out(const fs::path& root, const std::string& name) {
  return root / name.substr(0, 2) / name;
}

bool is_blob_name(std::string_view name) {
  constexpr std::size_t kShortest = 5;
  const auto dot = name.find('.');
  if (dot == std::string_view::npos || dot < kShortest || name.size() > 100) return false;
  const auto plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  for (std::size_t i = 0; i < name.size(); ++i) {
    if (i != dot && !plain(name[i])) return false;
  }
  return dot + 1 < name.size();
}

Result<void> make_folders(const fs::path& root) {
  std::error_code error;
  fs::create_directories(root / "tmp", error);
  if (error) return fail(storage_error(root, error));
  return {};
}

Result<void> write_file(const fs::path& root, const std::string& name, const std::string& bytes,
                        BlobSync sync) {
  const auto temporary = root / "tmp" / name;
  const auto target = fan_out(root, name);
  {
    const File file(temporary, O_WRONLY | O_CREAT | O_TRUNC);
    if (!file) return fail(storage_error(temporary));
    const bool written = write_all(file, bytes);
    if (!written || (sync == BlobSync::synced && ::fsync(file.get()) != 0)) {
      auto failure = storage_error(temporary);
      ::unlink(temporary.c_str());
      return fail(std::move(failure));
    }
  }
  std::error_code error;
  fs::rename(temporary, target, error);
  if (error == std::errc::no_such_file_or_directory) {  // the first of its folder
    fs::create_directories(target.parent_path(), error);
    if (!error) fs::rename(temporary, target, error);
  }
  if (error) {
    ::unlink(temporary.c_str());
    return fail(storage_error(target, error));
  }
  // The name too, and that of its folder, which may be new.
  if (sync == BlobSync::synced && !(sync_folder(target.parent_path()) && sync_folder(root)))
    return fail(storage_error(target));
  return {};
}

Result<SharedBytes> read_file(const fs::path& path, std::uint64_t offset, std::uint64_t length) {
  const File file(path, O_RDONLY);
  if (!file) {
    if (errno == ENOENT) return fail(Error::not_found("there is no such picture"));
    return fail(storage_error(path));
  }
  struct stat status{};
  if (::fstat(file.get(), &status) != 0) return fail(storage_error(path));
  const auto size = static_cast<std::uint64_t>(status.st_size);
  length = std::min(length, size - std::min(offset, size));
  std::string bytes(length, '\0');
  std::size_t done = 0;
  while (done < length) {
    const auto count =
        ::pread(file.get(), bytes.data() + done, length - done, static_cast<off_t>(offset + done));
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return fail(storage_error(path));
    if (count == 0) break;
    done += static_cast<std::size_t>(count);
  }
  bytes.resize(done);
  return share(std::move(bytes));
}

Result<void> remove_file(const fs::path& path) {
  if (::unlink(path.c_str()) != 0 && errno != ENOENT) return fail(storage_error(path));
  return {};
}

Result<std::vector<BlobInfo>> list_files(const fs::path& root) {
  std::error_code error;
  GW_CHECK(make_folders(root));
  std::vector<BlobInfo> blobs;
  for (fs::recursive_directory_iterator entry(root, error), end; !error && entry != end;
       entry.increment(error)) {
    struct stat status{};
    const auto name = entry->path().filename().string();
    if (entry.depth() == 0 && name == "tmp") {  // where writes are under way
      entry.disable_recursion_pending();
      continue;
    }
    if (!is_blob_name(name) || ::lstat(entry->path().c_str(), &status) != 0 ||
        !S_ISREG(status.st_mode))
      continue;
    // Empty: renamed before a power loss, and never written out.
    if (status.st_size == 0 || name.ends_with(".probe")) {
      ::unlink(entry->path().c_str());
      continue;
    }
    blobs.push_back({name, static_cast<std::uint64_t>(status.st_size), modified(status)});
  }
  if (error) return fail(storage_error(root, error));
  return blobs;
}

}  // namespace gw
