#include "app/keys.hpp"

#include "app/config.hpp"
#include "base/digest.hpp"

#include <fmt/format.h>

#include <bit>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <optional>
#include <sys/stat.h>
#include <unistd.h>

namespace gw::app {
namespace {

namespace fs = std::filesystem;

constexpr mode_t kOthers = S_IRWXG | S_IRWXO;

std::unexpected<Error> refuse(const fs::path& path, std::string_view sentence) {
  return fail(Error(ErrorKind::storage_unavailable, fmt::format("{} {}", path.string(), sentence)));
}

std::unexpected<Error> refuse_errno(const fs::path& path, std::string_view action) {
  return refuse(path, fmt::format("{}: {}", action, std::strerror(errno)));
}

class File final {
 public:
  File(const fs::path& path, int flags) : fd_(::open(path.c_str(), flags | O_CLOEXEC, 0600)) {}
  ~File() {
    if (fd_ >= 0) ::close(fd_);
  }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  bool is_open() const { return fd_ >= 0; }
  int fd() const { return fd_; }

 private:
  int fd_;
};

std::string random_text(Random& random) {
  std::array<std::uint64_t, 4> words{};
  for (auto& word : words) word = random.next();
  return base64url(std::bit_cast<std::array<std::uint8_t, 32>>(words));
}

Result<void> make_private_folder(const fs::path& path) {
  std::error_code error;
  if (!path.parent_path().empty()) fs::create_directories(path.parent_path(), error);
  if (!error && (::mkdir(path.c_str(), 0700) == 0 || errno == EEXIST)) {
    if (fs::is_directory(path, error)) return {};
    return refuse(path, "is in the way: a folder is needed there");
  }
  const auto reason = error ? error.message() : std::string(std::strerror(errno));
  return refuse(path, fmt::format("cannot be made: {}. DATA_DIR must be a folder that this "
                                  "program may write to",
                                  reason));
}

// Nothing when there is no such file.
Result<std::optional<Secret>> read_key(const fs::path& path) {
  const File file(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  if (!file.is_open()) {
    if (errno == ENOENT) return std::nullopt;
    return refuse_errno(path, "cannot be opened");
  }
  struct stat status{};
  if (::fstat(file.fd(), &status) != 0) return refuse_errno(path, "cannot be examined");
  if (!S_ISREG(status.st_mode)) return refuse(path, "is no ordinary file");
  if ((status.st_mode & kOthers) != 0) {
    return refuse(path, fmt::format("can be opened by other users (mode {:04o}); replace the key, "
                                    "or run: chmod 600 {}",
                                    status.st_mode & 07777u, path.string()));
  }
  std::array<char, 1024> buffer{};
  const auto size = ::read(file.fd(), buffer.data(), buffer.size());
  if (size < 0) return refuse_errno(path, "cannot be read");
  std::string_view text(buffer.data(), static_cast<std::size_t>(size));
  text = text.substr(0, text.find_last_not_of(" \t\r\n") + 1);
  if (text.empty()) return refuse(path, "is empty; remove it, and a new key is made");
  return Secret(std::string(text));
}

bool write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const auto written = ::write(fd, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return ::fsync(fd) == 0;
}

// Not over an existing file: whoever was first has made the key. Some file systems cannot promise
// that.
bool rename_without_replacing(const fs::path& from, const fs::path& to) {
  if (::renameat2(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) == 0) return true;
  return (errno == EINVAL || errno == ENOSYS) && ::rename(from.c_str(), to.c_str()) == 0;
}

Result<void> write_key(const fs::path& path, std::string_view text) {
  const fs::path temporary = fmt::format("{}.{}.new", path.string(), ::getpid());
  const auto give_up = [&]() -> std::unexpected<Error> {
    auto fault = refuse_errno(path, "cannot be written");
    ::unlink(temporary.c_str());
    return fault;
  };
  {
    ::unlink(temporary.c_str());  // of a process that died with our number
    const File file(temporary, O_WRONLY | O_CREAT | O_EXCL);
    if (!file.is_open() || !write_all(file.fd(), fmt::format("{}\n", text))) return give_up();
  }
  const bool renamed = rename_without_replacing(temporary, path);
  if (!renamed && errno != EEXIST) return give_up();
  if (!renamed) ::unlink(temporary.c_str());
  const File folder(path.parent_path(), O_RDONLY | O_DIRECTORY);
  if (folder.is_open()) ::fsync(folder.fd());
  return {};
}

Result<OwnKey> find_or_make(const fs::path& path, std::string_view prefix, Random& random) {
  GW_TRY(const auto kept, read_key(path));
  if (kept) return OwnKey{*kept, KeyOrigin::file};
  const auto made = fmt::format("{}{}", prefix, random_text(random));
  GW_CHECK(write_key(path, made));
  // Read back: a program that started at the same time may have won.
  GW_TRY(const auto winner, read_key(path));
  if (!winner) return refuse(path, "has vanished while it was made");
  return OwnKey{*winner, winner->reveal() == made ? KeyOrigin::made : KeyOrigin::file};
}

Result<OwnKey> own_key(const Secret& setting, const fs::path& path, Random& random) {
  if (!setting.empty()) return OwnKey{setting, KeyOrigin::setting};
  return find_or_make(path, "sk-", random);
}

}  // namespace

fs::path keys_directory(const fs::path& data_dir) {
  return data_dir / "keys";
}
fs::path api_master_key_file(const fs::path& data_dir) {
  return keys_directory(data_dir) / "api_master_key";
}
fs::path admin_key_file(const fs::path& data_dir) {
  return keys_directory(data_dir) / "admin_key";
}
fs::path signing_key_file(const fs::path& data_dir) {
  return keys_directory(data_dir) / "signing_key";
}
fs::path sealing_key_file(const fs::path& data_dir) {
  return keys_directory(data_dir) / "sealing_key";
}

Result<OwnKeys> prepare_keys(const Config& config, Random& random) {
  GW_CHECK(make_private_folder(config.data_dir));
  GW_CHECK(make_private_folder(keys_directory(config.data_dir)));
  OwnKeys keys;
  GW_TRY(keys.api_master,
         own_key(config.api_master_key, api_master_key_file(config.data_dir), random));
  GW_TRY(keys.admin, own_key(config.admin_key, admin_key_file(config.data_dir), random));
  GW_TRY(auto signing, find_or_make(signing_key_file(config.data_dir), "", random));
  keys.signing = std::move(signing.value);
  GW_TRY(auto sealing, find_or_make(sealing_key_file(config.data_dir), "", random));
  keys.sealing = std::move(sealing.value);
  return keys;
}

Result<OwnKey> look_up_key(const Secret& setting, const fs::path& file) {
  if (!setting.empty()) return OwnKey{setting, KeyOrigin::setting};
  GW_TRY(auto kept, read_key(file));
  return OwnKey{kept.value_or(Secret()), KeyOrigin::file};
}

}  // namespace gw::app
