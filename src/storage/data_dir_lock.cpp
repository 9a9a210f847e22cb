#include "storage/data_dir_lock.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <string>
#include <sys/file.h>
#include <unistd.h>

namespace gw {
namespace {

namespace fs = std::filesystem;

// Whoever has the lock wrote its number into the file; empty between the two steps.
std::string holder(int descriptor) {
  std::array<char, 32> text{};
  const auto size = ::pread(descriptor, text.data(), text.size() - 1, 0);
  std::string number(text.data(), size > 0 ? static_cast<std::size_t>(size) : 0);
  number.resize(std::min(number.find_first_not_of("0123456789"), number.size()));
  return number.empty() ? "another process" : "process " + number;
}

// Only for the message of whoever comes second; a full disk is no reason not to start.
void write_own_number(int descriptor) {
  const auto number = fmt::format("{}\n", ::getpid());
  if (::ftruncate(descriptor, 0) == 0 &&
      ::pwrite(descriptor, number.data(), number.size(), 0) < 0) {
    (void)::ftruncate(descriptor, 0);
  }
}

}  // namespace

Result<DataDirLock> DataDirLock::acquire(const fs::path& data_dir) {
  std::error_code unmade;  // what it means is said by the opening that fails
  fs::create_directories(data_dir, unmade);
  const auto file = data_dir / "lock";
  const int descriptor = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
  if (descriptor < 0) {
    return fail(Error(ErrorKind::storage_unavailable,
                      fmt::format("{} cannot be opened: {}", file.string(), std::strerror(errno))));
  }
  DataDirLock lock(descriptor);
  if (::flock(descriptor, LOCK_EX | LOCK_NB) == 0) {
    write_own_number(descriptor);
    return lock;
  }
  if (errno == EWOULDBLOCK) {
    return fail(Error(ErrorKind::conflict,
                      fmt::format("{} is in use by {}. Stop that one first, or give this one a "
                                  "DATA_DIR of its own",
                                  data_dir.string(), holder(descriptor))));
  }
  return fail(Error(ErrorKind::storage_unavailable,
                    fmt::format("{} cannot be locked: {}", file.string(), std::strerror(errno))));
}

DataDirLock::~DataDirLock() {
  if (descriptor_ >= 0) ::close(descriptor_);
}

}  // namespace gw
