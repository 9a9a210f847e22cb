#include "storage/spool/disk_spool.hpp"

#include "base/bytes.hpp"

#include <fmt/format.h>

#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <string>
#include <string_view>
#include <system_error>
#include <unistd.h>
#include <utility>

namespace gw {
namespace {

namespace fs = std::filesystem;

Error unavailable(std::string_view what, int code) {
  return Error(ErrorKind::storage_unavailable, "the disk does not take uploads at the moment")
      .with_detail(fmt::format("spool: {}: {}", what, std::system_category().message(code)));
}

Error full() {
  return {ErrorKind::queue_full, "the uploads that wait take all the room there is for them"};
}

// Shared with the work on the pool, which may outlive whoever asked for it.
class Descriptor final {
 public:
  explicit Descriptor(int value) : value_(value) {}
  ~Descriptor() { ::close(value_); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int value() const { return value_; }

 private:
  const int value_;
};
using File = std::shared_ptr<const Descriptor>;

// Some file systems know no O_TMPFILE: there the name is gone a moment later.
int open_named(const fs::path& folder) {
  auto name = (folder / "upload-XXXXXX").string();
  const int descriptor = ::mkostemp(name.data(), O_CLOEXEC);
  if (descriptor >= 0) ::unlink(name.c_str());
  return descriptor;
}

Result<File> open_file(const fs::path& folder) {
  int descriptor = ::open(folder.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
  if (descriptor < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == ENOENT))
    descriptor = open_named(folder);
  if (descriptor < 0) return fail(unavailable("open", errno));
  return std::make_shared<const Descriptor>(descriptor);
}

Result<void> write_all(const Descriptor& file, std::string_view bytes, std::uint64_t at) {
  while (!bytes.empty()) {
    const auto count = ::pwrite(file.value(), bytes.data(), bytes.size(), static_cast<off_t>(at));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return fail(unavailable("write", count < 0 ? errno : ENOSPC));
    bytes.remove_prefix(static_cast<std::size_t>(count));
    at += static_cast<std::uint64_t>(count);
  }
  return {};
}

// One file's place among those that may be there; held from before it is opened.
class Place final {
 public:
  explicit Place(std::shared_ptr<DiskSpool::Room> room) : room_(std::move(room)) { ++room_->files; }
  Place(Place&&) noexcept = default;
  Place& operator=(Place&&) = delete;
  ~Place() {
    if (room_) --room_->files;
  }
  DiskSpool::Room& room() const { return *room_; }

 private:
  std::shared_ptr<DiskSpool::Room> room_;
};

Result<SharedBytes> read_all(const Descriptor& file, std::uint64_t size) {
  std::string bytes(size, '\0');
  for (std::size_t have = 0; have < bytes.size();) {
    const auto count =
        ::pread(file.value(), bytes.data() + have, bytes.size() - have, static_cast<off_t>(have));
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return fail(unavailable("read", count < 0 ? errno : EIO));
    have += static_cast<std::size_t>(count);
  }
  return share(std::move(bytes));
}

class DiskSpoolFile final : public SpoolFile {
 public:
  DiskSpoolFile(File file, WorkerPool& workers, Place place)
      : file_(std::move(file)), workers_(workers), place_(std::move(place)) {}
  ~DiskSpoolFile() override { place_.room().used -= size_; }
  DiskSpoolFile(const DiskSpoolFile&) = delete;
  DiskSpoolFile& operator=(const DiskSpoolFile&) = delete;

  std::uint64_t size() const override { return size_; }

  Task<void> append(std::string bytes) override {
    auto& room = place_.room();
    if (bytes.size() > room.limits.bytes - room.used) co_return fail(full());
    const auto at = size_;
    size_ += bytes.size();
    room.used += bytes.size();
    room.received += bytes.size();
    auto work = [file = file_, at, bytes = std::move(bytes)] {
      return write_all(*file, bytes, at);
    };
    co_return co_await workers_.run(std::move(work));
  }

  Task<SharedBytes> read() const override {
    auto work = [file = file_, size = size_] { return read_all(*file, size); };
    co_return co_await workers_.run(std::move(work));
  }

 private:
  const File file_;
  WorkerPool& workers_;
  const Place place_;
  std::uint64_t size_ = 0;
};

Result<void> empty_folder(const fs::path& folder) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) return fail(unavailable(folder.string(), error.value()));
  for (fs::directory_iterator entry(folder, error), end; !error && entry != end;
       entry.increment(error)) {
    if (entry->path().filename().string().starts_with("upload-")) fs::remove(*entry, error);
  }
  if (error) return fail(unavailable(folder.string(), error.value()));
  return {};
}

}  // namespace

Result<std::unique_ptr<DiskSpool>> DiskSpool::open(fs::path folder, WorkerPool& workers,
                                                   SpoolLimits limits) {
  GW_CHECK(empty_folder(folder));
  GW_CHECK(open_file(folder));
  return std::unique_ptr<DiskSpool>(new DiskSpool(std::move(folder), workers, limits));
}

DiskSpool::DiskSpool(fs::path folder, WorkerPool& workers, SpoolLimits limits)
    : folder_(std::move(folder)),
      workers_(workers),
      room_(std::make_shared<Room>(Room{.limits = limits})) {}

Task<std::shared_ptr<SpoolFile>> DiskSpool::create() {
  if (room_->files >= room_->limits.files) co_return fail(full());
  Place place(room_);
  auto work = [folder = folder_] { return open_file(folder); };
  GW_CO_TRY(auto file, co_await workers_.run(std::move(work)));
  std::shared_ptr<SpoolFile> made =
      std::make_shared<DiskSpoolFile>(std::move(file), workers_, std::move(place));
  co_return made;
}

}  // namespace gw
