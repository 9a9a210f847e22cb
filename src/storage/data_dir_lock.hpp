// DATA_DIR belongs to one process: two would schedule at once, and sweep each other's files.
#pragma once

#include "base/error.hpp"

#include <filesystem>
#include <utility>

namespace gw {

// Held as long as the object lives; the system lets go of it when the process ends, however it
// does. A file system without locks refuses it as well.
class DataDirLock final {
 public:
  // Blocks shortly; makes the folder. `conflict` when another process has it, with its number if
  // that is known; storage_unavailable when the lock file cannot be made. The messages are for the
  // operator.
  static Result<DataDirLock> acquire(const std::filesystem::path& data_dir);

  ~DataDirLock();
  DataDirLock(DataDirLock&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}
  DataDirLock& operator=(DataDirLock&&) = delete;

 private:
  explicit DataDirLock(int descriptor) : descriptor_(descriptor) {}
  int descriptor_;
};

}  // namespace gw
